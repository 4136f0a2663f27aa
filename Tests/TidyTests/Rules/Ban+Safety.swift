/// What the compiler lets pass and we do not.
extension Ban {
    static let forceUnwrap = Ban(
        name: "no force unwrap",
        pattern: Pattern(#"(?:\b(?!(?:try|as)!)\w+|[)\]}"?>])!(?!=)"#),
        scope: .sources,
        problem: "force unwrap", remedy: "bind it, or state a precondition",
        bad: [
            ["Sources/Hark/A.swift": "let a = b!"], ["Sources/Hark/A.swift": "f(a)!.b"],
            ["Sources/Hark/A.swift": "var a: Int!"], ["Sources/Hark/A.swift": "\"a \\(b[0]!)\""],
        ],
        good: [
            ["Sources/Hark/A.swift": "if !a, b != c, d!=e { \"Hark!\" } // no!"],
            ["Tests/HarkTests/A.swift": "let a = b!"],
        ])

    static let forcedTry = Ban(
        name: "no forced try or cast",
        pattern: Pattern(#"\b(?:try|as)!"#),
        scope: .sources,
        problem: "forced try or cast", remedy: "handle the failure, or state a precondition",
        bad: [["Sources/Hark/A.swift": "try! a()"], ["Sources/Hark/A.swift": "let a = b as! C"]],
        good: [["Sources/Hark/A.swift": "try a(); let b = try? c() as? D"]])

    static let unchecked = Ban(
        name: "no unchecked sharing outside the boxes",
        pattern: Pattern(#"@unchecked\s+Sendable|\bnonisolated\(unsafe\)"#),
        scope: .sources,
        allowed: [
            "Sources/HarkUV/*/EventLoop.swift": "the actor whose executor is the loop thread",
            "Sources/HarkUV/*/LoopBound.swift": "the door out: held by any thread, opened on the loop thread",
            "Sources/HarkUV/*/LoopExecutor.swift": "jobs enter the loop thread here",
            "Sources/HarkUV/*/LoopRun.swift": "written under the mailbox's lock, read after its semaphore",
            "Sources/HarkUV/*/Mailbox.swift": "the door in: shared by all threads under its lock",
            "Sources/HarkUV/*/UVHandle.swift": "handles are made and freed on the loop thread",
            "Sources/HarkUV/*/UVLoop.swift": "the handle that others wake the loop by, under the mailbox's lock",
            "Sources/HarkWire/Bytes/ByteChunk.swift": "written once by one owner, then only read",
            "Sources/HarkWire/Bytes/ByteWriter.swift": "an immutable pointer to a byte nobody reads",
        ],
        problem: "unchecked sharing", remedy: "let the compiler check it, or go through one of the listed boxes",
        bad: [
            ["Sources/Hark/Client.swift": "final class A: @unchecked Sendable {}"],
            ["Sources/HarkUV/Sockets/UVStream.swift": "nonisolated(unsafe) var a = 1"],
        ],
        good: [
            ["Sources/HarkUV/EventLoop/Mailbox.swift": "final class Mailbox: @unchecked Sendable {}"],
            ["Sources/Hark/Client.swift": "// never @unchecked Sendable"],
        ])

    static let casts = Ban(
        name: "pointers become objects in one place",
        pattern: Pattern(#"\b(?:Unmanaged|assumingMemoryBound|unsafeBitCast|unsafeDowncast)\b"#),
        scope: .sources,
        allowed: [
            "Sources/HarkUV/*/EventLoop.swift": "the loop's own pointers",
            "Sources/HarkUV/*/LoopBound.swift": "a look inside costs no reference counting",
            "Sources/HarkUV/*/LoopExecutor.swift": "the new thread's way back to its executor",
            "Sources/HarkUV/*/Mailbox.swift": "jobs and targets are words in a queue of bytes",
            "Sources/HarkUV/*/UVHandle.swift": "the one place that turns handles into objects",
            "Sources/HarkUV/*/UVLoop.swift": "the way from a libuv loop to its object",
            "Sources/HarkUV/*/UVRequest.swift": "the one place that turns requests into objects",
            "Sources/HarkUV/*/Uncounted.swift": "objects that somebody else keeps, on the way of each event",
        ],
        problem: "a cast nobody checks", remedy: "go through UVHandle",
        bad: [
            ["Sources/HarkUV/Sockets/UVStream.swift": "Unmanaged.passRetained(self)"],
            ["Sources/HarkWire/A.swift": "a.assumingMemoryBound(to: Int.self)"],
            ["Sources/Hark/A.swift": "unsafeBitCast(a, to: B.self)"],
        ],
        good: [["Sources/HarkUV/EventLoop/UVHandle.swift": "Unmanaged.passRetained(self).toOpaque()"]])

    static let rawPointers = Ban(
        name: "raw pointers stay where the bytes are",
        pattern: Pattern(#"\b(?:Unsafe(?:Mutable)?(?:Raw)?(?:Buffer)?|Opaque)Pointer\b"#),
        scope: .sources,
        allowed: [
            "Sources/HarkWire/Bytes/*": "chunks, and the reader and writer over them",
            "Sources/HarkWire/CBOR/*": "values are read in place and written into the open chunk",
            "Sources/HarkWire/BSON/*": "values are read in place and written into the open chunk",
            "Sources/HarkWire/JSON/*": "values are read in place and written into the open chunk",
            "Sources/HarkWire/Values/*": "undecoded arguments are borrowed from the chunk they came in",
            "Sources/HarkWire/Framing/*": "frames are cut in place",
            "Sources/HarkWire/Datagrams/*": "what is sent is lent, not copied",
            "Sources/HarkProtocol/Dialects/*": "machines read frames in place and pass on arguments undecoded",
            "Sources/HarkProtocol/Multicast/*": "datagrams are read in place and lent to the socket",
            "Sources/HarkProtocol/Mesh/*": "events are read in place, and passed on as they are",
            "Sources/HarkUV/*": "libuv speaks in pointers",
            "Sources/Hark/Gateway/*": "messages become frames and frames messages in place",
            "Sources/Hark/Link/*": "received bytes go from the socket to the machine in place",
            "Sources/Hark/Emitter/Listener*.swift": "handlers are lent the undecoded arguments during the call",
            "Sources/Hark/Emitter/Emitter+Receiving.swift": "passes undecoded arguments on to both ends",
            "Sources/Hark/Emitter/ResponderTable.swift": "responders are lent the undecoded arguments likewise",
            "Sources/Hark/Event.swift": "copies the arguments that it is lent",
            "Sources/Hark/Transport/SocketConnection.swift": "hands on what the stream has read, as a span",
            "Sources/Hark/Transport/*Datagram*.swift": "datagrams are lent to the socket and by it",
            "Sources/Hark/Group/*": "received datagrams go from the socket to the machine in place",
            "Sources/Hark/Node/*": "events of other nodes are passed on in place",
            "Sources/Hark/Encryption/*": "datagrams are sealed into the buffer that is sent",
        ],
        problem: "raw pointer", remedy: "use RawSpan, ByteReader or ByteWriter",
        bad: [
            ["Sources/Hark/Client.swift": "let a: UnsafeRawBufferPointer"],
            ["Sources/HarkProtocol/Session/Session.swift": "let a: UnsafeMutablePointer<Int>"],
        ],
        good: [["Sources/HarkUV/Sockets/UVStream.swift": "let a: UnsafeMutableRawPointer"]])

    static let openSwitches = Ban(
        name: "machines switch exhaustively",
        pattern: Pattern(#"\bdefault\s*:"#),
        scope: Paths(
            "Sources/*Machine.swift", "Sources/*Machine+*.swift", "Sources/*/Reconnector*.swift",
            "Sources/*/Session.swift", "Sources/*/Session+*.swift"),
        problem: "`default` in a machine", remedy: "name the cases, so that a new one does not pass unseen",
        bad: [
            ["Sources/HarkProtocol/Native/NativeMachine.swift": "switch a { case .b: c()\ndefault: break }"],
            ["Sources/HarkProtocol/Session/Session.swift": "@unknown default: break"],
        ],
        good: [
            ["Sources/HarkProtocol/Native/NativeMachine.swift": "static let `default` = 1 // default: 1"],
            ["Sources/HarkWire/JSON/JSONReader.swift": "switch a { default: break }"],
        ])
}
