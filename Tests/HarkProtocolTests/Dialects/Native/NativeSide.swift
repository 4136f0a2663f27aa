import HarkProtocol
import HarkWire

/// One side of a native connection as a link would run it, with everything that happens written down.
///
/// Also compiled for the fuzzers, so it knows only HarkProtocol and HarkWire.
final class NativeSide {
    enum Answer {
        case accept
        case refuse
        case wait
    }

    static let clientNode = NativeIdentifier(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
    static let serverNode = NativeIdentifier(high: 0xF1F2_F3F4_F5F6_F7F8, low: 0xF9FA_FBFC_FDFE_FF00)

    let pool = ChunkPool()
    var machine: NativeMachine
    var outgoing = NativeOutgoing()
    var control: ByteWriter
    var data: ByteWriter
    var answer: Answer
    var session: NativeSessionGrant?
    /// What the application does after the effect with this number.
    var calls: [Int: UInt8] = [:]
    /// What has happened, a line each.
    private(set) var transcript: [String] = []
    private(set) var violation: NativeViolation?
    private var stash: FrameStash

    init(_ role: NativeMachine.Role, answer: Answer = .accept, limits: NativeLimits = NativeLimits()) {
        machine = NativeMachine(role: role, limits: limits)
        control = ByteWriter(pool: pool)
        data = ByteWriter(pool: pool)
        stash = FrameStash(pool: pool)
        self.answer = answer
    }

    var stashedByteCount: Int { stash.byteCount }

    func open(_ hello: NativeHello = NativeHello(node: clientNode)) {
        stash.removeAll()
        switch machine.role {
        case .client: machine.opened(hello: hello, control: &control)
        case .server: machine.opened(control: &control)
        }
    }

    /// Everything this side has to send.
    func take() -> [UInt8] { control.takeBytes() + data.takeBytes() }

    func forget() { transcript = [] }

    // MARK: Receiving

    func receive(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { receive($0) }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        var input = bytes
        while !stash.isEmpty {
            guard stash.fill(from: &input, to: machine.frameByteCount(stash.bytes)) else { return }
            guard stash.byteCount >= machine.frameByteCount(stash.bytes), let chunk = stash.take() else { continue }
            let consumed = consume(chunk.bytes(from: 0))
            if consumed != chunk.byteCount { note("frameByteCount promised a frame too soon") }
            pool.put(chunk)
        }
        let consumed = consume(input)
        guard consumed < input.count else { return }
        input = UnsafeRawBufferPointer(rebasing: input[consumed...])
        _ = stash.fill(from: &input, to: input.count)
    }

    private func consume(_ bytes: UnsafeRawBufferPointer) -> Int {
        var reader = ByteReader(bytes)
        do throws(NativeViolation) {
            guard try machine.receivePreamble(&reader) else { return bytes.count - reader.remaining }
            while let effect = try machine.receive(&reader, control: &control) { try apply(effect, &reader) }
        } catch {
            violation = error
            note("violation \(error.reason)")
            machine.violated(error, control: &control)
            return bytes.count
        }
        return bytes.count - reader.remaining
    }

    private func apply(_ effect: NativeEffect, _ reader: inout ByteReader) throws(NativeViolation) {
        note(Self.text(effect))
        defer { if let number = calls[transcript.count] { call(number) } }
        switch effect {
        case .helloReceived:
            decide()
        case .event(let name, _, isVolatile: false):
            // As a link does it: the same name again, without a look at anything else.
            while calls.isEmpty, name < 0x7F,
                let arguments = reader.takeFrame(
                    kind: NativeKind.event.rawValue, first: UInt8(name + 1),
                    bodyByteCountMax: machine.runBodyByteCountMax)
            {
                machine.countRun(1)
                note("event \(name)\(Self.tail(arguments))")
            }
            machine.incoming.processedCount = machine.incoming.receivedCount
        case .acknowledged(let count):
            try outgoing.acknowledge(count)
        case .settled(let sequence, _, _):
            try outgoing.checkSettled(sequence)
        default:
            break
        }
    }

    /// One thing an application may do at any moment.
    private func call(_ number: UInt8) {
        switch number & 7 {
        case 0: machine.close(.normal, text: "done", control: &control)
        case 1: accept()
        case 2: machine.refuse(control: &control)
        case 3: machine.acknowledge(into: &control)
        case 4: machine.ping(UInt64(number), into: &control)
        case 5: machine.settle(UInt64(number), .threw, text: "no", into: &control)
        case 6: emit("e\(number >> 3)", [number])
        default: machine.disconnected()
        }
    }

    private func decide() {
        switch answer {
        case .accept: accept()
        case .refuse: machine.refuse(retryAfter: 5, text: "not today", control: &control)
        case .wait: break
        }
    }

    @discardableResult
    func accept() -> Bool {
        machine.accept(
            NativeWelcome(node: Self.serverNode, peer: "p1", session: session), control: &control)
    }

    // MARK: Sending

    func define(_ name: String) -> UInt32 {
        Array(name.utf8).withUnsafeBytes { outgoing.define($0, into: &data) }
    }

    func emit(_ name: String, _ arguments: [UInt8] = [], isVolatile: Bool = false) {
        NativeOutgoing.beginEvent(define(name), isVolatile: isVolatile, into: &data)
        end(arguments, isVolatile: isVolatile)
    }

    func emit(inFull name: String, _ arguments: [UInt8] = [], isVolatile: Bool = false) {
        Array(name.utf8).withUnsafeBytes { NativeOutgoing.beginEvent(named: $0, isVolatile: isVolatile, into: &data) }
        end(arguments, isVolatile: isVolatile)
    }

    private func end(_ arguments: [UInt8], isVolatile: Bool) {
        arguments.withUnsafeBytes { data.append($0) }
        if !outgoing.endEvent(isVolatile: isVolatile, &data) { note("too long to send") }
    }

    // MARK: Writing down

    private func note(_ line: String) { transcript.append(line) }

    static func text(_ effect: NativeEffect) -> String {
        switch effect {
        case .event(let name, let arguments, let isVolatile):
            "\(isVolatile ? "volatile" : "event") \(name)\(tail(arguments.rest))"
        case .namedEvent(let name, let arguments, let isVolatile):
            "\(isVolatile ? "volatile" : "event") '\(string(name))'\(tail(arguments.rest))"
        case .request(let id, let within, let name, let arguments):
            "request \(id) within \(within) \(name)\(tail(arguments.rest))"
        case .namedRequest(let id, let within, let name, let arguments):
            "request \(id) within \(within) '\(string(name))'\(tail(arguments.rest))"
        case .reply(let id, let result): "reply \(id)\(tail(result.rest))"
        case .failure(let id, let code, let text): "failure \(id) code \(code) '\(string(text))'"
        case .acknowledged(let count): "acknowledged \(count)"
        case .settled(let sequence, let code, let text): "settled \(sequence) code \(code) '\(string(text))'"
        case .flushRequested: "flush"
        case .data(let key, let version, let value):
            "data '\(String(decoding: key, as: UTF8.self))' \(version) \(value.isEmpty ? "-" : "\(value.count) bytes")"
        case .storm(let heard, let answer): "storm \(heard) \(answer)"
        case .pong(let token): "pong \(token)"
        case .helloReceived: "hello"
        case .welcomed: "welcomed"
        case .goodbyeReceived: "goodbye"
        case .consumed: "consumed"
        }
    }

    /// Arguments, if there are any.
    private static func tail(_ bytes: UnsafeRawBufferPointer) -> String { bytes.isEmpty ? "" : " \(hex(bytes))" }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func string(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
}
