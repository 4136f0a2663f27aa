// swift-tools-version: 6.2
import PackageDescription

/// The same settings as the root package, so that Hark and its rivals are compiled alike.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The codec contestant uses what Hark's modules share among themselves, and this is another package.
let insider: [SwiftSetting] = [.unsafeFlags(["-Xfrontend", "-disable-access-control"])]

/// NORM takes part where this says so: not every machine has libnorm.
let hasNORM = Context.environment["HARK_NORM"] == "1"

// A nested package: nobody who depends on Hark resolves SwiftNIO. It makes one program; the contestants are
// libraries in it, and the program starts itself again, once per end, to run one of them.
let package = Package(
    name: "hark-benchmarks",
    platforms: [.macOS("26.0")],
    dependencies: [
        .package(name: "hark", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    ],
    targets: [
        .target(name: "CContest"),
        .target(name: "ContestantC", dependencies: ["CContest"], linkerSettings: [.linkedLibrary("uv")]),
        .target(
            name: "ContestantNIO",
            dependencies: [
                "CContest",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "ContestantHark",
            dependencies: ["CContest", .product(name: "Hark", package: "hark")],
            swiftSettings: settings + insider),
        .executableTarget(
            name: "HarkBenchmarks",
            dependencies: [
                "CContest", "ContestantC", "ContestantNIO",
                "ContestantHark",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + (hasNORM ? ["ContestantNORM"] : []),
            resources: ["codec.js"].map { .embedInCode($0) }
                + ["meter", "wire", "tokenizer", "array", "streamitter", "uhura", "socket-ipc", "contest"].map {
                    .embedInCode("Wires/\($0).js")
                },
            swiftSettings: settings
                + [.define("CONTESTANT_HARK")] + (hasNORM ? [.define("CONTESTANT_NORM")] : [])
        ),
    ]
        + (hasNORM
            ? [.target(name: "ContestantNORM", dependencies: ["CContest"], linkerSettings: [.linkedLibrary("norm")])]
            : [])
)
