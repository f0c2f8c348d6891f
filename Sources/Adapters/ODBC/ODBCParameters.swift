import CODBC

/// A statement with question marks, and what is bound to each, in order.
struct BoundStatement: Hashable, Sendable {
  /// What is bound to a question mark.
  enum Parameter: Hashable, Sendable {
    case text(String)
    case number(Int32)
    case null
  }

  var sql: String
  var parameters: [Parameter]
}

/// The memory that bound parameters stand in while their statement runs.
struct ODBCParameters: ~Copyable {
  private let parameters: [BoundStatement.Parameter]
  private let texts: [UnsafeMutableBufferPointer<UInt16>]
  private let numbers: UnsafeMutableBufferPointer<Int32>
  private let lengths: UnsafeMutableBufferPointer<SQLLEN>

  init(_ parameters: [BoundStatement.Parameter]) {
    self.parameters = parameters
    numbers = .allocate(capacity: max(1, parameters.count))
    lengths = .allocate(capacity: max(1, parameters.count))
    numbers.initialize(repeating: 0)
    lengths.initialize(repeating: SQLLEN(SQL_NULL_DATA))
    texts = parameters.map { parameter in
      guard case .text(let text) = parameter else { return .allocate(capacity: 0) }
      let units = Array(text.utf16) + [0]
      let buffer = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: units.count)
      _ = buffer.initialize(from: units)
      return buffer
    }
    for (index, parameter) in parameters.enumerated() {
      switch parameter {
      case .text: lengths[index] = SQLLEN((texts[index].count - 1) * 2)
      case .number(let number):
        numbers[index] = number
        lengths[index] = 4
      case .null: break
      }
    }
  }

  /// Binds all of them; `false` when the driver refuses one.
  func bind(to statement: SQLHANDLE?) -> Bool {
    for (index, parameter) in parameters.enumerated() {
      let length = lengths.baseAddress?.advanced(by: index)
      let answer: SQLRETURN
      if case .number = parameter {
        answer = SQLBindParameter(
          statement, SQLUSMALLINT(index + 1), SQLSMALLINT(SQL_PARAM_INPUT),
          SQLSMALLINT(SQL_C_LONG), SQLSMALLINT(SQL_INTEGER), 10, 0,
          numbers.baseAddress?.advanced(by: index), 4, length)
      } else {
        let size = max(1, texts[index].count - 1)
        answer = SQLBindParameter(
          statement, SQLUSMALLINT(index + 1), SQLSMALLINT(SQL_PARAM_INPUT),
          SQLSMALLINT(SQL_C_WCHAR), SQLSMALLINT(SQL_WVARCHAR), SQLULEN(size), 0,
          texts[index].baseAddress, SQLLEN(texts[index].count * 2), length)
      }
      guard ODBCNumber.isSuccess(answer) else { return false }
    }
    return true
  }

  deinit {
    for text in texts { text.deallocate() }
    numbers.deallocate()
    lengths.deallocate()
  }
}
