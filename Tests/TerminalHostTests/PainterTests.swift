import CTerm
import DealModel
import Glibc
import Screens
import Testing

@testable import TerminalHost

extension OneTerminal {
  @Suite("Painting") struct Painter {
    /// Options for a screen on a file that is read back by nobody.
    private func onFile(_ descriptor: Int32, ascii: Bool = false) -> TerminalOptions {
      var options = TerminalOptions()
      options.input = descriptor
      options.output = descriptor
      options.type = "xterm-256color"
      options.isASCII = ascii
      options.handlesSignals = false
      options.takesAnyFile = true
      return options
    }

    private func file() -> Int32 {
      var name = Array("/tmp/plumbline-screen-XXXXXX".utf8CString)
      let descriptor = mkstemp(&name)
      unlink(name)
      return descriptor
    }

    private func written(_ descriptor: Int32) -> Int { lseek(descriptor, 0, SEEK_END) }

    private func shown(_ column: Int, _ row: Int) -> cte_cell {
      var cell = cte_cell()
      _ = cte_shown(Int32(row), Int32(column), &cell)
      return cell
    }

    private func text(row: Int, columns: Range<Int>) -> String {
      var text = String.UnicodeScalarView()
      for column in columns {
        if let scalar = Unicode.Scalar(shown(column, row).scalar) { text.append(scalar) }
      }
      return String(text)
    }

    private func put(
      _ text: String, in frame: inout Frame, column: Int, row: Int, style: Style = .plain
    ) {
      for (offset, scalar) in text.unicodeScalars.enumerated() {
        frame.set(Cell(scalar, style: style), column: column + offset, row: row)
      }
    }

    @Test("what a frame holds is what the terminal shows, in the last corner too")
    func everyCell() throws {
      let descriptor = file()
      defer { close(descriptor) }
      var terminal = try Terminal(options: onFile(descriptor))
      var frame = Frame(size: terminal.size)
      for row in 0..<frame.size.rows {
        for column in 0..<frame.size.columns {
          let letter = Unicode.Scalar(UInt8(0x21 + (row * 7 + column) % 90))
          frame.set(Cell(letter), column: column, row: row)
        }
      }
      terminal.show(frame)
      for row in 0..<frame.size.rows {
        #expect(text(row: row, columns: 0..<frame.size.columns) == frame.lines[row])
      }
      terminal.close()
    }

    @Test("a style becomes attributes and a colour, and a reversed cell has none")
    func styles() throws {
      let descriptor = file()
      defer { close(descriptor) }
      var terminal = try Terminal(options: onFile(descriptor))
      var frame = Frame(size: terminal.size)
      put("x", in: &frame, column: 0, row: 0, style: Style(.bad, bold: true, underlined: true))
      put("y", in: &frame, column: 1, row: 0, style: Style(.bad, reversed: true))
      put("z", in: &frame, column: 2, row: 0, style: Style(.heading))
      terminal.show(frame)
      let bad = shown(0, 0)
      #expect(Int(bad.look) & Int(CTE_BOLD) != 0)
      #expect(Int(bad.look) & Int(CTE_UNDERLINED) != 0)
      if terminal.traits.colours != .none { #expect(bad.pair == Ink.bad.rawValue) }
      let bar = shown(1, 0)
      #expect(Int(bar.look) & Int(CTE_REVERSED) != 0)
      #expect(bar.pair != Ink.bad.rawValue)
      #expect(Int(shown(2, 0).look) & Int(CTE_BOLD) != 0)
      terminal.close()
    }

    @Test("wide characters take two columns and marks stay on their letter")
    func wideAndMarked() throws {
      let descriptor = file()
      defer { close(descriptor) }
      var terminal = try Terminal(options: onFile(descriptor))
      var frame = Frame(size: terminal.size)
      frame.set(Cell("東"), column: 0, row: 0)
      frame.set(.continuation(style: .plain), column: 1, row: 0)
      frame.set(Cell("e", marks: ["\u{301}", "\u{323}"]), column: 2, row: 0)
      put("|", in: &frame, column: 3, row: 0)
      terminal.show(frame)
      #expect(shown(0, 0).scalar == 0x6771)
      let marked = shown(2, 0)
      #expect(marked.scalar == 0x65)
      #expect(marked.marks.0 == 0x301)
      #expect(marked.marks.1 == 0x323)
      #expect(shown(3, 0).scalar == 0x7C)
      terminal.close()
    }

    @Test("a character whose width is in dispute never shifts the columns after it")
    func disputedWidth() throws {
      let descriptor = file()
      defer { close(descriptor) }
      var terminal = try Terminal(options: onFile(descriptor))
      var frame = Frame(size: terminal.size)
      // One column for a wide character, two for a narrow one, a mark and a control on their own,
      // half a wide character at the edge.
      put("東|", in: &frame, column: 0, row: 0)
      frame.set(Cell("a"), column: 0, row: 1)
      frame.set(.continuation(style: .plain), column: 1, row: 1)
      put("|", in: &frame, column: 2, row: 1)
      put("\u{301}\u{1B}\u{202E}|", in: &frame, column: 0, row: 2)
      frame.set(Cell("東"), column: frame.size.columns - 1, row: 3)
      put("|", in: &frame, column: 0, row: 3)
      frame.set(.continuation(style: .plain), column: 0, row: 4)
      put("|", in: &frame, column: 1, row: 4)
      terminal.show(frame)
      #expect(text(row: 0, columns: 0..<2) == "\u{FFFD}|")
      #expect(text(row: 1, columns: 0..<3) == "a |")
      #expect(text(row: 2, columns: 0..<4) == "\u{FFFD}\u{FFFD}\u{FFFD}|")
      #expect(shown(frame.size.columns - 1, 3).scalar == 0xFFFD)
      #expect(shown(0, 3).scalar == 0x7C)
      #expect(text(row: 4, columns: 0..<2) == " |")
      terminal.close()
    }

    @Test("in ASCII mode no other byte is written")
    func asciiOnly() throws {
      let descriptor = file()
      defer { close(descriptor) }
      var terminal = try Terminal(options: onFile(descriptor, ascii: true))
      var frame = Frame(size: terminal.size)
      frame.set(Cell("東"), column: 0, row: 0)
      frame.set(.continuation(style: .plain), column: 1, row: 0)
      frame.set(Cell("é", marks: ["\u{323}"]), column: 2, row: 0)
      put("|", in: &frame, column: 3, row: 0)
      terminal.show(frame)
      #expect(text(row: 0, columns: 0..<4) == "? ?|")
      terminal.close()
      var bytes = [UInt8](repeating: 0, count: written(descriptor))
      #expect(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
      #expect(!bytes.isEmpty && bytes.allSatisfy { $0 < 0x80 })
    }

    @Test("an equal frame writes nothing, and a forgotten one is painted again")
    func equalFrames() throws {
      let descriptor = file()
      defer { close(descriptor) }
      var terminal = try Terminal(options: onFile(descriptor))
      var frame = Frame(size: terminal.size)
      put("the same", in: &frame, column: 3, row: 3)
      terminal.show(frame)
      let first = written(descriptor)
      terminal.show(frame)
      #expect(written(descriptor) == first)
      terminal.forget()
      terminal.show(frame)
      #expect(written(descriptor) > first)
      #expect(text(row: 3, columns: 3..<11) == "the same")
      terminal.close()
    }

    @Test("the text cursor is shown where the frame has it, and hidden otherwise")
    func cursor() throws {
      let pty = try PseudoTerminal(columns: 40, rows: 10)
      defer { pty.hangUp() }
      var terminal = try Terminal(options: onFile(pty.program))
      var frame = Frame(size: terminal.size)
      terminal.show(frame)
      #expect(!pty.readAll().contains("\u{1B}[?25h"))
      frame.cursor = Frame.Position(column: 6, row: 4)
      terminal.show(frame)
      let typing = pty.readAll()
      #expect(typing.contains("\u{1B}[5;7H"))
      #expect(typing.contains("\u{1B}[?25h"))
      frame.cursor = nil
      terminal.show(frame)
      #expect(pty.readAll().contains("\u{1B}[?25l"))
      terminal.close()
    }

    @Test("a cursor bar that moves by a row costs at most 400 bytes at 120×40")
    func bytesOfABar() throws {
      let pty = try PseudoTerminal(columns: 120, rows: 40)
      defer { pty.hangUp() }
      var terminal = try Terminal(options: onFile(pty.program))
      func list(bar: Int) -> Frame {
        var frame = Frame(size: Size(columns: 120, rows: 40))
        for row in 0..<40 {
          let isBar = row == bar
          for column in 0..<120 {
            frame.set(Cell(style: Style(reversed: isBar)), column: column, row: row)
          }
          func write(_ text: String, _ ink: Ink, _ column: Int) {
            put(
              text, in: &frame, column: column, row: row, style: Style(ink, reversed: isBar))
          }
          write("BW-\(10_001 + row)", .accent, 0)
          write("Harbor Rail rollout \(row * 37)", .plain, 10)
          write("Acme Steel", .muted, 42)
          write("negotiation", .plain, 56)
          write("\(row * 7_919).00 EUR", .plain, 70)
          write("23.\(row % 10) %", row % 2 == 0 ? .good : .bad, 86)
          write("2026-12-01", .caution, 95)
          write("! conflict", .warning, 108)
        }
        return frame
      }
      terminal.show(list(bar: 10))
      _ = pty.readAll()
      terminal.show(list(bar: 11))
      let bytes = pty.readAll().utf8.count
      #expect(bytes > 120)
      #expect(bytes <= 400)
      terminal.close()
    }

    @Test("a second terminal is refused while one is open")
    func second() throws {
      let descriptor = file()
      defer { close(descriptor) }
      let terminal = try Terminal(options: onFile(descriptor))
      #expect(throws: TerminalError.self) { _ = try Terminal(options: onFile(descriptor)) }
      terminal.close()
    }

    @Test("a file is no terminal, a dumb one is refused, an unknown one is opened with a notice")
    func refusals() throws {
      let descriptor = file()
      defer { close(descriptor) }
      func kind(_ options: TerminalOptions) -> TerminalError.Kind? {
        do throws(TerminalError) {
          _ = try Terminal(options: options)
          return nil
        } catch {
          return error.kind
        }
      }
      var options = onFile(descriptor)
      options.takesAnyFile = false
      #expect(kind(options) == .notATerminal)
      options = onFile(descriptor)
      options.type = "dumb"
      #expect(kind(options) == .tooSimple)
      options.type = "no-such-terminal"
      let terminal = try Terminal(options: options)
      #expect(terminal.traits.notice?.contains("no-such-terminal") == true)
      terminal.close()
    }
  }
}
