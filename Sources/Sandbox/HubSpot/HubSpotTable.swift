import DealModel

/// One record: its values stand in the columns of its table.
struct HubSpotRecord: Sendable {
  let id: String
  /// The ID as the number it is; what `hs_object_id` sorts by.
  let number: Int64
  /// A value per column; an absent one is empty.
  var values: [String?]
  let createdAt: String
  let created: Timestamp
  var updatedAt: String
  var modified: Timestamp
  var isArchived: Bool
  /// Whether it was merged into another record: in no list any more.
  var isMerged = false
  /// `propertiesWithHistory` as the file gives it.
  var history: JSONValue?

  subscript(column: Int) -> String? { values.indices.contains(column) ? values[column] : nil }
}

/// All records of one type, in the order of their IDs, with the indexes that answer a search over
/// a hundred thousand of them without looking at each.
struct HubSpotTable: Sendable {
  let type: HubSpotObjectType
  /// The properties defined in the account, one per column.
  private(set) var properties: [HubSpotProperty]
  private(set) var columns: [String: Int] = [:]
  private(set) var records: [HubSpotRecord]
  /// Rises with every change; results computed before are then worth nothing.
  private(set) var generation = 0
  /// Which records are not archived, and which are, in the order of their IDs.
  private(set) var live: [Int] = []
  private(set) var archived: [Int] = []
  private var positions: [String: Int]
  /// Column → value in lower case → live records. Built when a column is first asked by value.
  private var postings: [Int: [String: [Int]]] = [:]
  private var modifiedOrder: [Int]?

  /// - Parameters:
  ///   - properties: Without repeats.
  ///   - records: In the order of their numbers, without repeats.
  init(type: HubSpotObjectType, properties: [HubSpotProperty], records: [HubSpotRecord]) {
    self.type = type
    self.properties = properties
    self.records = records
    positions = Dictionary(
      records.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    for (column, property) in properties.enumerated() { columns[property.name] = column }
    sortByArchive()
  }

  private mutating func sortByArchive() {
    live = records.indices.filter { !records[$0].isArchived && !records[$0].isMerged }
    archived = records.indices.filter { records[$0].isArchived && !records[$0].isMerged }
  }

  /// The position of the record with that ID, archived or not; of one that was merged, that of the
  /// record it was merged into.
  func position(of id: String) -> Int? { positions[id] }

  /// The live records whose value in that column is one of those, which are in lower case, in the
  /// order of their IDs.
  mutating func positions(where column: Int, isAmong values: [String]) -> [Int] {
    let posting: [String: [Int]]
    if let built = postings[column] {
      posting = built
    } else {
      var built: [String: [Int]] = [:]
      for position in live {
        guard let value = records[position][column], !value.isEmpty else { continue }
        built[value.lowercased(), default: []].append(position)
      }
      postings[column] = built
      posting = built
    }
    let lists = Set(values).compactMap { posting[$0] }
    return lists.count == 1 ? lists[0] : lists.flatMap { $0 }.sorted()
  }

  /// The live records in the order of their last change.
  mutating func orderedByModification() -> [Int] {
    if let modifiedOrder { return modifiedOrder }
    let order = live.sorted {
      (records[$0].modified, records[$0].number) < (records[$1].modified, records[$1].number)
    }
    modifiedOrder = order
    return order
  }

  /// Has a merged record's ID lead to the record that is left, and all that led to it before.
  mutating func redirect(_ merged: Int, to survivor: Int) {
    for (id, position) in positions where position == merged { positions[id] = survivor }
  }

  /// Replaces a record, after a change.
  mutating func replace(_ position: Int, with record: HubSpotRecord) {
    let before = records[position]
    records[position] = record
    if before.isArchived != record.isArchived || before.isMerged != record.isMerged {
      sortByArchive()
    }
    postings = [:]
    modifiedOrder = nil
    generation += 1
  }

  /// Calls a property otherwise from now on.
  ///
  /// - Returns: Whether there was such a property, and the new name was free.
  mutating func rename(_ old: String, to new: String) -> Bool {
    guard let column = columns[old], columns[new] == nil else { return false }
    columns[old] = nil
    columns[new] = column
    properties[column].name = new
    generation += 1
    return true
  }

  /// The first position in a list sorted by ID whose ID is greater than that number.
  func firstPosition(in list: some RandomAccessCollection<Int>, after number: Int64) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      let position = list[list.index(list.startIndex, offsetBy: middle)]
      if records[position].number > number { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
