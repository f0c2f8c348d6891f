/// A part of the business whose fields have one owner unless the configuration says otherwise.
public enum Domain: String, CaseIterable, Hashable, Sendable {
  /// Stage, owner, expected value, close date, contacts: the CRM's by nature.
  case commercial
  /// Invoices, payments, costs and all figures made of them: an ERP's by nature.
  case financial
  /// Milestones, hours, deliverables: project management's by nature.
  case delivery
  /// Tickets: the desk's by nature.
  case support
}
