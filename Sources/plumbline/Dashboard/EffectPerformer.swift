import DealModel
import Glibc
import HealthHistory
import Sandbox
import Scheduler
import Screens
import TerminalHost

/// Does what the screens order, and posts what came of it.
struct EffectPerformer: Sendable {
  let engine: Engine
  let mailbox: Mailbox
  let sandbox: DemoSandbox?
  let history: HealthHistory

  func perform(_ effect: Effect) async {
    switch effect {
    case .show(let visible, let nearby, let selected):
      await engine.show(visible: visible, nearby: nearby, selected: selected)
    case .pullAgain(let ids): await engine.pullAgain(ids)
    case .openDetail(let reference): await engine.openDetail(reference)
    case .openPayload(let subject): await engine.openPayload(subject)
    case .find(let text): await engine.lookUp(text)
    case .compareLinks: await engine.compareLinks()
    case .isolate(let system): await engine.isolate(system)
    case .release(let system): await engine.release(system)
    case .probe(let system):
      let failure = await engine.probeNow(system)
      post(failure?.message ?? "\(system) answered its probe.", isError: failure != nil)
    case .recallHealth: mailbox.post(.historyArrived(await history.memory()))
    case .stopLinks: await engine.stopLinks()
    case .browse(let url): browse(url)
    case .export(let path, let text): export(text, to: path)
    case .chaos(let words): await chaos(words)
    case .copy, .suspend, .redraw, .quit: break  // The host's.
    }
  }

  private func export(_ text: String, to path: String) {
    switch TextFile.writeNew(text, to: path) {
    case .success: post("Wrote \(path).")
    case .failure(let failure): post(failure.words, isError: true)
    }
  }

  /// Opens a URL with the desktop's opener. Only web addresses: a system's words must not become
  /// an argument of any other kind.
  private func browse(_ url: String) {
    guard url.hasPrefix("https://") || url.hasPrefix("http://127.0.0.1") else {
      return post("This is no web address: \(VisibleText(url))", isError: true)
    }
    var child = pid_t()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("xdg-open"), strdup(url), nil]
    defer { for argument in arguments { free(argument) } }
    let failure = posix_spawnp(&child, "xdg-open", &actions, nil, &arguments, environ)
    if failure != 0 {
      post("There is no xdg-open here. The address is \(VisibleText(url))", isError: true)
    }
  }

  private func chaos(_ words: [String]) async {
    guard let sandbox = sandbox?.sandbox else {
      return post("There is no sandbox here to disturb: :chaos works in the demo.", isError: true)
    }
    guard let first = words.first else {
      let names = sandbox.company.systems.map(\.name.text).joined(separator: ", ")
      return post(":chaos SYSTEM ORDER, for example `:chaos erp_us fail 500`. Systems: \(names).")
    }
    let system = SystemName(first)
    do {
      let rest = Array(words.dropFirst())
      _ = try await sandbox.obey(ControlOrder(words: rest), by: system)
      post("\(system): \(rest.joined(separator: " "))")
    } catch {
      post("\(error)", isError: true)
    }
  }

  private func post(_ words: String, isError: Bool = false) {
    mailbox.post(.noticePosted(words, isError: isError))
  }
}
