import AdapterKit
import DealModel

extension RESTAdapter {
  /// Tries each list once and holds every configured path against what really came.
  func examinations(_ brief: ExaminationBrief) async -> [Examination] {
    var all = await linkExaminations()
    for plan in settings.plans {
      all.append(contentsOf: await examine(plan, brief))
      all.append(contentsOf: await strayExaminations(plan))
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

  private func examine(_ plan: RESTPlan, _ brief: ExaminationBrief) async -> [Examination] {
    let list = plan.links ?? plan.list
    var filling = RESTFilling()
    if list.style != .whole {
      guard plan.via == nil else { return [] }
      // Nobody bears it; the shape of the answer is tried all the same.
      filling.ids = ["plumbline-doctor"]
    }
    do {
      let items = try await page(of: list, filling, from: nil).items.filter(plan.takes)
      return judge(plan, items)
    } catch let error as SystemError {
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
    } catch { return [] }
  }

  /// Whether the question for one deal brings others' records: many vendors pass over a filter that
  /// they do not know.
  private func strayExaminations(_ plan: RESTPlan) async -> [Examination] {
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
      // Without links that question was asked before, and what came of it was told.
      guard plan.links != nil else { return [] }
      switch error.kind {
      case .malformed, .refused:
        return [
          Examination(
            .settings, .finding, error.message,
            mend: "mend `\(plan.place)` of systems.\(settings.system).")
        ]
      case .drifted, .unauthorized, .throttled, .unavailable: return []
      }
    } catch { return [] }
  }

  private func judge(_ plan: RESTPlan, _ items: [JSONValue]) -> [Examination] {
    guard let first = items.first else {
      return [
        Examination(
          .settings, .manual, "\(plan.place): the list is empty, so its paths could not be tried.")
      ]
    }
    let lost = paths(of: plan).compactMap { name, path -> Examination? in
      let findings = items.prefix(50).map { path.find(in: $0) }
      guard findings.allSatisfy({ $0.values.isEmpty && $0.lost != nil }) else { return nil }
      guard let lost = path.find(in: first).lost else { return nil }
      let held = port.hidingSecrets(in: lost.held)
      let near = Self.suggestion(for: path, in: first)
      return Examination(
        name == "link" ? .linkProperty : .settings, .finding,
        "\(plan.place).\(name): nothing at \(path); at \(lost.reached) there is \(held).\(near)",
        mend: "mend it in systems.\(settings.system).")
    }
    guard lost.isEmpty else { return lost }
    return [
      Examination(
        .settings, .ok, "\(plan.place): every path leads somewhere (\(items.count) tried).")
    ]
  }

  private func paths(of plan: RESTPlan) -> [(name: String, path: JSONPath)] {
    var paths: [(name: String, path: JSONPath)] = [("id", plan.id), ("number", plan.label)]
    if plan.via == nil { paths.append(("link", plan.link)) }
    if let parent = plan.parent { paths.append(("parent", parent)) }
    if let modified = plan.modified { paths.append(("modified", modified.path)) }
    // A list of links often brings less of a record than the question for it.
    guard plan.links == nil else { return paths }
    for (name, value) in plan.values.values.sorted(by: { $0.key < $1.key }) {
      guard case .mapping(let values) = value else { continue }
      let group = SystemSettings(values)
      guard group.flag("optional") != true, let path = group.path("path") else { continue }
      paths.append(("values.\(name)", path))
    }
    return paths
  }

  /// A member whose name is near the one that is missing.
  private static func suggestion(for path: JSONPath, in item: JSONValue) -> String {
    guard let steps = path.plainSteps, let last = steps.first,
      let near = last.nearest(among: (item.members ?? []).map(\.name))
    else { return "" }
    return " There is \(VisibleText(near))."
  }
}
