/// `Sources/HarkWire/CBOR/CBORReader.swift` is tested in `Tests/HarkWireTests/CBOR/CBORReaderTests.swift`.
///
/// A file that only declares, without a function that could go wrong, needs no test.
struct MirroredTests: Rule {
    private static let testedElsewhere: Paths = [
        "Sources/*Error.swift": "facts and their wording; the tests of what throws them compare them",
        "Sources/HarkCLI/*": "commands are run as processes; their tests are named after what a user does",
        "Sources/HarkTesting/*": "the tools of all the other tests, which fail when a tool does",
        "Sources/HarkUV/EventLoop/LoopRun.swift": "EventLoopTests: every run is one",
        "Sources/HarkUV/EventLoop/LoopThread.swift": "EventLoopTests asks it which thread is the loop",
        "Sources/HarkUV/EventLoop/LoopTimer.swift": "TimerHeapTests schedules and cancels it",
        "Sources/HarkUV/EventLoop/UVRequest.swift": "memory and its owner; what connects, writes and looks up uses it",
        "Sources/HarkUV/Sockets/SocketDescriptor.swift": "system calls; the tests of listeners and socket files",
        "Sources/HarkWire/Bytes/ByteChunk.swift": "memory without behaviour; ByteWriterTests fills it",
        "Sources/HarkWire/Bytes/ByteReader.swift": "ByteWriterTests reads back what was written",
        "Sources/HarkWire/Bytes/ChunkPool.swift": "ByteWriterTests takes from it and gives back",
        "Sources/HarkWire/Bytes/ChunkQueue.swift": "ByteWriterTests, through `sealed`",
    ]

    func findings(in repository: Repository) -> [Finding] {
        let tests = Set(repository.files.map(\.path).filter { $0.hasPrefix("Tests/") })
        return repository.files.compactMap { file in
            guard let target = file.target, file.isSwift, !file.bodies.isEmpty,
                !Self.testedElsewhere.contains(file.path)
            else { return nil }
            let folder = file.path.split(separator: "/").dropFirst(2).dropLast().map { $0 + "/" }.joined()
            let type = file.stem.split(separator: "+").first ?? ""
            let expected = [file.stem, String(type)].map { "Tests/\(target)Tests/\(folder)\($0)Tests.swift" }
            guard tests.isDisjoint(with: expected) else { return nil }
            return file.finding(1, "a file without a test", "write \(expected[1]), or list it here with a reason")
        }
    }

    let bad: [Repository] = [
        ["Sources/Hark/Link/A.swift": "struct A { func b() {} }"],
        ["Sources/Hark/Link/A.swift": "struct A { func b() {} }", "Tests/HarkTests/ATests.swift": ""],
        ["Sources/Hark/A+B.swift": "extension A { var b: Int { 1 } }", "Tests/HarkTests/BTests.swift": ""],
    ]
    let good: [Repository] = [
        ["Sources/Hark/Link/A.swift": "struct A { func b() {} }", "Tests/HarkTests/Link/ATests.swift": ""],
        ["Sources/Hark/A+B.swift": "extension A { func b() {} }", "Tests/HarkTests/ATests.swift": ""],
        ["Sources/Hark/A+B.swift": "extension A { func b() {} }", "Tests/HarkTests/A+BTests.swift": ""],
        ["Sources/Hark/A.swift": "protocol A { func b()\n var c: Int { get } }\nenum B { case c }"],
    ]
}
