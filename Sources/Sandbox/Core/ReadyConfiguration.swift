extension Company {
  /// The company's `plumbline.yaml`, ready to be used: `{{sandbox}}` is the sandbox's origin,
  /// `{{directory}}` the company directory, `{{scratch}}` where the files of ledgers are made.
  ///
  /// The caller decides where to write it; written elsewhere than into the company directory, its
  /// relative paths must begin with `{{directory}}`.
  ///
  /// - Parameter origin: `http://127.0.0.1:4100`, without a slash at the end.
  /// - Throws: ``SandboxError`` when the company has no such file, or it names another placeholder.
  public func readyConfiguration(origin: String) throws(SandboxError) -> String {
    let file = "plumbline.yaml"
    guard let template = try directory.text(of: file) else {
      throw SandboxError("there is no plumbline.yaml beside company.yaml", at: path)
    }
    var ready = ""
    var rest = template[...]
    while let opening = rest.firstRange(of: "{{") {
      ready += rest[..<opening.lowerBound]
      let after = rest[opening.upperBound...]
      guard let closing = after.firstRange(of: "}}") else {
        ready += rest[opening.lowerBound...]
        return ready
      }
      switch after[..<closing.lowerBound] {
      case "sandbox": ready += origin
      case "directory": ready += path
      case "scratch": ready += scratch.path
      default:
        let line = template[..<opening.lowerBound].count { $0.isNewline } + 1
        throw SandboxError(
          "unknown placeholder; there are {{sandbox}}, {{directory}} and {{scratch}}",
          at: "\(file):\(line)")
      }
      rest = after[closing.upperBound...]
    }
    return ready + rest
  }
}
