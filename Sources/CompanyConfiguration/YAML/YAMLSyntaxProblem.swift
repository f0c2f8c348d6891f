import Yams

/// Puts what the YAML library says of a broken file into plain words.
///
/// The library's words only choose the wording; whatever they are, the place stands.
enum YAMLSyntaxProblem {
  static func problem(_ error: YamlError, in text: String) -> YAMLReader.Problem {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let position = Position(mark)
      return YAMLReader.Problem(
        position: position,
        message: sentence(problem, at: position, since: context?.mark, in: text))
    case .reader(_, let offset, _, _):
      let position = Position(ofCharacter: offset ?? 0, in: text)
      return YAMLReader.Problem(
        position: position,
        message: "A control character stands here, which YAML does not allow; delete it.")
    default:
      return YAMLReader.Problem(
        position: .start, message: "The file could not be read as YAML.")
    }
  }

  private static func sentence(
    _ problem: String, at position: Position, since context: Mark?, in text: String
  ) -> String {
    let opened = context.map { " (begun in line \($0.line))" } ?? ""
    if problem.contains("cannot start any token") || problem.contains("tab character") {
      return unexpectedCharacter(scalar(at: position, in: text))
    }
    if problem.contains("mapping values are not allowed") {
      return "A colon too many, or a wrong indentation; put a text that holds `: ` in quotes."
    }
    if problem.contains("undefined alias") {
      return "`*` begins an alias in YAML; put a text that begins with `*` in quotes."
    }
    if problem.contains("escape character") || problem.contains("hexdecimal") {
      return "In double quotes a backslash begins an escape; use single quotes instead."
    }
    if problem.contains("expected ',' or") {
      return "A bracket is not closed, or a comma is missing\(opened)."
    }
    if problem.contains("could not find expected ':'") {
      return "A key without a colon, or a quote that is not closed\(opened)."
    }
    if problem.contains("end of stream") || problem.contains("document indicator") {
      return "A quote or a bracket is not closed\(opened)."
    }
    if problem.contains("another document") {
      return "A second document begins here (`---`); a configuration is one document."
    }
    if problem.contains("expected key") || problem.contains("expected <document start>")
      || problem.contains("block end") || problem.contains("block collection")
      || problem.contains("not allowed in this context") || problem.contains("'-' indicator")
    {
      return "The indentation does not fit the lines above\(opened)."
    }
    return "This is not YAML: \(problem)."
  }

  private static func unexpectedCharacter(_ scalar: Unicode.Scalar?) -> String {
    switch scalar {
    case "\t": "A tab stands where YAML wants spaces; indent with spaces."
    case "@", "`", "%": "A text cannot begin with this character; put it in quotes."
    default: "This character cannot stand here; indent with spaces, and put texts in quotes."
    }
  }

  private static func scalar(at position: Position, in text: String) -> Unicode.Scalar? {
    var place = Position.start
    for scalar in text.unicodeScalars {
      if place == position { return scalar }
      place.advance(over: scalar)
    }
    return nil
  }
}
