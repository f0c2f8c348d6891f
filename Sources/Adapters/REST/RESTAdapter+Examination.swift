import AdapterKit
import DealModel

extension RESTAdapter {
  /// Tries each list, and holds every configured path against what really came.
  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    var all = await linkExaminations()
    var known: [String] = []
    for plan in settings.plans {
      let (found, borne) = await examineLinks(of: plan)
      all += found
      known += borne.filter { !known.contains($0) }
    }
    for plan in settings.plans {
      all += await examine(plan, of: Array(known.prefix(5)))
      all += await strayExaminations(plan, isAskedAlready: known.isEmpty)
    }
    return all
  }

  /// Whether the link property is there, by `link_check`.
  private func linkExaminations() async -> [Examination] {
    guard settings.linkCheck != nil else { return [] }
    do {
      try await checkLinkProperty()
      return [Examination(.linkProperty, .ok, "\(settings.link) is there.")]
    } catch let error as SystemError {
      switch error.kind {
      case .drifted, .malformed, .refused:
        return [
          Examination(
            .linkProperty, .finding, error.message,
            mend: "mend `link` and `link_check` of systems.\(settings.system).")
        ]
      case .unauthorized: return [Examination(.scopes, .finding, error.message)]
      case .throttled, .unavailable: return [.unasked(.linkProperty, error)]
      }
    } catch { return [] }
  }

  /// Tries the list of links, and tells some of the IDs that stand there.
  private func examineLinks(of plan: RESTPlan) async -> (found: [Examination], borne: [String]) {
    guard let links = plan.links else { return ([], []) }
    do {
      let items = try await page(of: links, RESTFilling(), from: nil).items.filter(plan.takes)
      let borne = items.flatMap { plan.link.find(in: $0).values.compactMap(\.word) }
        .filter { !$0.isEmpty }
      return (judge(items, at: "\(plan.place).links", pathsOfLinks(plan)), Array(borne.prefix(5)))
    } catch { return (told(error, at: plan), []) }
  }

  /// Asks for records as for a screen: of deals that are known there, or of one that nobody has, so
  /// that the shape of the answer is tried all the same.
  private func examine(_ plan: RESTPlan, of known: [String]) async -> [Examination] {
    let nobody = ["plumbline-doctor"]
    do {
      var asked = known.isEmpty ? nobody : known
      if let via = plan.via {
        let parents = try await sample(of: via.list, for: asked)
          .filter { item in via.link.find(in: item).values.contains { $0.word?.isEmpty == false } }
        let lost = judge(parents, at: "\(plan.place).via", [("link", via.link), ("key", via.key)])
        asked = parents.compactMap { via.key.find(in: $0).first?.word }
        guard !asked.isEmpty else { return lost }
      }
      let items = try await sample(of: plan.list, for: Array(asked.prefix(5))).filter(plan.takes)
      return judge(items, at: plan.place, paths(of: plan)) + (try await linesOf(items, plan))
        + (try await detailOf(items, plan))
    } catch { return told(error, at: plan) }
  }

  /// Tries the lines of one record: those that are asked for, and what is added up of them.
  private func linesOf(_ items: [JSONValue], _ plan: RESTPlan) async throws -> [Examination] {
    guard let lines = plan.lines, lines.list != nil || plan.sumsLines else { return [] }
    for item in items.prefix(5) {
      let found = try await belonging(lines, to: item, plan) ?? []
      guard !found.isEmpty else { continue }
      // Lines that stand in their record may be there in full only when it is opened.
      let own = lines.list == nil ? [] : valuePaths(lines.values)
      return judge(found, at: lines.place, own + valuePaths(plan.values, ofLines: true))
    }
    return []
  }

  /// Opens one record.
  private func detailOf(_ items: [JSONValue], _ plan: RESTPlan) async throws -> [Examination] {
    guard let detail = plan.detail, let first = items.first,
      let item = try await item(of: try id(of: first, plan), plan, detail)
    else { return [] }
    var found = judge([item], at: "\(plan.place).detail", paths(of: plan))
    if let lines = plan.lines, lines.list == nil,
      case let inside = try await belonging(lines, to: item, plan) ?? [], !inside.isEmpty
    {
      found += judge(inside, at: lines.place, valuePaths(lines.values))
    }
    return found
  }

  /// The first page of a list, of some IDs where it is asked for by ID.
  private func sample(of list: RESTList, for ids: [String]) async throws -> [JSONValue] {
    guard list.style == .single else {
      return try await page(of: list, RESTFilling(ids: ids), from: nil).items
    }
    var items: [JSONValue] = []
    for id in ids where items.isEmpty {
      items = try await page(of: list, RESTFilling(ids: [id]), from: nil).items
    }
    return items
  }

  /// What an error means for people who configure.
  private func told(_ error: any Error, at plan: RESTPlan) -> [Examination] {
    guard let error = error as? SystemError else { return [] }
    switch error.kind {
    case .malformed, .drifted, .refused:
      return [
        Examination(
          .settings, .finding, error.message,
          mend: "mend `\(plan.place)` of systems.\(settings.system).")
      ]
    case .unauthorized: return [Examination(.scopes, .finding, error.message)]
    case .throttled, .unavailable: return [.unasked(.settings, error)]
    }
  }

  /// Whether the question for one deal brings others' records: many vendors pass over a filter that
  /// they do not know.
  ///
  /// - Parameter isAskedAlready: Whether that question was asked before, and what failed was told.
  private func strayExaminations(
    _ plan: RESTPlan, isAskedAlready: Bool
  ) async -> [Examination] {
    let (list, link) = (plan.via?.list ?? plan.list, plan.via?.link ?? plan.link)
    guard list.style != .whole else { return [] }
    do {
      let nobody = RESTFilling(ids: ["plumbline-doctor"])
      let strays = try await page(of: list, nobody, from: nil).items.filter { item in
        link.find(in: item).values.contains { $0.word?.isEmpty == false }
      }
      guard !strays.isEmpty else { return [] }
      return [
        Examination(
          .settings, .finding,
          "\(plan.place): asked for a deal that nobody has, it brings \(strays.count) records of "
            + "others. The search does not filter by the deal ID.",
          mend: "mend the request, or have the property made searchable there.")
      ]
    } catch let error as SystemError {
      let isOwnFault = error.kind == .malformed || error.kind == .refused
      return isOwnFault && !isAskedAlready ? told(error, at: plan) : []
    } catch { return [] }
  }

  private func judge(
    _ items: [JSONValue], at place: String, _ paths: [(name: String, path: JSONPath)]
  ) -> [Examination] {
    guard let first = items.first else {
      return [
        Examination(
          .settings, .manual, "\(place): the list is empty, so its paths could not be tried.")
      ]
    }
    let lost = paths.compactMap { name, path -> Examination? in
      let findings = items.prefix(50).map { path.find(in: $0) }
      guard findings.allSatisfy({ $0.values.isEmpty && $0.lost != nil }) else { return nil }
      guard let lost = path.find(in: first).lost else { return nil }
      let held = port.hidingSecrets(in: lost.held)
      let near = Self.suggestion(for: path, in: first)
      return Examination(
        name == "link" ? .linkProperty : .settings, .finding,
        "\(place).\(name): nothing at \(path); at \(lost.reached) there is \(held).\(near)",
        mend: "mend it in systems.\(settings.system).")
    }
    guard lost.isEmpty else { return lost }
    return [
      Examination(.settings, .ok, "\(place): every path leads somewhere (\(items.count) tried).")
    ]
  }

  /// What a list of links has to bring: often less of a record than the question for it.
  private func pathsOfLinks(_ plan: RESTPlan) -> [(name: String, path: JSONPath)] {
    [("id", plan.id), ("number", plan.label), ("link", plan.link)]
  }

  private func paths(of plan: RESTPlan) -> [(name: String, path: JSONPath)] {
    var paths: [(name: String, path: JSONPath)] = [("id", plan.id), ("number", plan.label)]
    if plan.via == nil { paths.append(("link", plan.link)) }
    if let parent = plan.parent { paths.append(("parent", parent)) }
    if let modified = plan.modified { paths.append(("modified", modified.path)) }
    return paths
      + valuePaths(plan.values).map { (name: "values.\($0.name)", path: $0.path) }
  }

  /// The paths of values that have to be there: of the record, or of its lines.
  private func valuePaths(
    _ values: SystemSettings, ofLines: Bool = false
  ) -> [(name: String, path: JSONPath)] {
    values.values.sorted(by: { $0.key < $1.key }).compactMap { name, value in
      guard case .mapping(let values) = value else { return nil }
      let group = SystemSettings(values)
      guard group.flag("optional") != true, (group.text("of") == "lines") == ofLines else {
        return nil
      }
      return group.path("path").map { (name: name, path: $0) }
    }
  }

  /// A member whose name is near the one that is missing.
  private static func suggestion(for path: JSONPath, in item: JSONValue) -> String {
    guard let steps = path.plainSteps, let last = steps.first,
      let near = last.nearest(among: (item.members ?? []).map(\.name))
    else { return "" }
    return " There is \(VisibleText(near))."
  }
}
