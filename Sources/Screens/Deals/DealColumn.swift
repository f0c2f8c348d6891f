internal import DealModel
internal import TruthEngine

/// The columns of the list.
enum DealColumn: CaseIterable, Hashable, Sendable {
  case id, name, company, stage, person, value, invoiced, margin, milestone, flags

  /// A column with the width it got.
  struct Placed: Hashable, Sendable {
    /// The column.
    let column: DealColumn
    /// Cells.
    var width: Int
  }

  /// The words above it.
  var title: String {
    switch self {
    case .id: "ID"
    case .name: "Name"
    case .company: "Company"
    case .stage: "Stage"
    case .person: "Owner"
    case .value: "Value"
    case .invoiced: "Invoiced"
    case .margin: "Margin"
    case .milestone: "Next milestone"
    case .flags: "Flags"
    }
  }

  /// The field it shows; `nil` where it shows something else.
  var field: FieldName? {
    switch self {
    case .id, .flags: nil
    case .name: .name
    case .company: .company
    case .stage: .stage
    case .person: .person
    case .value: .value
    case .invoiced: .invoiced
    case .margin: .marginPercent
    case .milestone: .nextMilestone
    }
  }

  /// Which side its text keeps to.
  var side: Side {
    switch self {
    case .value, .invoiced, .margin: .right
    default: .left
    }
  }

  /// What sorts by it.
  var sort: DealOrder.Column {
    switch self {
    case .id: .id
    case .name: .name
    case .company: .company
    case .stage: .stage
    case .person: .owner
    case .value: .value
    case .invoiced: .invoiced
    case .margin: .margin
    case .milestone: .milestone
    case .flags: .flags
    }
  }

  /// The least width it makes sense in, and the width beyond which it gains nothing.
  private func limits(idWidth: Int) -> ClosedRange<Int> {
    switch self {
    case .id: idWidth...idWidth
    case .name: 16...40
    case .company: 12...28
    case .stage: 9...16
    case .person: 10...18
    case .value, .invoiced: 14...16
    case .margin: 6...7
    case .milestone: 15...34
    case .flags: 5...24
    }
  }

  /// From the column one needs most to the one that goes first when the terminal is narrow.
  private static let byNeed: [DealColumn] = [
    .id, .name, .value, .flags, .margin, .invoiced, .stage, .milestone, .person, .company,
  ]

  /// The columns that fit, in the order of the screen, sharing what room there is.
  static func placed(in width: Int, idWidth: Int) -> [Placed] {
    var kept: [DealColumn: Int] = [:]
    var used = -1
    for column in byNeed {
      let least = column.limits(idWidth: idWidth).lowerBound
      guard used + least + 1 <= width else { continue }
      kept[column] = least
      used += least + 1
    }
    var spare = width - used
    // Names first, then everybody in turn, until nobody gains.
    let hungry: [[DealColumn]] = [
      [.name, .name, .stage, .milestone, .flags, .company, .person], [.value, .invoiced, .margin],
    ]
    for columns in hungry {
      var isFull = false
      while spare > 0, !isFull {
        isFull = true
        for column in columns where spare > 0 {
          guard let present = kept[column], present < column.limits(idWidth: idWidth).upperBound
          else { continue }
          kept[column] = present + 1
          spare -= 1
          isFull = false
        }
      }
    }
    return allCases.compactMap { column in kept[column].map { Placed(column: column, width: $0) } }
  }
}

extension DealOrder.Column {
  /// The field that a column shows; of one that shows no value of the deal, the deal's value.
  var field: FieldName {
    switch self {
    case .name: .name
    case .company: .company
    case .stage: .stage
    case .owner: .person
    case .invoiced: .invoiced
    case .margin: .marginPercent
    case .milestone: .nextMilestone
    case .entity: .entity
    case .id, .value, .flags, .currency: .value
    }
  }
}
