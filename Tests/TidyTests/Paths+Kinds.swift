extension Paths {
    /// All Swift of this package, tests included.
    static let swift = Paths("Sources/*.swift", "Tests/*.swift", "Package.swift")
    /// What is shipped.
    static let sources = Paths("Sources/*.swift")
    static let tests = Paths("Tests/*.swift")
    /// The floors that decide and never ask the world for anything.
    static let pureFloors = Paths("Sources/HarkWire/*.swift", "Sources/HarkProtocol/*.swift")
}
