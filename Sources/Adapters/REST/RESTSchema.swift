import DealModel

/// The nested settings of the kind.
enum RESTSchema {
  typealias Key = SettingsSchema.Key

  static let auth: [Key] = [
    Key(
      "type",
      .choice([
        "bearer", "basic", "header", "query", "body", "client_credentials", "refresh_token", "none",
      ]),
      required: true, "how credentials are sent"),
    Key("token", .secret, "the token, for bearer, header, query and body"),
    Key("name", .text, "the header or query parameter that takes it, for header and query"),
    Key("prefix", .text, "what stands before it in the header"),
    Key("user", .secret, "the user, for basic"),
    Key("password", .secret, "the password, for basic"),
    Key("token_url", .url, "where access tokens are fetched, for OAuth"),
    Key("client_id", .secret, "the client's ID, for OAuth"),
    Key("client_secret", .secret, "its secret, for OAuth"),
    Key("refresh_token", .secret, "the refresh token, for OAuth"),
    Key(
      "keep_refresh_token", .list(.text),
      "a program that gets each new refresh token on its standard input, where it is read by a command"
    ),
    Key("scope", .text, "the scopes to ask for, for OAuth"),
  ]

  static let errorRule: [Key] = [
    Key("status", .integer(atLeast: 200), required: true, "the status it is about"),
    Key("code", .text, "the code it is about, without it any"),
    Key(
      "means",
      .choice(["unauthorized", "throttled", "unavailable", "drifted", "malformed", "refused"]),
      required: true, "what it means"),
    Key("message", .text, "what people are told, a sentence"),
  ]

  static let rateLimit: [Key] = [
    Key("calls", .integer(atLeast: 1), required: true, "the most calls"),
    Key("per", .duration, required: true, "in that time"),
  ]

  static let methods: [Key] = [
    Key("path", .jsonPath, required: true, "where a body names its method"),
    Key("names", .list(.text), required: true, "the methods that only read"),
  ]

  static let probe: [Key] =
    request(gaps: []) + [
      Key("identity", .jsonPath, required: true, "the words that tell who we are")
    ]

  static let linkCheck: [Key] =
    request(gaps: []) + [
      Key("path", .jsonPath, required: true, "where its answer tells"),
      Key("is", .list(.text), required: true, "the words there that mean it is"),
      Key("not", .list(.text), "the words there that mean it is not"),
      Key("missing_is_not", .flag, "whether nothing at `path` means that it is not"),
    ]

  // MARK: Requests

  static let pageGaps = ["page", "offset", "cursor", "limit"]
  static let dealGaps = ["deal", "deals", "each"]

  /// A request whose words may have these gaps.
  static func request(gaps: [String]) -> [Key] {
    [
      Key("get", .template(gaps), "the path to GET"),
      Key("post", .template(gaps), "the path to POST to, one of `reading_posts`"),
      Key("query", .mapping(.template(gaps)), "query parameters"),
      Key(
        "quote", .choice(["backslash", "doubled"]),
        "how a quote inside quotes is written in the vendor's query language"),
      Key("body", .json(gaps + ["secret"]), "the JSON document to POST"),
    ]
  }

  /// A request for a list.
  static func list(gaps: [String]) -> [Key] {
    request(gaps: gaps + pageGaps) + [
      Key("items", .jsonPath, "where the list stands in the answer (`$`, the whole answer)"),
      Key("paging", .group(paging), "how the list is parted"),
    ]
  }

  /// A request for the records of deals.
  static func dealList(gaps: [String]) -> [Key] {
    list(gaps: gaps) + [
      Key("each", .template(["deal"]), "what is said for each deal, to be put in for `{each}`"),
      Key("separator", .template([]), "what parts IDs in `{deals}` and pieces in `{each}` (`,`)"),
      Key("batch", .integer(atLeast: 1), "the most deals in one question"),
      Key("keep_for", .duration, "how long a list without any gap is kept in memory (30s)"),
    ]
  }

  static let paging: [Key] = [
    Key("by", .choice(["page", "offset", "cursor", "link", "next"]), required: true, "its kind"),
    Key("size", .integer(atLeast: 1), "how many records a page has: `{limit}`"),
    Key("first", .integer(atLeast: 0), "the first page's number (1)"),
    Key("next", .jsonPath, "where the answer has the next cursor or URL"),
    Key("more", .jsonPath, "where the answer says whether there is more"),
    Key("total", .jsonPath, "where the answer says how many records there are in all"),
  ]

  // MARK: Records

  static let records: [Key] = [
    kind("deals", [], "copies of deals; compared properties are paths in them"),
    kind("invoices", invoice, "invoices and credit notes"),
    kind("costs", cost, "purchase orders, bills and expenses"),
    kind("milestones", milestone, "milestones"),
    kind("hours", hours, "hours worked"),
    kind("tickets", ticket, "tickets"),
  ]

  private static func kind(_ name: String, _ values: [Key], _ summary: String) -> Key {
    let via: [Key] =
      dealList(gaps: dealGaps) + [
        Key("link", .jsonPath, "where a parent bears the deal ID (the system's `link`)"),
        Key("key", .jsonPath, required: true, "what its records name it by"),
      ]
    let record: [Key] =
      dealList(gaps: dealGaps + ["key", "keys"]) + [
        Key("via", .group(via), "the records that bear the deal ID, where these only name them"),
        Key("parent", .jsonPath, "where a record names the one that bears the deal ID"),
        Key("link", .jsonPath, "where a record bears the deal ID (the system's `link`)"),
        Key("where", .list(.group(condition)), "which records of the list count"),
        Key("id", .jsonPath, "the vendor's ID of a record (`id`)"),
        Key("number", .jsonPath, "what people call it (its ID)"),
        Key("url", .template(["id", "number"]), "where people open it"),
        Key("created", .group(time, shorthand: "path"), "when it was created"),
        Key("modified", .group(time, shorthand: "path"), "when it was last changed"),
        Key("modified_by", .jsonPath, "who changed it"),
        Key("notes", .mapping(.jsonPath), "further facts to show with it"),
        Key("numeric_ids", .flag, "whether `{id}`, `{key}` and `{keys}` are numbers in a body"),
        Key("detail", .group(detail), "one record by its ID"),
        Key("lines", .group(lines), "the lines of a record"),
        Key(
          "applications", .group(applications), "what was applied to a record: payments, credits"),
        Key("find", .group(find), "records by a number that people type"),
        Key("links", .group(list(gaps: [])), "every record that bears a deal ID"),
        Key("changes", .group(changes), "records that changed since then"),
      ]
    let content =
      values.isEmpty ? [] : [Key("values", .group(values), required: true, "its values")]
    return Key(name, .list(.group(record + content)), summary)
  }

  /// The parts of an instant in UTC, each with a gap of its own: `{since_year}`.
  static let sinceParts = ["year", "month", "day", "hour", "minute", "second"]

  private static let condition: [Key] = [
    Key("path", .jsonPath, required: true, "where it stands"),
    Key("is", .list(.text), "what it must be, one of these"),
    Key("not", .list(.text), "what it must not be"),
  ]

  private static let detail: [Key] =
    request(gaps: ["id"]) + [Key("item", .jsonPath, "where the record stands in the answer (`$`)")]

  /// A list of what belongs to records: asked for by their IDs, or standing in each of them.
  private static let belonging: [Key] =
    list(gaps: ["key", "keys"]) + [
      Key("separator", .template([]), "what parts IDs in `{keys}` (`,`)"),
      Key("batch", .integer(atLeast: 1), "the most records in one question"),
      Key("parent", .jsonPath, "where one names the record it belongs to, if it is asked for"),
      Key("where", .list(.group(condition)), "which of them count"),
    ]
  private static let lines: [Key] =
    belonging + [
      words("text", required: true, "what was sold or bought"),
      money("quantity", "how many"),
      money("net", "the amount net of tax"),
      money("billed", "for an order's line, how many have been billed"),
    ]
  private static let applications: [Key] =
    belonging + [
      choice("type", ["payment", "credit_note", "bill"], "what was applied"),
      words("number", "what people call it"), day("date", "its day"),
      money("amount", required: true, "the amount applied"),
    ]

  private static let find: [Key] =
    list(gaps: ["text"]) + [
      Key("match", .list(.jsonPath), "where else than at `number` the typed number may stand")
    ]

  private static let changes: [Key] =
    list(gaps: ["since", "since_unix", "since_minutes"] + sinceParts.map { "since_\($0)" }) + [
      Key("since_format", .text, "how `{since}` is written (`iso`)"),
      Key("overlap", .duration, "how far a question reaches back before the last one (3m)"),
    ]

  // MARK: Values

  private static let path = Key("path", .jsonPath, required: true, "where it stands in the record")
  private static let optional = Key("optional", .flag, "whether it may be left out of the record")

  private static let text: [Key] = [
    path, optional, Key("map", .mapping(.text), "words there → our words; others stay"),
  ]
  private static let flag: [Key] = [
    path, optional, Key("is", .list(.text), "the words that stand for yes"),
    Key("not", .list(.text), "the words that stand for no"),
  ]
  private static let time: [Key] = [
    path, optional,
    Key(
      "format", .text,
      "`iso`, `unix`, `unix_ms`, `parts`, or letters such as `dd/MM/yyyy HH:mm:ss`"),
    Key("time_zone", .text, "the zone of times that bear none"),
  ]
  private static let amount: [Key] = [
    path, optional,
    Key("of", .choice(["record", "lines"]), "whether it is the sum over the record's lines"),
    Key("minor_units", .flag, "whether it counts cents"),
    Key("decimal_comma", .flag, "whether texts have a decimal comma"),
    Key("times", .jsonPath, "what it is multiplied by"),
    Key("over", .jsonPath, "what it is divided by"),
    Key("minus", .jsonPath, "what is taken away"),
    Key("when", .list(.group(condition)), "when there is any of it; else it is nought"),
    Key("round", .text, "where a vendor writes noise: the places it has, or `currency`"),
    Key("sign", .choice(["keep", "flip", "drop"]), "what becomes of its sign"),
  ]
  private static let currency: [Key] = [
    Key("code", .currency, "the one there is"),
    Key("path", .jsonPath, "where it stands in the record"),
    Key("map", .mapping(.currency), "words there → currency"),
  ]

  private static func words(_ name: String, required: Bool = false, _ summary: String) -> Key {
    Key(name, .group(text, shorthand: "path"), required: required, summary)
  }
  private static func day(_ name: String, _ summary: String) -> Key {
    Key(name, .group(time, shorthand: "path"), summary)
  }
  private static func money(_ name: String, required: Bool = false, _ summary: String) -> Key {
    Key(name, .group(amount, shorthand: "path"), required: required, summary)
  }
  private static func status(_ words: [String]) -> Key {
    let keys = [
      path, optional, Key("and", .jsonPath, "a second word, which `map` may have behind the first"),
      Key("map", .mapping(.choice(words)), required: true, "words there → ours"),
    ]
    return Key("status", .group(keys), required: true, "its state")
  }
  private static let bySign = Key(
    "by_sign", .flag, "whether `map` is about its sign: `negative`, `zero`, `positive`")
  /// What a record is: always the same, or as the record says.
  private static func choice(_ name: String, _ words: [String], _ summary: String) -> Key {
    let keys = [
      Key("always", .choice(words), "what it always is"),
      Key("path", .jsonPath, "where it stands in the record"), bySign,
      Key("map", .mapping(.choice(words)), "words there → ours"),
    ]
    return Key(name, .group(keys, shorthand: "always"), required: true, summary)
  }
  private static let documentStates = ["draft", "open", "paid", "voided"]

  private static let invoice: [Key] = [
    Key(
      "type",
      .group([
        path, optional, bySign,
        Key("map", .mapping(.choice(["invoice", "credit_note"])), "→ ours"),
      ]),
      "invoice (as by default) or credit note"),
    status(documentStates),
    Key("currency", .group(currency, shorthand: "code"), required: true, "its currency"),
    day("issued", "the day it was issued"), day("due", "the day it is due"),
    money("net", required: true, "the total net of tax"), money("gross", "the total with tax"),
    money("paid", "what was paid, with tax"),
    money("outstanding", "what is still owed, with tax; of a credit note what is not yet applied"),
  ]
  private static let cost: [Key] = [
    choice("is", ["purchase_order", "bill", "vendor_credit", "expense"], "what it is"),
    status(documentStates),
    Key("currency", .group(currency, shorthand: "code"), required: true, "its currency"),
    words("party", "the vendor or employee"), day("date", "its day"),
    money("net", required: true, "the total net of tax"),
    money("open", "the part of an order not yet billed"),
  ]
  private static let milestone: [Key] = [
    words("name", required: true, "what it is called"),
    Key("done", .group(flag, shorthand: "path"), required: true, "whether it is done"),
    words("status", "its state"), day("due", "the day it is due"),
    day("start", "the day it begins"),
    words("person", "who answers for it"),
  ]
  private static let hours: [Key] = [
    words("person", "who worked"), day("date", "the day of work"),
    Key(
      "worked",
      .group([
        path, optional,
        Key("unit", .choice(["seconds", "minutes", "hours"]), required: true, "what it counts"),
      ]), required: true, "the time worked"),
    words("subject", "what was worked on"),
  ]
  private static let ticket: [Key] = [
    words("subject", required: true, "what it is about"),
    Key("open", .group(flag, shorthand: "path"), required: true, "whether the desk has to act"),
    words("status", "its state"), words("priority", "its priority"),
    words("person", "who works on it"),
  ]
}
