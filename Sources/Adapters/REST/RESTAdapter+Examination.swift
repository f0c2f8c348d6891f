import AdapterKit
import DealModel

extension RESTAdapter {
  /// Tries each list and opens a record, and holds the configured paths against what really came.
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
      let page = try await page(of: links, RESTFilling(), from: nil)
      let place = "\(plan.place).links"
      let borne = page.items.flatMap { plan.link.find(in: $0).values.compactMap(\.word) }
        .filter { !$0.isEmpty }
      let found =
        judge(page.items, at: place, pathsOfLinks(plan))
        + (try await shortPage(page, of: links, RESTFilling(), at: place))
      return (found, Array(borne.prefix(5)))
    } catch { return (told(error, at: plan), []) }
  }

  /// Asks for records as for a screen: of deals that are known there, or of one that nobody has, so
  /// that the shape of the answer is tried all the same.
  private func examine(_ plan: RESTPlan, of known: [String]) async -> [Examination] {
    var found: [Examination] = []
    do {
      var asked = known.isEmpty ? ["plumbline-doctor"] : known
      if let via = plan.via {
        let parents = try await sample(of: via.list, for: asked, at: "\(plan.place).via")
        let told = judge(
          parents.items, at: "\(plan.place).via", [("link", via.link), ("key", via.key)])
        found += parents.found + told.filter { $0.outcome != .ok }
        asked = parents.items.filter { item in
          via.link.find(in: item).values.contains { $0.word?.isEmpty == false }
        }.compactMap { via.key.find(in: $0).first?.word }
        guard !asked.isEmpty else { return found }
      }
      let records = try await sample(of: plan.list, for: Array(asked.prefix(5)), at: plan.place)
      found += records.found + judge(records.items, at: plan.place, paths(of: plan))
      // Where a condition's path is lost, that was told just now.
      let items = records.items.filter { (try? takes($0, plan)) ?? false }
      found += try await linesOf(items, plan)
      found += try await detailOf(items, plan)
    } catch { found += told(error, at: plan) }
    return found
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
    for case let belonging? in [plan.lines, plan.applications] {
      guard belonging.list == nil || belonging.place == plan.applications?.place,
        let inside = try await self.belonging(belonging, to: item, plan), !inside.isEmpty
      else { continue }
      found += judge(inside, at: belonging.place, valuePaths(belonging.values))
    }
    return found
  }

  /// The first page of a list, of some IDs where it is asked for by ID, and whether it is cut.
  private func sample(
    of list: RESTList, for ids: [String], at place: String
  ) async throws -> (items: [JSONValue], found: [Examination]) {
    let asked = list.style == .single ? ids.map { [$0] } : [ids]
    for ids in asked {
      let filling = RESTFilling(ids: ids)
      let page = try await page(of: list, filling, from: nil)
      guard !page.items.isEmpty || ids == asked.last else { continue }
      return (page.items, try await shortPage(page, of: list, filling, at: place))
    }
    return ([], [])
  }

  /// Whether a vendor gives fewer records than it is asked for, so that its first page would be taken
  /// for its last.
  private func shortPage(
    _ page: RESTPage, of list: RESTList, _ filling: RESTFilling, at place: String
  ) async throws -> [Examination] {
    guard let paging = list.paging, paging.more == nil, paging.total == nil, page.next == nil,
      !page.items.isEmpty
    else { return [] }
    let position: RESTPosition
    switch paging.by {
    case .page: position = .page(paging.first + 1, read: page.items.count)
    case .offset: position = .offset(page.items.count)
    case .cursor, .next, .link: return []
    }
    // Some refuse to look beyond the end.
    guard let beyond = try? await self.page(of: list, filling, from: position),
      !beyond.items.isEmpty
    else { return [] }
    return [
      Examination(
        .settings, .finding,
        "\(place): asked for pages of \(paging.size ?? 0), it gives \(page.items.count) and has more, "
          + "so that every list would end too soon.",
        mend: "set `size` to what it gives, or say where an answer tells `total` or `more`.")
    ]
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
    guard !items.isEmpty else {
      return [
        Examination(
          .settings, .manual, "\(place): the list is empty, so its paths could not be tried.")
      ]
    }
    let tried = items.prefix(50)
    let lost = paths.compactMap { name, path -> Examination? in
      let without = tried.filter { item in
        let found = path.find(in: item)
        return found.values.isEmpty && found.lost != nil
      }
      // A property may show only where it is filled; every other path has to lead somewhere always.
      let isGone = name == "link" ? without.count == tried.count : !without.isEmpty
      guard isGone, let shown = without.first, let lost = path.find(in: shown).lost else {
        return nil
      }
      let held = port.hidingSecrets(in: lost.held)
      let near = Self.suggestion(for: path, in: shown)
      let some = without.count == tried.count ? "" : " (in \(without.count) of \(tried.count))"
      return Examination(
        name == "link" ? .linkProperty : .settings, .finding,
        "\(place).\(name): nothing at \(path)\(some); at \(lost.reached) there is \(held).\(near)",
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
    for (name, time) in [("created", plan.created), ("modified", plan.modified)] {
      if let time, !time.isOptional { paths.append((name, time.path)) }
    }
    paths += plan.conditions.map { ("where", $0.path) }
    return paths
      + valuePaths(plan.values).map { (name: "values.\($0.name)", path: $0.path) }
  }

  /// The paths of values that have to be there: of the record, or of its lines.
  private func valuePaths(
    _ values: SystemSettings, ofLines: Bool = false
  ) -> [(name: String, path: JSONPath)] {
    values.values.sorted(by: { $0.key < $1.key }).flatMap { name, value in
      guard case .mapping(let values) = value else { return [(name: String, path: JSONPath)]() }
      let group = SystemSettings(values)
      var paths: [(name: String, path: JSONPath)] = []
      if (group.text("of") == "lines") == ofLines {
        let isOptional = group.flag("optional") ?? false
        for key in ["path", "minus", "times", "over", "and"] where !isOptional || key != "path" {
          guard let path = group.path(key) else { continue }
          paths.append((key == "path" ? name : "\(name).\(key)", path))
        }
      }
      // Conditions are about the record, whatever is added up.
      if !ofLines {
        paths += group.groups("when").map { ("\(name).when", RESTCondition($0).path) }
      }
      return paths
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
