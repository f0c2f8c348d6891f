public import DealModel
public import TruthEngine

/// What happened, in the past tense: the only way state changes.
public enum Message: Sendable {
  /// A key was pressed, text pasted, or the mouse used.
  case keyPressed(Key)
  /// The terminal has this size now.
  case terminalResized(Size)
  /// The time came that ``Program/nextWake`` asked for.
  case timePassed
  /// Deals of the index arrived.
  case indexArrived([Record], fetchedAt: Timestamp)
  /// Every deal of the origin has arrived.
  case indexCompleted(count: Int, fetchedAt: Timestamp)
  /// The index could not be read.
  case indexFailed(SystemError)
  /// Sections of these deals changed.
  case dossiersChanged([Dossier])
  /// The health of all systems, in the order of the configuration.
  case healthChanged([SystemHealth])
  /// What is known of the flows' runs: all of them, by name.
  case flowsRead([String: FlowReading])
  /// What is remembered of the systems' health arrived.
  case historyArrived(HealthMemory)
  /// A record that was asked for was read, or could not be.
  case detailArrived(RecordReference, Result<RecordDetail, SystemError>)
  /// What went over the wire for a record or a value.
  case payloadArrived(PayloadSubject, Payload)
  /// An ID that was looked up was found, or not.
  case found(text: String, records: [FoundRecord], failures: [SystemError])
  /// The links of the systems are being compared; how far each is, in the configuration's order.
  case linksProgressed([SystemSweep])
  /// The links of the systems were compared; the proof says how completely.
  case linksCompared([LinkFault], failures: [SystemError], proof: [SystemSweep] = [])
  /// Values of deals changed, the newest last.
  case valuesChanged([DealChange])
  /// Changes are watched in another way than before.
  case watchChanged(ChangeWatch)
  /// An effect that the user asked for ended; the words go to the status line.
  case noticePosted(String, isError: Bool)
}

/// What the program wants done; the results come back as messages.
public enum Effect: Hashable, Sendable {
  /// Say what is on screen: `visible` first, then `nearby`; whatever was asked before and is in
  /// neither may be cancelled. `selected` is the deal whose detail is open or beside the list.
  case show(visible: [DealID], nearby: [DealID], selected: DealID?)
  /// Ask again now, whatever the age: `r`. An empty list stands for everything on screen.
  case pullAgain([DealID])
  /// Read one record with its lines.
  case openDetail(RecordReference)
  /// Ask again for a record or the sections behind a value, and show what goes over the wire.
  case openPayload(PayloadSubject)
  /// Look an ID up in every system.
  case find(String)
  /// Compare the links of all systems.
  case compareLinks
  /// Make no more calls to a system until it is released.
  case isolate(SystemName)
  /// Let a system in again that was isolated.
  case release(SystemName)
  /// Probe a system at once, whatever its breaker waits for.
  case probe(SystemName)
  /// Read what is remembered of the systems' health.
  case recallHealth
  /// Stop comparing them.
  case stopLinks
  /// Open a URL in the browser.
  case browse(String)
  /// Put text on the clipboard (OSC 52).
  case copy(String)
  /// Write text to a file the user named; never over an existing one.
  case export(path: String, text: String)
  /// A command for the sandbox, typed as `:chaos …`; words as typed.
  case chaos([String])
  /// Suspend the process, as Ctrl-Z does.
  case suspend
  /// Repaint everything.
  case redraw
  /// Leave.
  case quit
}
