import Hark
import HarkProtocol
import HarkTesting
import HarkWire

/// A server as the original library is: acknowledges on receipt, loses events that come before it has found the
/// session, hands out its cookie, takes any id for its own, remembers no ids, and sends nothing twice.
@EventLoop
final class OriginalUhuraServer {
    @EventLoop
    private final class Conversation {
        let raw: RawPeer
        var machine = UhuraMachine(role: .server, messageByteCountMax: 1 << 20, pool: ChunkPool())
        var output = ByteWriter(pool: ChunkPool())
        var readCount = 0
        var sessionID: String?
        var isAttached = false

        init(_ raw: RawPeer) { self.raw = raw }

        func flush() {
            let bytes = output.takeBytes()
            if !bytes.isEmpty { try? raw.send(bytes) }
        }
    }

    private let simulation: Simulation
    private var acceptor: (any Acceptor)?
    private var conversations: [Conversation] = []
    private var sessions: Set<String> = []
    private var isClosed = false
    private var random = SeededRandom(seed: 7)

    private(set) var heard: [Int] = []
    /// Events that were acknowledged and that nobody has heard.
    private(set) var droppedCount = 0
    var endpoint: Endpoint { acceptor?.endpoint ?? .tcp(port: 0) }

    init(_ simulation: Simulation) throws {
        self.simulation = simulation
        acceptor = try simulation.network.listen(on: .tcp(port: 0)) { [unowned self] result in
            if let connection = try? result.get() { accepted(Conversation(RawPeer(connection))) }
        }
    }

    private func accepted(_ conversation: Conversation) {
        conversations.append(conversation)
        let raw = conversation.raw
        simulation.start { [self] in
            var count = 0
            while !isClosed {
                count += 1
                await raw.heard.wait(for: count)
                read(conversation)
            }
        }
        simulation.start {
            await raw.ended.wait()
            raw.connection.close()
        }
    }

    private func read(_ conversation: Conversation) {
        let bytes = Array(conversation.raw.bytes[conversation.readCount...])
        conversation.readCount = conversation.raw.bytes.count
        bytes.withUnsafeBytes { input in
            var input = input
            while let effect = conversation.machine.receive(&input) { take(effect, conversation) }
        }
        conversation.flush()
    }

    private func take(_ effect: UhuraEffect, _ conversation: Conversation) {
        switch effect {
        case .set(let data): conversation.sessionID = data.sessionID(isFirst: false) ?? conversation.sessionID
        case .started: started(conversation)
        case .event(_, let arguments, let id):
            if let id { conversation.machine.write(acknowledgementOf: id, into: &conversation.output) }
            guard conversation.isAttached else {
                droppedCount += 1
                return
            }
            var reader = ArgumentReader(arguments)
            guard let n: Int = try? reader.readInteger() else { return }
            heard.append(n)
            pong(n, conversation)
        case .connected, .acknowledged, .invalidated, .ignored, .malformed, .tooLong: break
        }
    }

    private func pong(_ n: Int, _ conversation: Conversation) {
        var writer = ArgumentWriter(pool: ChunkPool())
        writer.write(Int64(n))
        let arguments = writer.bytes.takeBytes()
        Array("pong".utf8).withUnsafeBytes { name in
            arguments.withUnsafeBytes {
                conversation.machine.write(event: name, $0, id: freshID(), into: &conversation.output)
            }
        }
    }

    private func freshID() -> MessageIdentifier { MessageIdentifier(random: random.next(), random.next()) }

    private func started(_ conversation: Conversation) {
        guard let id = conversation.sessionID else {
            let id = "session\(sessions.count)"
            sessions.insert(id)
            conversation.sessionID = id
            return connected(conversation, isKnown: false)
        }
        // It looks the session up, and meanwhile has nobody who would hear events.
        let timer = simulation.clock.timer { [self] in
            connected(conversation, isKnown: !sessions.insert(id).inserted)
            conversation.flush()
        }
        timer.schedule(at: simulation.clock.now + 4)
    }

    private func connected(_ conversation: Conversation, isKnown: Bool) {
        guard let id = conversation.sessionID else { return }
        if isKnown {
            let cookie = UhuraData.Entry(key: "cookie", value: [0xA1, 0x61, 0x61, 0x01])
            let text = [0x60 + UInt8(id.utf8.count)] + Array(id.utf8)
            conversation.machine.write(
                whole: [cookie, UhuraData.Entry(key: "sessionID", value: text)], into: &conversation.output)
        } else {
            conversation.machine.write(sessionID: id, into: &conversation.output)
        }
        conversation.machine.writeConnect(id: freshID(), into: &conversation.output)
        conversation.isAttached = true
    }

    func close() {
        isClosed = true
        acceptor?.close()
        for conversation in conversations {
            conversation.raw.connection.close()
            conversation.raw.heard.fire()
            conversation.raw.ended.fire()
        }
        simulation.settle()
    }
}
