public import DealModel

/// The state of the screens as the drawing thread sees it: messages in, effects and frames out.
///
/// Pure: no clock, no terminal, no tasks. One thread owns a program; nothing else touches it.
public protocol ScreenProgram: Sendable {
  /// Takes in what happened.
  ///
  /// The first message is always ``Message/terminalResized(_:)``, before the first frame.
  ///
  /// - Parameter now: When it happened.
  /// - Returns: What is to be done, in order; results come back as messages.
  mutating func update(_ message: Message, at now: Timestamp) -> [Effect]

  /// The present state at the size it was last told.
  func frame() -> Frame

  /// When the frame changes next without any message (an age that counts on, a flash that ends),
  /// or `nil` for never. ``Message/timePassed`` is sent then, and not before.
  func nextWake(after now: Timestamp) -> Timestamp?
}
