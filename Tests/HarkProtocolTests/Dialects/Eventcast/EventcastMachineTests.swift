import HarkProtocol
import HarkWire
import Testing

struct EventcastMachineTests {
    private let text = Value.string(String(repeating: "x", count: 3_000))

    /// Hands over all that one member sends to the group.
    private func pass(_ one: EventcastSide, to other: EventcastSide) {
        for sent in one.send() { other.receive(sent.bytes, from: one.address) }
    }

    // MARK: Events

    @Test func `an event arrives with its arguments, and its sender is told of once`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        #expect(one.emit("a", [1, "b", [true]]) == .accepted)
        #expect(one.emit("c") == .accepted)
        pass(one, to: other)
        let told = other.takeTold()
        #expect(told == ["joined m1", "event a(1, \"b\", [true]) from m1", "event c() from m1"])
        #expect(other.members == ["m1"] && one.members.isEmpty)
        #expect(one.statistics.sentEventCount == 2 && one.statistics.sentDatagramCount == 2)
        #expect(other.statistics.receivedEventCount == 2 && other.statistics.receivedDatagramCount == 2)
        #expect(one.statistics.sentByteCount == other.statistics.receivedByteCount)
    }

    @Test func `the member of all events is one object`() throws {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        one.emit("a")
        pass(one, to: other)
        let first = try #require(other.machine.members.first)
        one.emit("b")
        pass(one, to: other)
        #expect(other.machine.members.first === first)
        #expect(first.address == one.address && first.hostname == "vm" && first.id == "m1")
    }

    @Test func `a long event leaves in segments and arrives whole`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        one.emit("long", [text])
        let sent = one.send()
        #expect(sent.count == 4)
        for datagram in sent.reversed() { other.receive(datagram.bytes, from: one.address) }
        #expect(other.events.map(\.name) == ["long"] && other.events[0].cbor == EventcastReading.cbor([text]))
        #expect(one.statistics.sentEventCount == 1 && other.assemblyByteCount == 0)
    }

    @Test func `encrypted members understand each other, in one datagram and in segments`() {
        let cipher = FakeEventcastCipher(key: 7)
        let (one, other) = (EventcastSide(1, cipher: cipher), EventcastSide(2, cipher: FakeEventcastCipher(key: 7)))
        one.emit("short", [1])
        one.emit("long", [text])
        pass(one, to: other)
        #expect(other.events.map(\.name) == ["short", "long"] && other.refusals.isEmpty)
    }

    @Test func `a member does not hear itself, encrypted or not`() {
        for cipher in [nil, FakeEventcastCipher(key: 1)] {
            let side = EventcastSide(1, cipher: cipher)
            side.emit("short")
            side.emit("long", [text])
            pass(side, to: side)
            #expect(side.takeTold().isEmpty && side.assemblyByteCount == 0 && side.members.isEmpty)
        }
    }

    // MARK: What is not sent

    @Test(arguments: ["__ec_retx", "error", "start", "stop"])
    func `names of the protocol are not sent`(name: String) {
        let side = EventcastSide(1)
        #expect(side.emit(name) == .reservedName)
        #expect(side.send().isEmpty)
    }

    @Test func `what cannot be sent is refused at once`() {
        let side = EventcastSide(1) { $0.limits.messageByteCount = 5_000 }
        #expect(side.emit(String(repeating: "n", count: 1_024)) == .accepted)
        #expect(side.emit(String(repeating: "n", count: 1_025)) == .nameTooLong)
        #expect(side.emit("long", [.string(String(repeating: "x", count: 5_000))]) == .tooLarge)
        #expect(side.emit("bad", cbor: [0xFF]) == .notEncodable)
        #expect(side.emit("bad", cbor: [0xA1, 0x61, 0x00, 0x01]) == .notEncodable)
        #expect(side.emit("good") == .accepted)
        #expect(side.statistics.queuedEventCount == 2)
        #expect(side.send().count == 3)
    }

    @Test func `a queue has a limit, and room again when something has left`() {
        let side = EventcastSide(1) { $0.limits.queueByteCount = 4_000 }
        var count = 0
        while side.emit("e", [.string(String(repeating: "x", count: 400))]) == .accepted { count += 1 }
        #expect(count > 2 && side.statistics.queuedByteCount <= 4_000)
        #expect(side.emit("e", [.string(String(repeating: "x", count: 400))]) == .queueFull)
        #expect(side.emit("long", [text]) == .queueFull)
        side.sent(side.collect(byteCountMax: 1_400).reduce(0) { $0 + $1.count })
        #expect(side.emit("e", [.string(String(repeating: "x", count: 400))]) == .accepted)
        // A message that is longer than the queue leaves when nothing else waits.
        _ = side.send()
        #expect(side.emit("long", [text]) == .accepted)
    }

    @Test func `a message of more segments than there may be is too large`() {
        let side = EventcastSide(1) { $0.maxPayloadSize = 10 }
        #expect(side.emit("e", [.string(String(repeating: "x", count: 170_000))]) == .tooLarge)
    }

    // MARK: Sending

    @Test func `datagrams of one length that lie behind each other are one run`() {
        let side = EventcastSide(1)
        for _ in 0..<20 { side.emit("event", [1]) }
        side.emit("e")
        side.emit("long", [text])
        let runs = side.collect()
        #expect(runs.map(\.count) == [21, 4] && runs.allSatisfy { $0.target == .group })
        #expect(side.statistics.queuedEventCount == 22 && side.statistics.sentEventCount == 0)
    }

    @Test func `what has not left is collected again, from where it stopped`() {
        let side = EventcastSide(1)
        for number in 0..<10 { side.emit("event", [.int(Int64(number))]) }
        side.emit("long", [text])
        let all = side.collect().flatMap { run in (0..<run.count).map { Array(run[$0]) } }
        side.sent(3)
        #expect(side.statistics.sentEventCount == 3 && side.statistics.queuedEventCount == 8)
        let rest = side.collect().flatMap { run in (0..<run.count).map { Array(run[$0]) } }
        #expect(rest == Array(all.dropFirst(3)))
        side.sent(9)
        // Two of four segments: the event has not left.
        #expect(side.statistics.sentEventCount == 10 && side.statistics.queuedEventCount == 1)
        #expect(side.send().map(\.bytes) == Array(all.dropFirst(12)))
        #expect(side.statistics.sentEventCount == 11 && side.statistics.queuedByteCount == 0)
    }

    @Test func `no more is collected than is asked for`() {
        let side = EventcastSide(1)
        for _ in 0..<10 { side.emit("event") }
        let length = side.collect()[0].segmentByteCount
        for count in 0..<10 {
            #expect(side.collect(byteCountMax: (count + 1) * length - 1).reduce(0) { $0 + $1.count } == count)
        }
    }

    @Test func `the same seed sends the same, another one does not`() {
        let sent = ([1, 1, 2] as [UInt64]).map { seed in
            let side = EventcastSide("m", DatagramAddress(ipv4: 1, port: 1), seed: seed)
            side.emit("e")
            return side.send()
        }
        #expect(sent[0] == sent[1] && sent[0] != sent[2])
    }

    // MARK: Life

    @Test func `a member that is stopped does nothing, and can be started again`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        one.emit("a")
        let datagram = one.send()[0].bytes
        other.stop()
        other.stop()
        #expect(other.emit("b") == .stopped)
        other.receive(datagram, from: one.address)
        other.advance(by: 100_000)
        #expect(other.takeTold().isEmpty && other.deadline == nil && other.statistics.receivedDatagramCount == 0)
        other.start()
        other.receive(datagram, from: one.address)
        #expect(other.takeTold() == ["joined m1", "event a() from m1"])
    }

    @Test func `a member that was never started does nothing`() {
        let side = EventcastSide("m", DatagramAddress(ipv4: 1, port: 1), isRunning: false)
        #expect(side.emit("a") == .stopped && side.deadline == nil)
    }

    @Test func `events that wait when a member stops may still leave, until it starts again`() {
        let side = EventcastSide(1)
        for _ in 0..<3 { side.emit("event") }
        side.stop()
        #expect(side.collect().reduce(0) { $0 + $1.count } == 3)
        side.sent(1)
        side.start()
        #expect(side.send().isEmpty)
        #expect(side.statistics.sentEventCount == 1 && side.statistics.unsentEventCount == 2)
    }

    // MARK: Members

    @Test func `a member that is silent for a minute has left, and joins again`() {
        let (one, other) = (EventcastSide(1), EventcastSide(2))
        one.emit("a")
        pass(one, to: other)
        other.advance(by: 40_000)
        one.emit("b")
        pass(one, to: other)
        other.advance(by: 59_999)
        #expect(other.members == ["m1"])
        _ = other.takeTold()
        other.advance(by: 1)
        #expect(other.takeTold() == ["left m1"] && other.members.isEmpty && other.deadline == nil)
        one.emit("c")
        pass(one, to: other)
        #expect(other.takeTold() == ["joined m1", "event c() from m1"])
    }

    @Test func `more members than are listed are heard all the same`() {
        let other = EventcastSide(100) { $0.limits.memberCount = 2 }
        for number in 1...3 {
            let one = EventcastSide(number)
            one.emit("a")
            pass(one, to: other)
        }
        #expect(other.events.count == 3 && other.members == ["m1", "m2"])
        #expect(other.statistics.refused == [.overLimit: 1])
    }
}
