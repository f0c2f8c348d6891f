public import AdapterKit
public import DealModel

/// Jira Cloud: delivery, and tickets where the desk is a Jira project.
public enum JiraKind: AdapterKind {
  public static let schema = SettingsSchema(
    kind: "jira", summary: "Jira Cloud: epics or versions as milestones, worklogs, tickets.",
    records: [.deals, .milestones, .hours, .tickets], listsDeals: false,
    keys: [
      .init("email", .secret, required: true, "the e-mail address of the account that reads"),
      .init("token", .secret, required: true, "its API token, from id.atlassian.com"),
      .init("site", .url, "the site, https://…atlassian.net: where people open records"),
      .init(
        "base_url", .url,
        "where the API is, if not at `site`: https://api.atlassian.com/ex/jira/… for scoped tokens"
      ),
      .init("project", .text, "the key of the delivery project; without it every project is read"),
      .init(
        "milestones", .choice(["epics", "versions"]),
        "what a milestone is: an epic (`epics`), or a version of a deal's own project"),
      .init("milestone_type", .text, "the issue type of milestones, where it is not `Epic`"),
      .init("ticket_project", .text, "the key of the desk's project, if tickets are read here"),
    ])

  public static func makeAdapter(_ context: AdapterContext) throws -> any Adapter {
    try JiraAdapter(context)
  }
}

/// What the configuration says about one Jira site.
struct JiraSettings: Sendable {
  /// What a milestone is.
  enum Layout: Hashable, Sendable {
    /// An issue of that type.
    case issues(type: String)
    /// A version of the one project that the deal's issues are in.
    case versions
  }

  let system: SystemName
  let link: JiraLink
  let layout: Layout
  let project: String?
  let ticketProject: String?
  let echoProperties: [String]
  /// Where people open records, without a slash at the end; `nil` when it is not known.
  let site: String?

  init(_ context: AdapterContext) throws {
    let configured = context.system
    let settings = configured.settings
    system = configured.name
    guard let link = JiraLink(configured.link, pattern: context.sharedID.pattern) else {
      throw SystemError(
        .refused, system: configured.name,
        message: "`link` of systems.\(configured.name) must be the ID of a custom text field, such "
          + "as customfield_10042, or `labels`. Field names are not unique in Jira; "
          + "`GET /rest/api/3/field` lists the IDs.")
    }
    self.link = link
    layout =
      settings.text("milestones") == "versions"
      ? .versions : .issues(type: settings.text("milestone_type") ?? "Epic")
    project = settings.text("project")
    ticketProject = settings.text("ticket_project")
    echoProperties = configured.echoProperties
    let address = settings.text("site") ?? settings.text("base_url")
    site = address.flatMap { text in
      // The gateway's address opens nothing in a browser.
      text.contains("api.atlassian.com")
        ? nil : String(text.reversed().drop { $0 == "/" }.reversed())
    }
  }

  /// Where a person opens an issue.
  func url(issue key: String) -> String? { site.map { "\($0)/browse/\(key)" } }
}

extension JiraAdapter {
  /// The port to Jira with its credentials, limits and errors.
  static func port(_ context: AdapterContext) throws -> HTTPPort {
    let system = context.system
    guard let address = system.settings.text("base_url") ?? system.settings.text("site") else {
      throw SystemError(
        .refused, system: system.name,
        message: "systems.\(system.name) has no address. Give it `site`, https://….atlassian.net.")
    }
    guard let email = system.settings.secret("email"), let token = system.settings.secret("token")
    else {
      throw SystemError(
        .refused, system: system.name,
        message: "systems.\(system.name) has no complete credentials. Give it `email` and `token`.")
    }
    return HTTPPort(
      HTTPPortSettings(
        system: system.name, vendor: "Jira", baseURL: try system.baseURL(default: address),
        authorizer: BasicAuthorizer(
          user: email, password: token, system: system.name, secrets: context.secrets),
        readingPosts: JiraCall.readingPosts, errors: JiraCall.errors(of: system.name),
        // About 100 a second and endpoint by the documentation; others use the site too.
        rateLimits: [RateLimit(50, per: .seconds(1))], concurrency: 6,
        callDeadline: system.callDeadline, requestIDHeader: "atl-traceid",
        callsLeftHeader: "X-RateLimit-Remaining"), in: context)
  }
}
