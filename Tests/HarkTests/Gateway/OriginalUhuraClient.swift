import Hark
import HarkProtocol
import HarkTesting
import HarkWire

/// A client as the original library writes it: acknowledges what arrives before anybody has heard it, forgets the ids
/// of what it has heard, and throws what is not acknowledged at the next connection right behind `start`.
@EventLoop
final class OriginalUhuraClient {
    private let simulation: Simulation
    private let endpoint: Endpoint
    private var raw: RawPeer?
    private var readCount = 0
    private var machine = UhuraMachine(role: .client, messageByteCountMax: 1 << 20, pool: ChunkPool())
    private var isOpen = false
    private var isFirst = true
    private var isClosed = false
    private var sessionID: String?
    private var unacknowledged: [(id: String, text: String)] = []
    private var nextID = 0

    private(set) var heard: [Int] = []
    /// What it sent without an id, which nobody can acknowledge.
    private(set) var lost: [Int] = []

    var unacknowledgedCount: Int { unacknowledged.count }

    init(_ simulation: Simulation, _ endpoint: Endpoint) {
        self.simulation = simulation
        self.endpoint = endpoint
    }

    func connect() {
        guard !isClosed else { return }
        _ = simulation.network.dial(endpoint) { [self] result in
            guard let connection = try? result.get() else { return retry() }
            opened(RawPeer(connection))
        }
    }

    private func retry() {
        let timer = simulation.clock.timer { [self] in connect() }
        timer.schedule(at: simulation.clock.now + 1)
    }

    private func opened(_ raw: RawPeer) {
        self.raw = raw
        readCount = 0
        isFirst = true
        isOpen = false
        machine = UhuraMachine(role: .client, messageByteCountMax: 1 << 20, pool: ChunkPool())
        write("[\"_set\",{\(sessionID.map { "\"sessionID\":\"\($0)\"" } ?? "")}]")
        write("[\"start\",{\"objectMode\":true,\"enableAcks\":true}]")
        for (_, text) in unacknowledged { write(text) }
        simulation.start { [self] in
            var count = 0
            while self.raw === raw {
                count += 1
                await raw.heard.wait(for: count)
                if self.raw === raw { read() }
            }
        }
        simulation.start { [self] in
            await raw.ended.wait()
            raw.connection.close()
            guard self.raw === raw else { return }
            self.raw = nil
            raw.heard.fire()
            retry()
        }
    }

    private func write(_ text: String) {
        try? raw?.send(Array((isFirst ? "[\n" : "\n,\n").utf8) + Array(text.utf8))
        isFirst = false
    }

    private func read() {
        guard let raw else { return }
        let bytes = Array(raw.bytes[readCount...])
        readCount = raw.bytes.count
        bytes.withUnsafeBytes { input in
            var input = input
            while let effect = machine.receive(&input) { take(effect) }
        }
    }

    private func take(_ effect: UhuraEffect) {
        switch effect {
        case .set(let data): sessionID = data.sessionID(isFirst: false) ?? sessionID
        case .connected: isOpen = true
        case .event(_, let arguments, let id):
            if let id { write("{\"args\":[\"ack::\(Self.text(of: id))\"]}") }
            var reader = ArgumentReader(arguments)
            if let n: Int = try? reader.readInteger() { heard.append(n) }
        case .acknowledged(let id): unacknowledged.removeAll { $0.id == Self.text(of: id) }
        case .started, .invalidated, .ignored, .malformed, .tooLong: break
        }
    }

    func send(_ name: String, _ n: Int) {
        guard isOpen || sessionID != nil else {
            // In array form, as long as `connect` has not come.
            lost.append(n)
            return write("[\"\(name)\",\(n)]")
        }
        nextID += 1
        let id = "id \(nextID)"
        let text = "{\"args\":[\"\(name)\",\(n)],\"id\":\"\(id)\"}"
        unacknowledged.append((id, text))
        write(text)
    }

    func close() {
        isClosed = true
        raw?.connection.close()
        let raw = raw
        self.raw = nil
        raw?.heard.fire()
        raw?.ended.fire()
    }

    private static func text(of id: MessageIdentifier) -> String {
        if case .text(let text) = id { return text }
        var writer = ByteWriter(pool: ChunkPool())
        writer.beginFrame()
        id.write(to: &writer)
        return String(String(decoding: writer.takeBytes(), as: UTF8.self).dropFirst().dropLast())
    }
}
