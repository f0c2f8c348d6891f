/// The combining marks on one cell, four at most: what ncurses takes. Plain bytes, so that frames
/// are copied and compared without touching a reference count.
public struct CombiningMarks: Hashable, Sendable, RandomAccessCollection, ExpressibleByArrayLiteral
{
  /// The most marks a cell bears.
  public static let capacity = 4

  // NUL is no combining mark: it stands for a free place.
  private var places: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  /// The marks in order; those beyond ``capacity`` are left out.
  public init(arrayLiteral marks: Unicode.Scalar...) {
    for mark in marks { append(mark) }
  }

  /// The place of the first mark.
  public var startIndex: Int { 0 }

  /// How many marks there are.
  public var endIndex: Int {
    if places.0 == 0 { return 0 }
    if places.1 == 0 { return 1 }
    if places.2 == 0 { return 2 }
    return places.3 == 0 ? 3 : 4
  }

  /// The mark at that place; U+FFFD beyond the last.
  public subscript(position: Int) -> Unicode.Scalar {
    let value =
      switch position {
      case 0: places.0
      case 1: places.1
      case 2: places.2
      case 3: places.3
      default: 0 as UInt32
      }
    return Unicode.Scalar(value).flatMap { value == 0 ? nil : $0 } ?? "\u{FFFD}"
  }

  /// Adds a mark, unless there is no place left.
  public mutating func append(_ mark: Unicode.Scalar) {
    switch endIndex {
    case 0: places.0 = mark.value
    case 1: places.1 = mark.value
    case 2: places.2 = mark.value
    case 3: places.3 = mark.value
    default: break
    }
  }

  /// Whether the same marks stand in the same order.
  public static func == (left: CombiningMarks, right: CombiningMarks) -> Bool {
    left.places == right.places
  }

  /// Feeds the marks to the hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(places.0)
    hasher.combine(places.1)
    hasher.combine(places.2)
    hasher.combine(places.3)
  }
}
