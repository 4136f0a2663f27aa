/// What would make results depend on the world, or litter it.
extension Ban {
    static let all: [any Rule] = [
        forceUnwrap, forcedTry, unchecked, casts, rawPointers, openSwitches, clocks, chance, printing, leftovers,
        testableImports, disabledTests, sleeps,
    ]

    static let clocks = Ban(
        name: "no clock below the façade",
        pattern: Pattern(
            #"\b(?:ContinuousClock|SuspendingClock|Dispatch(?:Wall)?Time|Date)\b"#,
            #"\b(?:clock_gettime|gettimeofday|time)\s*\(\s*(?:nil|CLOCK|&)"#),
        scope: .pureFloors,
        problem: "a clock in a pure floor", remedy: "take the moment as an argument",
        bad: [
            ["Sources/HarkProtocol/A.swift": "let now = ContinuousClock.now"],
            ["Sources/HarkWire/A.swift": "Date().timeIntervalSince1970"],
        ],
        good: [
            ["Sources/HarkProtocol/A.swift": "func advance(to now: Instant) { time(a) }\ncase .date(let d): d"],
            ["Sources/HarkUV/A.swift": "ContinuousClock.now"],
        ])

    static let chance = Ban(
        name: "no chance below the façade",
        pattern: Pattern(
            #"\.(?:random(?:Element)?|shuffled?)\s*\((?![^\n]*using:)"#,
            #"\b(?:SystemRandomNumberGenerator|arc4random\w*|drand48|getrandom|getentropy)\b"#),
        scope: .pureFloors,
        problem: "chance in a pure floor", remedy: "take a generator as an argument and pass it on with `using:`",
        bad: [
            ["Sources/HarkProtocol/A.swift": "let a = Int.random(in: 0..<3)"],
            ["Sources/HarkProtocol/A.swift": "var a = SystemRandomNumberGenerator()"],
            ["Sources/HarkProtocol/A.swift": "list.shuffled()"],
        ],
        good: [["Sources/HarkProtocol/A.swift": "let a = Int.random(in: 0..<3, using: &generator)"]])

    static let printing = Ban(
        name: "only the command prints",
        pattern: Pattern(#"(?<![.\w])(?<!func )(?:print|debugPrint|dump|NSLog)\s*\("#),
        scope: .sources,
        allowed: ["Sources/HarkCLI/*": "a command's output is what it is for"],
        problem: "output of a library", remedy: "log through swift-log, or return it",
        bad: [["Sources/Hark/A.swift": "print(1)"], ["Sources/HarkUV/A.swift": "{ dump (a) }"]],
        good: [
            ["Sources/HarkCLI/A.swift": "print(1)"],
            ["Sources/Hark/A.swift": "console.print(1) // print(1)\nfunc print(_ a: Int) {}\nfingerprint(1)"],
        ])

    static let leftovers = Ban(
        name: "nothing is left for later in comments",
        pattern: Pattern(#"\b(?:TODO|FIXME|XXX|HACK)\b"#),
        part: .comments,
        scope: Paths("Sources/*", "Tests/*", "Benchmarks/*", "CLibUV/*", "Package.swift"),
        problem: "a note to oneself", remedy: "do it, or open an issue",
        bad: [
            ["Sources/Hark/A.swift": "// TO\("DO"): later"],
            ["Tests/HarkTests/A.swift": "/* FIX\("ME") */"],
        ],
        good: [["Sources/Hark/A.swift": "let a = \"TODO\""], ["Sources/Hark/B.swift": "// todo lists, XXXL"]])

    static let testableImports = Ban(
        name: "tests see what other modules see",
        pattern: Pattern(#"@testable\b"#),
        scope: .swift,
        problem: "`@testable`", remedy: "make it `package`, or test it through what uses it",
        bad: [["Tests/HarkTests/A.swift": "@testable import Hark"]],
        good: [["Tests/HarkTests/A.swift": "import Hark // not @testable"]])

    static let disabledTests = Ban(
        name: "tests run",
        pattern: Pattern(#"\.disabled\s*\(|\bXCTSkip\w*|\bwithKnownIssue\b"#),
        scope: .tests,
        problem: "a test that does not count", remedy: "repair it or remove it",
        bad: [["Tests/HarkTests/A.swift": "@Test(.disabled(\"flaky\")) func a() {}"]],
        good: [["Tests/HarkTests/A.swift": "@Test func `a.disabled(b)`() {}"]])

    static let sleeps = Ban(
        name: "tests do not sleep",
        pattern: Pattern(#"\b(?:\w*sleep)\s*\("#),
        scope: .tests,
        problem: "a test that waits for time to pass", remedy: "wait for the event, or use a virtual clock",
        bad: [
            ["Tests/HarkTests/A.swift": "try await Task.sleep(for: .seconds(1))"],
            ["Tests/HarkTests/A.swift": "usleep(10)"],
        ],
        good: [["Tests/HarkTests/A.swift": "#expect(\"sleep(1)\" != asleep) // sleep(1)"]])
}
