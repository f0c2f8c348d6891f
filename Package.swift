// swift-tools-version: 6.2
import PackageDescription

/// Every target builds in Swift 6 mode with the upcoming features that make imports and existentials explicit.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let asyncHTTPClient = Target.Dependency.product(
  name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "plumbline",
  products: [.executable(name: "plumbline", targets: ["plumbline"])],
  dependencies: [
    // Commands, flags and help texts.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // The HTTP client behind AdapterKit's port: pooled, cancellable, no deadlocks on Linux.
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    // The sandbox's HTTP server.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    // YAML with the line and column of every node.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // The health history, and the SQL engine behind the sandbox's SuiteQL.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // Logging to stderr or a file, never to the screen.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // HMAC-SHA256 of token-based authentication.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // Client assertions of OAuth 2.0.
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    // Byte buffers, headers and time amounts at AsyncHTTPClient's and Hummingbird's boundary.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // Certificate checking as configured for AsyncHTTPClient.
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  ],
  targets: [
    .target(
      name: "CTerm",
      cSettings: [.define("NCURSES_WIDECHAR", to: "1"), .define("_GNU_SOURCE")],
      linkerSettings: [.linkedLibrary("ncursesw")]),
    // The driver manager of ODBC, through which the custom ledger is read; Debian has no Swift package.
    .systemLibrary(name: "CODBC", providers: [.apt(["unixodbc-dev"])]),
    .target(name: "DealModel", swiftSettings: strict),
    .target(name: "TruthEngine", dependencies: ["DealModel"], swiftSettings: strict),
    // Not "Configuration": AsyncHTTPClient brings a module of that name.
    .target(
      name: "CompanyConfiguration", dependencies: ["DealModel", yams], swiftSettings: strict),
    .target(
      name: "AdapterKit",
      dependencies: [
        "DealModel", asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
      ],
      swiftSettings: strict),
    .target(
      name: "Adapters", dependencies: ["AdapterKit", "CODBC", "DealModel", crypto, jwtKit],
      swiftSettings: strict),
    .target(
      name: "Scheduler", dependencies: ["AdapterKit", "DealModel", "TruthEngine"],
      swiftSettings: strict),
    // What is remembered of the systems' health: calls and states in SQLite, incidents from them.
    .target(
      name: "HealthHistory", dependencies: ["AdapterKit", "DealModel", "Scheduler", grdb],
      swiftSettings: strict),
    // The headless watch: metrics, heartbeats, and a command run when a state changes.
    .target(
      name: "Watch",
      dependencies: [
        "AdapterKit", "DealModel", "Scheduler", "TruthEngine", hummingbird, logging, nioCore,
      ],
      swiftSettings: strict),
    .target(name: "Screens", dependencies: ["DealModel", "TruthEngine"], swiftSettings: strict),
    .target(
      name: "TerminalHost", dependencies: ["CTerm", "DealModel", "Screens"], swiftSettings: strict),
    // Rehearsed outages: the engine and the screens on a virtual clock, against what was read before.
    .target(
      name: "Drill",
      dependencies: ["AdapterKit", "DealModel", "Scheduler", "Screens", "TruthEngine"],
      swiftSettings: strict),
    .target(
      name: "Sandbox",
      dependencies: ["DealModel", crypto, grdb, hummingbird, jwtKit, logging, nioCore, yams],
      swiftSettings: strict),
    // Knobs of the allocator and of SQLite that Swift cannot reach.
    .target(name: "CMemory", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "plumbline",
      dependencies: [
        "AdapterKit", "Adapters", "CMemory", "CompanyConfiguration", "DealModel", "Drill",
        "HealthHistory",
        "Sandbox", "Scheduler", "Screens", "TerminalHost", "TruthEngine", "Watch", logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Clocks, chance and builders that several test targets share.
    .target(
      name: "TestSupport", dependencies: ["AdapterKit", "DealModel", "TruthEngine"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "DealModelTests", dependencies: ["DealModel", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TruthEngineTests", dependencies: ["DealModel", "TestSupport", "TruthEngine"],
      swiftSettings: strict),
    .testTarget(
      name: "CompanyConfigurationTests",
      dependencies: ["CompanyConfiguration", "DealModel", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AdapterKitTests",
      dependencies: [
        "AdapterKit", "DealModel", "TestSupport", nioCore, nioHTTP1, nioPosix, nioSSL,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SandboxTests", dependencies: ["DealModel", "Sandbox", "TestSupport"],
      exclude: ["Specs"], swiftSettings: strict),
    // The one contract test: every adapter against its emulator.
    .testTarget(
      name: "AdaptersTests",
      dependencies: [
        "AdapterKit", "Adapters", "CompanyConfiguration", "DealModel", "Sandbox", "Scheduler",
        "TestSupport", "TruthEngine", "plumbline", crypto, grdb, jwtKit,
      ],
      exclude: ["ODBC/ledger.sql"],
      swiftSettings: strict),
    .testTarget(
      name: "SchedulerTests",
      dependencies: ["AdapterKit", "DealModel", "Scheduler", "TestSupport", "TruthEngine"],
      swiftSettings: strict),
    // Runs a whole engine on one thread, in an order that a seed decides.
    .target(
      name: "CSimulation", path: "Tests/CSimulation", cSettings: [.define("_GNU_SOURCE")]),
    // Schedules of trouble: the engine and the real adapters against the emulators.
    .target(
      name: "Simulation",
      dependencies: [
        "AdapterKit", "Adapters", "CSimulation", "CompanyConfiguration", "DealModel", "Sandbox",
        "Scheduler", "TestSupport", "TruthEngine", crypto,
      ],
      path: "Tests/Simulation", swiftSettings: strict),
    // Runs ten thousand of them, best in the release build.
    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate",
      swiftSettings: strict),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: strict),
    .testTarget(
      name: "HealthHistoryTests",
      dependencies: ["AdapterKit", "DealModel", "HealthHistory", "Scheduler", "TestSupport", grdb],
      swiftSettings: strict),
    .testTarget(
      name: "WatchTests",
      dependencies: ["AdapterKit", "DealModel", "Scheduler", "TestSupport", "Watch"],
      swiftSettings: strict),
    .testTarget(
      name: "DrillTests",
      dependencies: [
        "AdapterKit", "Adapters", "CompanyConfiguration", "DealModel", "Drill", "Sandbox",
        "Scheduler", "Screens", "TestSupport", "TruthEngine",
      ], swiftSettings: strict),
    .testTarget(
      name: "ScreensTests", dependencies: ["DealModel", "Screens", "TestSupport", "TruthEngine"],
      exclude: ["Frames"], swiftSettings: strict),
    .testTarget(
      name: "TerminalHostTests",
      dependencies: ["CTerm", "DealModel", "Screens", "TerminalHost", "TestSupport"],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "AdapterKit", "Adapters", "CMemory", "CompanyConfiguration", "DealModel", "Sandbox",
        "Scheduler", "TruthEngine",
      ],
      path: "Tests/Benchmarks", exclude: ["large_company.py"], swiftSettings: strict),
    // The real binary: its commands, and its screens in tmux.
    .testTarget(
      name: "EndToEndTests", dependencies: ["DealModel", "TestSupport", "plumbline"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
