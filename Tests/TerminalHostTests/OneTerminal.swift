import Testing

/// ncurses has one current terminal per process: every test that opens one takes its turn.
@Suite("The terminal", .serialized) enum OneTerminal {}
