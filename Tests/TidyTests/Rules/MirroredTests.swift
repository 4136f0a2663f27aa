/// `Sources/HarkWire/CBOR/CBORReader.swift` is tested in `Tests/HarkWireTests/CBOR/CBORReaderTests.swift`.
///
/// A file that only declares, without a function that could go wrong, needs no test.
struct MirroredTests: Rule {
    private static let testedElsewhere: Paths = [
        "Sources/*Error.swift": "facts and their wording; the tests of what throws them compare them",
        "Sources/Hark/Duration+Milliseconds.swift": "RedialerTests: durations without end do not wrap",
        "Sources/Hark/Emitter/Dispatch.swift": "EmitterTests: onAny knows the sender, async listeners may wait",
        "Sources/Hark/Emitter/AcknowledgementDeadline.swift": "a duration by another name",
        "Sources/Hark/Emitter/EmittedName.swift": "EmitterEchoTests emits with keys and with strings",
        "Sources/Hark/Emitter/EventPattern.swift": "EmitterPatternsTests: what fits, what is refused",
        "Sources/Hark/Emitter/LifecycleKey.swift": "names; LifecycleTableTests and ClientTests listen to them",
        "Sources/Hark/Emitter/Listener*.swift": "EmitterTests: listeners come, go and are called in order",
        "Sources/Hark/Emitter/PatternTrie.swift": "EmitterPatternsTests: patterns come, fit and go",
        "Sources/Hark/Emitter/ResponderTable.swift": "ReplyTests: a name is answered by one",
        "Sources/Hark/EventKey.swift": "EmitterTests emits and listens with keys and with strings",
        "Sources/Hark/EventName.swift": "EmitterTests: keys and strings of one name mean one event",
        "Sources/Hark/Client+AutoReconnect.swift": "UhuraGatewayTests: a session goes on elsewhere",
        "Sources/Hark/Client+Options.swift": "options; the tests of what they are for set them",
        "Sources/Hark/Gateway/*": "the tests of each dialect's gateway, on both sides of a link",
        "Sources/Hark/Console/MulticastGroup+*.swift": "MulticastGroupConsoleTests: a member seen and driven by telnet",
        "Sources/Hark/Console/Node+*.swift": "NodeConsoleTests: a node seen and driven by a program",
        "Sources/Hark/Node/*":
            "NodeTests, NodeSharingTests and VerboseNodeTests: nodes of both dialects come, emit, ask, lose and go",
        "Sources/HarkProtocol/Mesh/*": "MeshMachineTests: meshes in any shape, whose connections and nodes come and go",
        "Sources/Hark/Console/ConsoleArguments.swift":
            "MulticastGroupConsoleTests and NodeConsoleTests give wrong ones",
        "Sources/Hark/Console/Value+Console.swift": "MulticastGroupConsoleTests and NodeConsoleTests read all of them",
        "Sources/Hark/Group/*":
            "MulticastGroupTests: members of both dialects, with keys or not, come, emit, lose and go",
        "Sources/Hark/Link/Outlet*Rules.swift": "SocketIPCErrorsTests: what is refused, and what is told of it",
        "Sources/Hark/Dialects/PeerName.swift": "a text; UhuraGatewayTests finds peers by it",
        "Sources/Hark/Dialects/*Options.swift": "choices; the tests of the dialects make each",
        "Sources/Hark/Hello.swift": "facts; ServerTests compares what a client says with what its server hears",
        "Sources/Hark/Limits.swift": "defaults; the tests of what keeps to a limit lower it and reach it",
        "Sources/Hark/Link/BroadcastOutlet.swift": "EmitterTests: a server emits to all its peers, or to nobody",
        "Sources/Hark/Link/LingeringConnection.swift": "NativeLinkTests: who is refused still hears the reason",
        "Sources/Hark/Link/Link.swift": "NativeLinkTests cuts, starves and silences the one link there is",
        "Sources/Hark/Link/LinkOptions.swift": "passes on what ClientTests and NativeLinkTests set",
        "Sources/Hark/Link/LinkOccasions.swift": "NativeLinkTests and SessionsTests need all of them",
        "Sources/Hark/Link/OutletSending.swift": "what NativeOutlet holds; no function",
        "Sources/Hark/Link/Mailslot.swift": "EmitterTests: eight threads emit at once",
        "Sources/Hark/Link/*Outlet.swift": "EmitterTests emits through them, NativeLinkTests fills them up",
        "Sources/Hark/Link/NativeOutlet+*.swift":
            "NativeLinkOverflowTests, NativeLinkExpiringTests: what gives way, and when",
        "Sources/Hark/Link/OutletLedger.swift": "NativeLinkExpiringTests: what gives way while something expires",
        "Sources/Hark/Link/QueueWatch.swift":
            "NativeLinkSlowConsumerTests and RoomWaiterTests: who is watched, and when",
        "Sources/Hark/Link/PostedEvent.swift": "EmitterTests: eight threads emit at once",
        "Sources/Hark/Link/SessionTicket.swift": "SessionsTests: a client shows it and goes on",
        "Sources/Hark/OverflowPolicy.swift": "choices; NativeLinkOverflowTests fills a queue with each",
        "Sources/Hark/Console/ConsoleMember.swift": "what a target gives; ConsoleTargetTests reads and calls it",
        "Sources/Hark/Console/ConsoleSubscription.swift": "facts",
        "Sources/Hark/Console/LifecycleKey+Console.swift": "names",
        "Sources/Hark/Reconnecting/Reconnection.swift": "options; RedialerTests sets each and waits for it",
        "Sources/Hark/Sessions/SessionArchive.swift": "SessionStoreTests: servers are restarted, stores fail",
        "Sources/Hark/Sessions/SessionTable.swift": "SessionsTests: sessions wait, end, are resumed and taken over",
        "Sources/Hark/Storm/*": "StormTests lets listeners answer each other, over a link and within a process",
        "Sources/Hark/Node/Mesh*.swift":
            "NodeTests, NodeSharingTests, NodeAbuseTests, NodeSweepTests: nodes joined, asked, abused, cut off",
        "Sources/Hark/Node/NodeDispatch.swift": "facts; NodeStormTests needs its depth, NodeSweepTests its origin",
        "Sources/Hark/Node/NodeEngine.swift": "what engines promise",
        "Sources/Hark/Node/NodeGate.swift": "NodeTests: no more peers than allowed",
        "Sources/Hark/Node/NodeLink.swift": "NodeSweepTests: bursts over slow relays; NodeAbuseTests: what others send",
        "Sources/Hark/Node/NodeOutlet.swift": "NodeTests: what becomes of each event",
        "Sources/Hark/SlowConsumer.swift": "facts and a line of the log; NativeLinkSlowConsumerTests compares them",
        "Sources/Hark/Timing.swift": "ClientTests and NativeLinkTests wait for each deadline in virtual time",
        "Sources/Hark/Dialects/Transcoder.swift": "facts; TranscoderGatewayTests has a transcoder for them",
        "Sources/Hark/Transport/DatagramBinding.swift": "what is asked for",
        "Sources/Hark/Transport/DatagramSending.swift": "what came of it",
        "Sources/Hark/Transport/Environment.swift": "SimulatedNetworkTests: the same seed is the same world",
        "Sources/Hark/Transport/EventClock.swift": "passes on to the timers that TimerHeapTests runs",
        "Sources/Hark/Transport/HarkError+Sockets.swift": "ClientTests and ServerTests compare codes on sockets",
        "Sources/Hark/Transport/MemoryConnection.swift": "MemoryTransportTests: all that transports promise",
        "Sources/Hark/Transport/PeerInfo.swift": "facts; ServerTests reads them from a unix socket",
        "Sources/Hark/Transport/SettledAttempt.swift": "AdoptedConnectionTests: it succeeds, fails or is cancelled",
        "Sources/Hark/Transport/SocketConnection.swift": "SocketTransportTests: all that transports promise",
        "Sources/Hark/Transport/Transport.swift": "HandshakeFloodTests has a transport that leaves out what it may",
        "Sources/HarkCLI/*": "commands are run as processes; their tests are named after what a user does",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastFields.swift":
            "EventcastMetaTests: what is there, and is not",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastIdentity.swift":
            "EventcastMachineCaptureTests: byte by byte",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastLimits.swift":
            "defaults; the tests of what keeps to a limit lower it and reach it",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastName.swift": "EventcastMachineTests emits each",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastOrder.swift": "EventcastAssemblyTests: who gives way first",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastOrigin.swift": "EventcastCaptureTests: byte by byte",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastPart.swift": "EventcastAssemblyTests: parts of messages",
        "Sources/HarkProtocol/Dialects/Eventcast/EventcastTiming.swift": "EventcastAssemblyTests: when to ask",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupAssembly.swift":
            "NativeGroupMachineTests: every length of an event passes every length of a datagram",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupData.swift":
            "NativeGroupPageTests reads one byte by byte; NativeGroupMachineInvariant reads any",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupEffects.swift": "a queue; all tests of groups drain it",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupFrames.swift":
            "NativeGroupMachineTests: names, lengths and padding are read back",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupHeader.swift":
            "NativeGroupMachineTests: what is not for a member is passed over; NativeGroupPageTests, byte by byte",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupHeartbeat.swift":
            "NativeGroupMachineTests and NativeGroupLossTests: who is there, and what the last one was",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupOutbox.swift":
            "NativeGroupLossTests: nothing is repaired without it",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupOutgoing.swift":
            "NativeGroupMachineTests: full datagrams, refused events; NativeGroupPageTests, byte by byte",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupRepairs.swift":
            "NativeGroupLossTests and NativeGroupAbuseTests: what is sent again, and how much of it",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupSeal.swift":
            "NativeGroupEncryptionTests: no counter is used twice",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupSettings.swift":
            "choices; NativeGroupFlowTests and NativeGroupMachineTests make them",
        "Sources/HarkProtocol/Dialects/NativeGroup/NativeGroupSource*.swift":
            "NativeGroupAbuseTests: who is known, who is believed, who gives way",
        "Sources/HarkProtocol/Dialects/NativeGroup/UnsafeMutableRawPointer+LEB128.swift":
            "NativeGroupMachineTests reads back lengths of one byte to three",
        "Sources/HarkProtocol/Mesh/MeshBatches.swift": "MeshMachineAbuseTests: what is said of many nodes at once",
        "Sources/HarkProtocol/Mesh/MeshChild.swift": "MeshMachineTests: who lags behind misses nothing",
        "Sources/HarkProtocol/Mesh/MeshIdentity.swift": "facts; MeshMessageTests reads them, and refuses some",
        "Sources/HarkProtocol/Mesh/MeshMessageReader.swift": "MeshMessageTests: each field, and what is none",
        "Sources/HarkProtocol/Mesh/MeshNeighbour.swift":
            "MeshMachineAbuseTests: numbers that stand for nothing; MeshMachineAbsenceTests: those that are forgotten",
        "Sources/HarkProtocol/Mesh/MeshRoute.swift":
            "facts; MeshMachineTests: an event travels only where it is wanted",
        "Sources/HarkProtocol/Mesh/MeshSettings.swift":
            "choices; MeshMachineAbuseTests lowers each limit and reaches it",
        "Sources/HarkProtocol/Mesh/MeshStream.swift": "MeshMachineTests: each event once and in order, whatever is cut",
        "Sources/HarkProtocol/Mesh/MeshViolation.swift":
            "facts, and their wording; MeshMachineAbuseTests compares them",
        "Sources/HarkProtocol/Console/ConsoleVerb.swift": "words; ConsoleCommandTests compares all of them",
        "Sources/HarkProtocol/Multicast/GroupCongestion.swift": "facts",
        "Sources/HarkProtocol/Multicast/GroupEvent.swift": "what an effect lends",
        "Sources/HarkProtocol/Multicast/GroupLoss.swift": "facts",
        "Sources/HarkProtocol/Multicast/GroupMember.swift": "facts, and when two of them are the same",
        "Sources/HarkProtocol/Multicast/GroupRefusal.swift": "facts, and their wording",
        "Sources/HarkProtocol/Multicast/GroupStatistics.swift": "counters; the tests of the machines compare them",
        "Sources/HarkProtocol/Dialects/Native/MarkedFrames.swift":
            "NativeSendBufferRemovingTests removes what it finds",
        "Sources/HarkProtocol/Dialects/Native/NativeRedelivery.swift": "NativeSendBufferTests; SessionsTests reads it",
        "Sources/HarkTesting/*": "the tools of all the other tests, which fail when a tool does",
        "Sources/HarkUV/EventLoop/Alarm.swift": "TimerHeapTests: no timer runs but by it",
        "Sources/HarkUV/EventLoop/LagWatch.swift": "PausedProcessTests: a listener that blocks is noticed",
        "Sources/HarkUV/EventLoop/LoopRun.swift": "EventLoopTests: every run is one",
        "Sources/HarkUV/EventLoop/LoopThread.swift": "EventLoopTests asks it which thread is the loop",
        "Sources/HarkUV/EventLoop/LoopTimer.swift": "TimerHeapTests schedules and cancels it",
        "Sources/HarkUV/EventLoop/Uncounted.swift": "one call; each event of another node goes through it",
        "Sources/HarkUV/EventLoop/WallClock.swift": "one system call",
        "Sources/HarkUV/Sockets/HostName.swift": "one system call",
        "Sources/HarkUV/EventLoop/UVRequest.swift": "memory and its owner; what connects, writes and looks up uses it",
        "Sources/HarkUV/Sockets/DatagramBatch.swift": "DatagramSenderTests fills it and reads back what is in it",
        "Sources/HarkUV/Sockets/DatagramInbox.swift": "DatagramPortTests: whole datagrams, runs, and what is too long",
        "Sources/HarkUV/Sockets/DatagramPath.swift": "choices; DatagramPortTests takes each",
        "Sources/HarkUV/Sockets/*DatagramLane.swift": "DatagramPortTests: each path is one of them",
        "Sources/HarkUV/Sockets/DatagramSendResult.swift": "facts; DatagramSenderTests compares them",
        "Sources/HarkUV/Sockets/SocketDescriptor.swift": "system calls; the tests of listeners and socket files",
        "Sources/HarkUV/Sockets/SocketDescriptor+Multicast.swift": "UDPSocketTests: members, groups and their options",
        "Sources/HarkWire/Bytes/ByteChunk.swift": "memory without behaviour; ByteWriterTests fills it",
        "Sources/HarkWire/Bytes/ByteReader.swift": "ByteWriterTests reads back what was written",
        "Sources/HarkWire/Bytes/ByteReader+Text.swift": "CBORReaderTests and JSONReaderTests read and refuse text",
        "Sources/HarkWire/Bytes/RawSpan+Memory.swift": "SocketTransportTests: every byte read or written passes it",
        "Sources/HarkWire/Framing/FramingScan.swift": "what framings tell the splitter; the tests of all of them",
        "Sources/HarkWire/CBOR/CBORCountedHead.swift": "JSONCursorTests: containers of any length are read back",
        "Sources/HarkWire/JSON/JSONLexer*.swift": "JSONReaderTests and JSONCursorTests: all of it, and what is refused",
        "Sources/HarkWire/JSON/JSONScratch.swift": "JSONCursorTests lends one to strings of many lengths",
        "Sources/HarkWire/JSON/JSONNumberWriter.swift": "JSONNumberTests reads back what it wrote",
        "Sources/HarkWire/JSON/JSONScan.swift": "JSONWriterTests puts what it looks for at every place",
        "Sources/HarkWire/Values/ArgumentContainer.swift": "ArgumentReaderTests reads containers part by part",
        "Sources/HarkWire/Values/ArgumentKind.swift": "ArgumentReaderTests tells kinds apart without reading",
        "Sources/HarkWire/Values/Codable/*": "CodableArgumentTests: the standard library calls it, types read back",
        "Sources/HarkWire/Values/Int64+Double.swift": "EventArgumentTests: integers from doubles, and what loses",
        "Sources/HarkWire/Values/Object*.swift": "ValueObjectTests: keys that occur twice, or differ in bytes only",
        "Sources/HarkWire/Values/ValueStack.swift": "JSONReaderTests reads deep, large and broken containers",
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
