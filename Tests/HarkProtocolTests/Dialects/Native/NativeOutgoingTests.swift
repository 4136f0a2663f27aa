import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeOutgoingTests {
    private let side = NativeSide(.client)

    @Test func `a name is defined once and numbered from one`() {
        #expect(side.define("a") == 1)
        #expect(side.define("b") == 2)
        #expect(side.define("a") == 1)
        #expect(side.take() == [0x04, 2, 0, 0, 1, 0x61, 0x04, 2, 0, 0, 2, 0x62])
    }

    @Test func `a name is found by its key`() {
        let number = Array("a".utf8).withUnsafeBytes { side.outgoing.define($0, key: 5, into: &side.data) }
        #expect(number == 1)
        let numbers = [5, 4, 99].map { side.outgoing.number(ofKey: $0) }
        #expect(numbers == [1, 0, 0])
    }

    @Test func `when the table is full names travel in full`() {
        var limits = NativeLimits()
        limits.nameCount = 1
        let isAgreed = side.outgoing.agree(on: limits)
        #expect(isAgreed)
        #expect(side.define("a") == 1)
        #expect(side.define("b") == 0)
        #expect(side.define("a") == 1)
    }

    @Test func `a side that takes fewer names than have numbers is told apart`() {
        _ = side.define("a")
        _ = side.define("b")
        var limits = NativeLimits()
        limits.nameCount = 1
        let isAgreed = side.outgoing.agree(on: limits)
        #expect(!isAgreed)
    }

    @Test func `all names are declared again in their order`() {
        _ = side.define("a")
        _ = side.define("b")
        let declared = side.take()
        side.outgoing.redeclareNames(into: &side.data)
        #expect(side.take() == declared)
    }

    @Test func `what is longer than the other side accepts leaves no trace`() {
        var limits = NativeLimits()
        limits.frameByteCount = 8
        _ = side.outgoing.agree(on: limits)
        side.emit("a", [1, 2, 3, 4, 5, 6, 7])
        let sent = side.take()
        side.emit("a", [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(sent.count == 6 + 12)
        #expect(side.transcript == ["too long to send"])
        #expect(side.take().isEmpty)
        #expect(side.outgoing.sentCount == 1)
        let isLongSent = side.outgoing.writeFailure(1, .threw, text: "1234567", into: &side.data)
        let isShortSent = side.outgoing.writeFailure(1, .threw, text: "123456", into: &side.data)
        #expect(!isLongSent && isShortSent)
        #expect(side.take().count == 12)
        side.outgoing.beginReply(1, into: &side.data)
        for _ in 0..<8 { side.data.append(1) }
        let isSent = side.outgoing.endUncounted(&side.data)
        #expect(!isSent)
        #expect(side.take().isEmpty)
    }

    @Test func `only as much can be acknowledged as was sent`() throws {
        for _ in 0..<3 { side.emit("a") }
        side.emit("a", isVolatile: true)
        try side.outgoing.acknowledge(2)
        #expect(throws: NativeViolation.acknowledgedTooMany) { try side.outgoing.acknowledge(2) }
        try side.outgoing.acknowledge(1)
        #expect(throws: NativeViolation.acknowledgedTooMany) { try side.outgoing.acknowledge(.max) }
        try side.outgoing.checkSettled(3)
        #expect(throws: NativeViolation.acknowledgedTooMany) { try side.outgoing.checkSettled(4) }
    }

    @Test func `a session goes on from what the other side has processed`() throws {
        for _ in 0..<5 { side.emit("a") }
        try side.outgoing.acknowledge(1)
        #expect(throws: NativeViolation.acknowledgedTooMany) { try side.outgoing.resume(from: 0) }
        #expect(throws: NativeViolation.acknowledgedTooMany) { try side.outgoing.resume(from: 6) }
        let acknowledged = try side.outgoing.resume(from: 4)
        #expect(acknowledged == 3)
        #expect(side.outgoing.unacknowledgedCount == 1)
        side.outgoing.restart(retained: 1)
        #expect(side.outgoing.sentCount == 1)
        #expect(side.outgoing.unacknowledgedCount == 1)
    }
}
