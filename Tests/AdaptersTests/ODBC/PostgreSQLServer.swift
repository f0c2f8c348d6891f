import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, from Debian's package: in a temporary directory, on a socket
/// there and nowhere else.
///
/// It lives as long as this process: the shell around it waits for the end of its input, stops the
/// server and removes the directory, however the tests ended. Tests fail where PostgreSQL is missing.
final class PostgreSQLServer: Sendable {
  /// The socket's directory; also what a connection names as its server.
  let directory: String
  private let programs: String
  private let databases = Mutex(0)

  /// The one server of this process, started when first asked for.
  static let shared = Result { try PostgreSQLServer() }

  /// What is missing, and how to get it.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  private init() throws {
    let base = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    guard let newest = versions.compactMap({ Int($0) }).max() else {
      throw Missing(description: "There is no PostgreSQL server here: run .scripts/setup.")
    }
    programs = "\(base)/\(newest)/bin"
    // Sockets have short names, so not below a long TMPDIR.
    var template = Array("/tmp/plumbline-pg-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Missing(description: "/tmp cannot be written.") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", Self.script, "sh", directory, programs]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let said = output.fileHandleForReading.availableData
    guard said.starts(with: Data("ready".utf8)) else {
      let log = (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? ""
      throw Missing(description: "PostgreSQL did not start: \(log)")
    }
    // Never closed: its end is the end of this process.
    Self.lifeline.withLock { $0 = input }
    let setup = Self.folder + "/ledger.sql"
    try run("CREATE DATABASE ledger")
    try psql(["-d", "ledger", "-f", setup])
    try run(
      """
      CREATE ROLE reader LOGIN PASSWORD 'right; {pass}word=''1';
      CREATE ROLE writer LOGIN PASSWORD 'writer';
      """)
    try run(
      """
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO writer;
      CREATE TABLE vault (id INTEGER);
      CREATE SEQUENCE counter;
      GRANT USAGE ON SEQUENCE counter TO reader, writer;
      """, in: "ledger")
  }

  /// The password of the role `reader`, with everything that connection strings find hard.
  static let password = "right; {pass}word='1"
  /// The folder of the SQL scripts.
  static let folder = String(#filePath).split(separator: "/").dropLast()
    .reduce("") { "\($0)/\($1)" }

  private static let lifeline = Mutex<Pipe?>(nil)

  private static let script = """
    directory=$1
    programs=$2
    as=
    cd "$directory" || exit 1
    if [ "$(id -u)" = 0 ]; then
      chown postgres "$directory" || exit 1
      as='setpriv --reuid=postgres --regid=postgres --clear-groups'
    fi
    $as "$programs/initdb" -D "$directory/data" -U admin --auth=trust --encoding=UTF8 \\
      --locale=C.UTF-8 --no-sync > "$directory/log" 2>&1 < /dev/null || exit 1
    printf 'local all admin trust\\nlocal all all scram-sha-256\\n' > "$directory/data/pg_hba.conf"
    $as "$programs/pg_ctl" start -w -D "$directory/data" -l "$directory/data/log" \\
      -o "-k $directory -c listen_addresses= -c fsync=off -c max_connections=100" \\
      >> "$directory/log" 2>&1 < /dev/null || exit 1
    echo ready
    cat > /dev/null
    $as "$programs/pg_ctl" stop -m immediate -D "$directory/data" > /dev/null 2>&1
    rm -rf "$directory"
    """

  /// A new database with the ledger in it.
  func database() throws -> String {
    let number = databases.withLock { number in
      number += 1
      return number
    }
    let name = "ledger_\(number)"
    // Copies cannot be made side by side.
    _ = try copying.withLock { _ in try run("CREATE DATABASE \(name) TEMPLATE ledger") }
    return name
  }

  private let copying = Mutex(())

  /// Runs SQL as the administrator and returns what it prints.
  @discardableResult
  func run(_ sql: String, in database: String = "postgres") throws -> String {
    try psql(["-d", database, "-c", sql])
  }

  @discardableResult
  private func psql(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "\(programs)/psql")
    process.arguments =
      ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", directory, "-U", "admin"] + arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Missing(description: String(decoding: complaint, as: UTF8.self))
    }
    return String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
