// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 mode by the tools version; `HARK_STRICT=1` (set by `make` and CI) turns warnings into errors.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["HARK_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])

/// What the tests of users see of the package without its traits; `HARK_PLAIN=1` (set by `make plain-tests`) leaves out
/// all other tests.
let plainTests = ["HarkCLITests", "SnippetTests"]

// Floors: a target imports only what stands above it in this list.
let package = Package(
    name: "hark",
    platforms: [.macOS("26.0")],
    products: [
        .library(name: "Hark", targets: ["Hark"]),
        .library(name: "HarkTesting", targets: ["HarkTesting"]),
        .executable(name: "hark", targets: ["HarkCLI"]),
    ],
    traits: [
        .trait(name: "Encryption", description: "Encrypted multicast groups; compiles swift-crypto")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.1.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibUV", path: "CLibUV", pkgConfig: "libuv",
            providers: [.apt(["libuv1-dev"]), .brew(["libuv"])]),
        .target(name: "HarkWire", swiftSettings: settings),
        .target(name: "HarkProtocol", dependencies: ["HarkWire"], swiftSettings: settings),
        .target(name: "CHarkLoop"),
        .target(name: "CHarkSockets"),
        .target(
            name: "HarkUV", dependencies: ["HarkWire", "CLibUV", "CHarkLoop", "CHarkSockets"], swiftSettings: settings),
        .target(
            name: "Hark",
            dependencies: [
                "HarkWire", "HarkProtocol", "HarkUV", .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Encryption"])),
                .product(name: "CryptoExtras", package: "swift-crypto", condition: .when(traits: ["Encryption"])),
            ],
            swiftSettings: settings),
        .target(name: "HarkTesting", dependencies: ["HarkWire", "HarkProtocol", "Hark"], swiftSettings: settings),
        .executableTarget(
            name: "HarkCLI",
            dependencies: [
                "Hark",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        .testTarget(name: "HarkWireTests", dependencies: ["HarkWire", "Captures"], swiftSettings: settings),
        .testTarget(
            name: "HarkProtocolTests", dependencies: ["HarkProtocol", "HarkWire", "HarkTesting", "Captures"],
            swiftSettings: settings),
        .testTarget(
            name: "HarkUVTests", dependencies: ["HarkUV", "HarkWire", "CFaultInjector"], swiftSettings: settings),
        .testTarget(
            name: "HarkTests",
            dependencies: [
                "Hark", "HarkProtocol", "HarkTesting", "HarkWire", "CFaultInjector", "Captures",
                .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Encryption"])),
            ],
            swiftSettings: settings),
        .testTarget(name: "HarkCLITests", dependencies: ["HarkCLI", "Hark", "Captures"], swiftSettings: settings),
        .testTarget(
            name: "SnippetTests",
            dependencies: ["Hark", "HarkTesting", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
        .target(name: "Captures", path: "Tests/Captures", swiftSettings: settings),
        .target(name: "CFaultInjector", path: "Tests/CFaultInjector"),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .testTarget(
            name: "AllocationTests",
            dependencies: ["Hark", "HarkProtocol", "HarkUV", "HarkWire", "CAllocationCounter"],
            swiftSettings: settings),
    ]
)

if Context.environment["HARK_PLAIN"] == "1" {
    package.targets.removeAll { $0.type == .test && !plainTests.contains($0.name) }
}
