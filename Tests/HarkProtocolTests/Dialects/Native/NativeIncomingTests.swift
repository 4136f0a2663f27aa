import HarkProtocol
import HarkWire
import Testing

/// Names, as a machine takes them.
@Suite struct NativeIncomingTests {
    /// A server that takes three names.
    private func server() -> NativeSide {
        var limits = NativeLimits()
        limits.nameCount = 3
        let server = NativeSide(.server, limits: limits)
        let client = NativeSide(.client)
        server.open()
        client.open()
        server.receive(client.take())
        server.forget()
        return server
    }

    private func define(_ number: UInt8, _ name: [UInt8]) -> [UInt8] {
        let count = UInt32(name.count + 1)
        return [0x04, UInt8(count & 255), UInt8(count >> 8), 0, number] + name
    }

    private func violation(_ frames: [UInt8]...) -> NativeViolation? {
        let server = server()
        for frame in frames { server.receive(frame) }
        return server.violation
    }

    @Test func `names are numbered in order, from one`() {
        let a = Array("a".utf8)
        let b = Array("b".utf8)
        #expect(violation(define(1, a), define(2, b)) == nil)
        #expect(violation(define(0, a)) == .nameRedefined(0))
        #expect(violation(define(2, a)) == .nameRedefined(2))
        #expect(violation(define(1, a), define(1, b)) == .nameRedefined(1))
        #expect(violation(define(1, a), define(2, a)) == .nameRedefined(2))
    }

    @Test func `a name may be defined again as what it is`() {
        let a = Array("a".utf8)
        let b = Array("b".utf8)
        #expect(violation(define(1, a), define(2, b), define(1, a), define(2, b)) == nil)
    }

    @Test func `names are bounded in number`() {
        let frames = (1...4).map { define(UInt8($0), [UInt8(0x60 + $0)]) }
        #expect(violation(frames[0], frames[1], frames[2]) == nil)
        #expect(violation(frames[0], frames[1], frames[2], frames[3]) == .tooManyNames(limit: 3))
        #expect(violation([0x04, 11, 0, 0] + [255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0x61]) != nil)
    }

    @Test func `names are bounded in length and are text`() {
        #expect(violation(define(1, [])) == nil)
        #expect(violation(define(1, [UInt8](repeating: 0x61, count: 255))) == nil)
        #expect(violation(define(1, [UInt8](repeating: 0x61, count: 256))) == .nameTooLong(byteCount: 256))
        #expect(violation(define(1, [0xC3])) == .malformed(.name))
        #expect(violation([0x04, 0, 0, 0]) == .malformed(.name))
        #expect(violation([0x06, 3, 0, 0, 0x80, 0x02, 0x61]) == .nameTooLong(byteCount: 256))
        #expect(violation([0x06, 2, 0, 0, 0x01, 0xFF]) == .malformed(.namedEvent))
        #expect(violation([0x06, 2, 0, 0, 0x02, 0x61]) == .malformed(.namedEvent))
    }

    @Test(arguments: [0x05, 0x07, 0x0B] as [UInt8])
    func `a number that was never defined is refused`(kind: UInt8) {
        let before: [UInt8] = kind == 0x0B ? [1, 0] : []
        for number in [0, 2, 127] as [UInt8] {
            let body = before + [number]
            let frame = [kind, UInt8(body.count), 0, 0] + body
            #expect(violation(define(1, [0x61]), frame) == .nameUndefined(UInt64(number)))
        }
    }

    @Test func `a name from a client is a name and nothing else`() {
        let names = ["error", "connect", "disconnect", "__proto__", "newListener", "message"]
        let server = NativeSide(.server)
        let client = NativeSide(.client)
        server.open()
        client.open()
        server.receive(client.take())
        server.forget()
        for name in names { client.emit(inFull: name) }
        server.receive(client.take())
        #expect(server.transcript == names.map { "event '\($0)'" })
        #expect(server.machine.state == .open)
    }
}
