import AdapterKit
import Adapters
import DealModel

/// Adapters for configured systems.
enum Registry {
  /// The kinds of adapter there are.
  static var kinds: [any AdapterKind.Type] { VendorKinds.all }

  /// The settings of every kind, for checking a configuration.
  static var schemas: [SettingsSchema] { kinds.map { $0.schema } }

  /// An adapter for one configured system; one that answers every question with the reason when it
  /// cannot be made: a broken system is one red row, not the end of the others.
  static func adapter(_ context: AdapterContext) -> any Adapter {
    guard let kind = kinds.first(where: { $0.schema.kind == context.system.kind }) else {
      let error = SystemError(
        .refused, system: context.system.name, message: "There is no kind \(context.system.kind).")
      return UnusableAdapter(error: error, kinds: [])
    }
    do {
      return try kind.makeAdapter(context)
    } catch {
      let reason =
        error as? SystemError
        ?? SystemError(
          .refused, system: context.system.name, message: "\(context.system.name) cannot be used.",
          cause: String(describing: error))
      return UnusableAdapter(error: reason, kinds: kind.schema.records)
    }
  }
}
