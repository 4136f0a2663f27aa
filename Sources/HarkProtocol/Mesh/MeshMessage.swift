package import HarkWire

/// What neighbours tell each other besides events: an array, its kind first.
package enum MeshMessage: Equatable, Sendable {
    /// Who speaks. The first message of each connection, from both sides.
    case hello(version: Int, channel: String, identity: MeshIdentity)
    /// From now on this number stands for a node.
    case node(number: Int, MeshIdentity)
    /// The connections of nodes, as those have told them.
    case states([State])
    /// From now on this number stands for a key.
    case key(number: Int, MeshKey)
    /// The events of these nodes are wanted over this connection, and no longer over others. One without nodes has a
    /// part of what the next one asks for.
    case pull(serial: UInt64, [Pull], [Change])
    /// The answer: from this event on they come, in order, and none that is wanted is left out. `lostCount` of those
    /// before are gone.
    case begin(node: Int, serial: UInt64, next: UInt64, lostCount: UInt64)
    /// More or less is wanted of these nodes than was pulled. What is wanted less is kept for so many milliseconds, for
    /// those who may want it over another way.
    case want(nodes: [Int], [Change], keptFor: UInt64)
    /// The events of these nodes are not wanted over this connection any more.
    case leave(nodes: [Int])
    /// So many events of a node could not be passed on, for want of room.
    case lost(node: Int, count: UInt64)
    /// For one node, passed on from neighbour to neighbour.
    case direct(to: Int, from: Int, hopCount: Int, Value)
    /// Goes down the tree of a node's events, behind the answers to pulls.
    case barrier(node: Int, serial: UInt64)
    /// Comes back up once all below know with which event they begin.
    case reached(node: Int, serial: UInt64)

    package struct State: Equatable, Sendable {
        let node: Int
        /// Higher when it is newer.
        let version: UInt64
        let neighbours: [Int]
    }

    package struct Pull: Equatable, Sendable {
        let node: Int
        /// The first event that is missing; nil to begin with the next one.
        let next: UInt64?
    }

    package struct Change: Equatable, Sendable {
        let key: MeshKey
        let count: Int
    }

    private enum Kind: Int {
        case hello, node, states, key, pull, begin, want, leave, lost, direct, barrier, reached
    }

    // MARK: Writing

    package var value: Value {
        switch self {
        case .hello(let version, let channel, let identity):
            Self.message(.hello, [.int(Int64(version)), .string(channel)] + Self.fields(identity))
        case .node(let number, let identity): Self.message(.node, [.int(Int64(number))] + Self.fields(identity))
        case .states(let states):
            Self.message(
                .states,
                states.flatMap { state in
                    [.int(Int64(state.node)), Self.value(state.version), Self.value(state.neighbours)]
                })
        case .key(let number, let key): Self.message(.key, [.int(Int64(number)), .bytes(Bytes(key.bytes))])
        case .pull(let serial, let pulls, let wanted):
            Self.message(
                .pull,
                [
                    Self.value(serial),
                    .array(pulls.flatMap { [.int(Int64($0.node)), $0.next.map(Self.value) ?? .null] }),
                    Self.value(wanted),
                ])
        case .begin(let node, let serial, let next, let lostCount):
            Self.message(
                .begin, [.int(Int64(node)), Self.value(serial), Self.value(next), Self.value(lostCount)])
        case .want(let nodes, let changes, let keptFor):
            Self.message(
                .want,
                [
                    Self.value(nodes),
                    Self.value(changes),
                    Self.value(keptFor),
                ])
        case .leave(let nodes): Self.message(.leave, nodes.map { .int(Int64($0)) })
        case .lost(let node, let count): Self.message(.lost, [.int(Int64(node)), Self.value(count)])
        case .direct(let to, let from, let hopCount, let content):
            Self.message(.direct, [.int(Int64(to)), .int(Int64(from)), .int(Int64(hopCount)), content])
        case .barrier(let node, let serial): Self.message(.barrier, [.int(Int64(node)), Self.value(serial)])
        case .reached(let node, let serial): Self.message(.reached, [.int(Int64(node)), Self.value(serial)])
        }
    }

    private static func message(_ kind: Kind, _ fields: [Value]) -> Value {
        .array([.int(Int64(kind.rawValue))] + fields)
    }

    private static func fields(_ identity: MeshIdentity) -> [Value] {
        [.string(identity.id), value(identity.incarnation)]
    }

    /// All 64 bits, as a number with a sign.
    private static func value(_ number: UInt64) -> Value { .int(Int64(bitPattern: number)) }

    private static func value(_ numbers: [Int]) -> Value { .array(numbers.map { .int(Int64($0)) }) }

    private static func value(_ changes: [Change]) -> Value {
        .array(changes.flatMap { [.bytes(Bytes($0.key.bytes)), .int(Int64($0.count))] })
    }

    /// 64 KiB in a message, roughly: far from the limit of a frame.
    private static let changesByteCountMax = 1 << 16

    /// So many changes as a message may hold, each time.
    static func parts(of changes: [Change]) -> [[Change]] {
        var parts: [[Change]] = []
        var byteCount = Int.max / 2
        for change in changes {
            byteCount += change.key.bytes.count + 16
            if byteCount > changesByteCountMax {
                parts.append([])
                byteCount = change.key.bytes.count + 16
            }
            parts[parts.count - 1].append(change)
        }
        return parts
    }

    // MARK: Reading

    package init(_ value: Value) throws(MeshViolation) {
        var reader = try MeshMessageReader(value)
        guard let kind = Kind(rawValue: try reader.count()) else { throw .malformed("a message of an unknown kind") }
        switch kind {
        case .hello:
            self = .hello(version: try reader.count(), channel: try reader.text(), identity: try reader.identity())
        case .node: self = .node(number: try reader.count(), try reader.identity())
        case .states:
            var states: [State] = []
            while !reader.isAtEnd {
                states.append(
                    State(node: try reader.count(), version: try reader.number(), neighbours: try reader.counts()))
            }
            self = .states(states)
        case .key: self = .key(number: try reader.count(), try reader.key())
        case .pull:
            let serial = try reader.number()
            var nodes = try reader.list()
            var pulls: [Pull] = []
            while !nodes.isAtEnd { pulls.append(Pull(node: try nodes.count(), next: try nodes.optionalNumber())) }
            self = .pull(serial: serial, pulls, try reader.changes())
        case .begin:
            self = .begin(
                node: try reader.count(), serial: try reader.number(), next: try reader.number(),
                lostCount: try reader.number())
        case .want:
            self = .want(nodes: try reader.counts(), try reader.changes(), keptFor: try reader.number())
        case .leave:
            var nodes: [Int] = []
            while !reader.isAtEnd { nodes.append(try reader.count()) }
            self = .leave(nodes: nodes)
        case .lost: self = .lost(node: try reader.count(), count: try reader.number())
        case .direct:
            self = .direct(
                to: try reader.count(), from: try reader.count(), hopCount: try reader.count(), try reader.value())
        case .barrier: self = .barrier(node: try reader.count(), serial: try reader.number())
        case .reached: self = .reached(node: try reader.count(), serial: try reader.number())
        }
        guard reader.isAtEnd else { throw .malformed("a message that is too long") }
    }
}
