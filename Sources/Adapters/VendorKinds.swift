public import AdapterKit

/// The kinds of adapter there are.
public enum VendorKinds {
  /// Every kind, in the order they are named to people. A new kind adds its line here.
  public static let all: [any AdapterKind.Type] = [
    CSVKind.self,
    HubSpotKind.self,
    JiraKind.self,
    MakeKind.self,
    NetSuiteKind.self,
    ODBCKind.self,
    QuickBooksKind.self,
    RESTKind.self,
    SAPBusinessOneKind.self,
    WorkatoKind.self,
  ]
}
