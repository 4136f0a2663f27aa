import HarkProtocol
import HarkWire

/// A node, and strangers that may say anything to it.
final class MeshStranger {
    var machine: MeshMachine
    var now = Instant.zero
    /// What the node has said, by the numbers of connections.
    private(set) var said: [Int: [MeshMessage]] = [:]
    private(set) var refusals: [MeshViolation] = []
    private(set) var errors: [String] = []
    private(set) var directs: [Value] = []
    /// Whether each number stands for a connection.
    private var isUsed: [Bool] = []

    init(_ adapt: (inout MeshSettings) -> Void = { _ in }) {
        var settings = MeshSettings(identity: MeshIdentity(id: "n0", incarnation: 5), channel: "c")
        settings.logByteCount = 1 << 14
        adapt(&settings)
        machine = MeshMachine(settings: settings)
    }

    /// One more connection, over which nothing was said.
    func connect() -> Int {
        let link = isUsed.firstIndex(of: false) ?? isUsed.count
        if link == isUsed.count { isUsed.append(true) } else { isUsed[link] = true }
        said[link] = nil
        machine.connected(link)
        settle()
        return link
    }

    /// One more connection, to a node of this id, which is called 0 there.
    func connect(_ id: String) throws -> Int {
        let link = connect()
        try say([0, 1, "c", .string(id), 1], link)
        try say([1, 0, .string(id), 1], link)
        // Our node is 1 there.
        try say([1, 1, "n0", 5], link)
        return link
    }

    func disconnect(_ link: Int) {
        isUsed[link] = false
        machine.disconnected(link, now)
        settle()
    }

    func say(_ value: Value, _ link: Int) throws(MeshViolation) {
        try machine.receive(value, from: link, now)
        settle()
    }

    /// Names nodes and tells their connections, by ids and the numbers that stand for them.
    func tell(_ states: [(number: Int, id: String, neighbours: [Int])], version: Int = 1, _ link: Int) throws {
        for state in states { try say([1, .int(Int64(state.number)), .string(state.id), 1], link) }
        for state in states {
            let neighbours = Value.array(state.neighbours.map { .int(Int64($0)) })
            try say([2, .int(Int64(state.number)), .int(Int64(version)), neighbours], link)
        }
    }

    /// What follows from an event: where it goes, and whether it is heard here.
    func event(
        _ node: UInt64, _ sequence: UInt64, hops: UInt8 = 0, key: UInt64 = 0, _ rest: [UInt8] = [2, 0, 97],
        over link: Int
    ) throws(MeshViolation) -> (isLocal: Bool, links: [Int])? {
        var writer = ByteWriter(pool: ChunkPool())
        writer.appendLEB128(node)
        writer.appendLEB128(sequence)
        writer.append(hops)
        writer.appendLEB128(key)
        return try event(writer.takeBytes() + rest, over: link)
    }

    func event(_ bytes: [UInt8], over link: Int) throws(MeshViolation) -> (isLocal: Bool, links: [Int])? {
        var result: Result<(isLocal: Bool, links: [Int])?, MeshViolation> = .success(nil)
        bytes.withUnsafeBytes { bytes in
            do throws(MeshViolation) {
                guard let arrival = try machine.receive(event: bytes, from: link) else { return }
                machine.declare(arrival)
                result = .success((arrival.isLocal, Array(arrival.links)))
            } catch { result = .failure(error) }
        }
        settle()
        return try result.get()
    }

    func advance(by milliseconds: UInt64) {
        now = now + milliseconds
        machine.advance(to: now)
        settle()
    }

    private func settle() {
        machine.finish(now)
        while machine.hasEffects {
            takeEffects()
            machine.finish(now)
        }
    }

    private func takeEffects() {
        while let effect = machine.nextEffect() {
            switch effect {
            case .send(let link, let message): said[link, default: []].append(message)
            case .refused(let link, let violation):
                refusals.append(violation)
                isUsed[link] = false
                machine.disconnected(link, now)
            case .overLimit(let text): errors.append(text)
            case .direct(_, let value): directs.append(value)
            case .joined, .appeared, .vanished, .catchUp, .interestChanged, .lost, .twins, .undeliverable: break
            }
        }
    }

    /// The ids of the nodes to which there is a way.
    var ids: [String] { machine.nodes.map(\.identity.id).sorted() }

    /// The serial of the last pull that was sent over a connection.
    func serial(_ link: Int) -> UInt64? {
        said[link]?.reversed().lazy.compactMap { message in
            if case .pull(let serial, _, _) = message { serial } else { nil }
        }.first
    }

    /// Answers the last pull, of the neighbour's own events.
    func begin(_ node: Int = 0, at next: UInt64 = 0, over link: Int) throws {
        try say([5, .int(Int64(node)), .int(Int64(serial(link) ?? 0)), .int(Int64(bitPattern: next)), 0], link)
    }
}
