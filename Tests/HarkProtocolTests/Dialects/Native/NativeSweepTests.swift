import HarkProtocol
import HarkWire
import Testing

/// The same conversation, cut and bent in every way.
@Suite struct NativeSweepTests {
    static let roles: [NativeMachine.Role] = [.client, .server]

    private static func other(_ role: NativeMachine.Role) -> NativeMachine.Role { role == .client ? .server : .client }

    /// What `role` hears and says when it gets `bytes` cut after each of `cuts`.
    private func hear(_ role: NativeMachine.Role, _ bytes: [UInt8], cuts: some Sequence<Int> = []) -> NativeSide {
        let side = NativeConversation.receiver(role)
        var start = 0
        for cut in cuts {
            side.receive(Array(bytes[start..<cut]))
            start = cut
        }
        side.receive(Array(bytes[start...]))
        return side
    }

    @Test(arguments: roles)
    func `the conversation has an effect of each kind`(role: NativeMachine.Role) {
        let side = hear(role, NativeConversation.bytes(of: Self.other(role)))
        let kinds = Set(side.transcript.map { $0.prefix { $0 != " " } })
        #expect(side.violation == nil)
        #expect(
            kinds == [
                role == .server ? "hello" : "welcomed", "consumed", "event", "volatile", "request", "reply", "failure",
                "flush", "acknowledged", "settled", "data", "goodbye",
            ])
    }

    @Test(arguments: roles)
    func `every cut in two gives the same effects`(role: NativeMachine.Role) {
        let bytes = NativeConversation.bytes(of: Self.other(role))
        let whole = hear(role, bytes)
        let said = whole.take()
        for cut in 0...bytes.count {
            let side = hear(role, bytes, cuts: [cut])
            #expect(side.transcript == whole.transcript, "cut at \(cut)")
            #expect(side.take() == said, "cut at \(cut)")
        }
    }

    @Test(arguments: roles)
    func `byte by byte gives the same effects`(role: NativeMachine.Role) {
        let bytes = NativeConversation.bytes(of: Self.other(role))
        #expect(hear(role, bytes, cuts: 0...bytes.count).transcript == hear(role, bytes).transcript)
    }

    @Test(arguments: roles)
    func `any number of cuts gives the same effects`(role: NativeMachine.Role) {
        let bytes = NativeConversation.bytes(of: Self.other(role))
        let whole = hear(role, bytes).transcript
        for seed in 0..<Sweep.count(200, full: 100_000, soak: 5_000_000) {
            var random = Seeded(seed)
            let cuts = (0..<Int.random(in: 2...20, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            #expect(hear(role, bytes, cuts: cuts.sorted()).transcript == whole, "seed \(seed)")
        }
    }

    @Test(arguments: roles)
    func `a conversation that breaks off gives a beginning of the effects`(role: NativeMachine.Role) {
        let bytes = NativeConversation.bytes(of: Self.other(role))
        let whole = hear(role, bytes).transcript
        for count in 0..<bytes.count {
            let side = hear(role, Array(bytes[..<count]))
            #expect(side.violation == nil, "after \(count) bytes")
            #expect(side.transcript[...] == whole.prefix(side.transcript.count), "after \(count) bytes")
            #expect(side.transcript.count < whole.count, "after \(count) bytes")
        }
    }

    @Test(arguments: roles)
    func `a wrong byte anywhere is read as something else or refused with a goodbye`(role: NativeMachine.Role) {
        let bytes = NativeConversation.bytes(of: Self.other(role))
        let turns = Sweep.count(16, full: 255, soak: 255)
        for index in bytes.indices {
            var random = Seeded(index)
            for turn in 1...turns {
                var wrong = bytes
                let isSampled = turns < 255
                wrong[index] ^=
                    !isSampled ? UInt8(turn) : turn <= 8 ? 1 << (turn - 1) : UInt8.random(in: 1...255, using: &random)
                let side = hear(role, wrong)
                if side.violation != nil {
                    #expect(side.machine.state == .closing)
                    #expect(!side.take().isEmpty)
                }
                #expect(side.stashedByteCount <= bytes.count)
                #expect(side.control.byteCount <= NativeLimits.controlByteCountMax * 2)
            }
        }
    }
}
