import HarkProtocol
import HarkWire

/// What holds for whatever a neighbour says: it is taken, passed over or refused with a reason, what follows has an
/// end, and the other nodes hear each other as if it was not there.
///
/// The bytes are a script for two nodes, and for a third one that may say anything to the first of them. The fuzzer
/// looks for a script that breaks it.
enum MeshMachineInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        let play = MeshPlay()
        var script = ByteReader(bytes)
        while play.violation == nil, play.step(&script) {}
        play.rest()
        return play.violation
    }
}

/// Two nodes of a mesh, and one that may say anything to the first.
private final class MeshPlay {
    private static let wanted = MeshKey(.name, Array("a".utf8))
    /// The numbers of connections in the first node: to the second one, and to the stranger.
    private static let honest = 0
    private var stranger = 1

    private var nodes: [Side] = []
    private var now = Instant(milliseconds: 1_000)
    private var emittedCounts = [0, 0]
    private var heard: [[Int]] = [[], []]
    private var isUp = false
    private var cutAt = Instant(milliseconds: 1_000)
    /// Whether they were apart for so long that events were given up.
    private var isForgotten = false
    /// What has arrived at a node and was not looked at yet.
    private var underWay: [(node: Int, link: Int, item: Item)] = []
    private(set) var violation: String?

    private final class Side {
        var machine: MeshMachine

        init(_ settings: MeshSettings) { machine = MeshMachine(settings: settings) }
    }

    private enum Item {
        case message(Value)
        case event([UInt8])
    }

    init() {
        for index in 0..<2 {
            // Nobody is later: nobody takes their places.
            var settings = MeshSettings(identity: MeshIdentity(id: "n\(index)", incarnation: .max), channel: "c")
            settings.logByteCount = 1 << 14
            settings.nodeCountMax = 12
            settings.connectionCountMax = 24
            nodes.append(Side(settings))
            nodes[index].machine.want(Self.wanted, 1)
        }
        raise()
        greet()
    }

    // MARK: The script

    /// - Returns: false at its end.
    func step(_ script: inout ByteReader) -> Bool {
        guard let op = script.readByte() else { return false }
        switch op & 7 {
        case 0: say(message(&script))
        case 1:
            var reader = ArgumentReader(take(&script))
            if let value = try? reader.readValue() { say(value) }
        case 2: receive(.event(Array(take(&script))), at: 0, stranger)
        case 3: receive(.event(event(&script)), at: 0, stranger)
        case 4: emit(Int(op >> 3) & 1)
        case 5:
            now = now + UInt64(script.readByte() ?? 0) * 10_000
            for index in 0..<2 {
                nodes[index].machine.advance(to: now)
                settle(index)
            }
        case 6:
            nodes[0].machine.disconnected(stranger, now)
            settle(0)
            stranger += 1
            greet()
        default: if isUp { cut() } else { raise() }
        }
        run()
        return true
    }

    private func take(_ script: inout ByteReader) -> UnsafeRawBufferPointer {
        script.read(min(Int(script.readByte() ?? 0), script.remaining)) ?? script.rest
    }

    private func number(_ script: inout ByteReader) -> Value {
        let byte = script.readByte() ?? 0
        switch byte {
        case 255: return .int(.max)
        case 254: return .int(.min)
        case 253: return .int(-1)
        case 252: return .int(Int64(Int32.max))
        case 251: return .null
        default: return .int(Int64(byte))
        }
    }

    private func numbers(_ script: inout ByteReader) -> Value {
        .array((0..<(script.readByte() ?? 0) & 7).map { _ in number(&script) })
    }

    private func identity(_ script: inout ByteReader) -> [Value] {
        let byte = script.readByte() ?? 0
        return [.string(byte == 255 ? "" : "n\(byte & 31)"), .int(byte & 32 == 0 ? 1 : 2)]
    }

    private func key(_ script: inout ByteReader) -> Value {
        let byte = script.readByte() ?? 0
        let text = Array((byte & 128 == 0 ? "a" : "a.>").utf8)
        let kind = MeshKey.Kind(rawValue: byte & 7) ?? .name
        let key = kind == .member ? MeshKey(kind, text, text, text) : MeshKey(kind, text)
        return .bytes(Bytes(key.bytes))
    }

    private func changes(_ script: inout ByteReader) -> Value {
        .array((0..<(script.readByte() ?? 0) & 3).flatMap { _ in [key(&script), number(&script)] })
    }

    /// A message that makes some sense.
    private func message(_ script: inout ByteReader) -> Value {
        let kind = script.readByte() ?? 0
        var fields: [Value] = [.int(Int64(kind % 12))]
        switch kind % 12 {
        case 0: fields += [.int(1), .string(kind & 128 == 0 ? "c" : "d")] + identity(&script)
        case 1: fields += [number(&script)] + identity(&script)
        case 2: for _ in 0..<(kind >> 6) { fields += [number(&script), number(&script), numbers(&script)] }
        case 3: fields += [number(&script), key(&script)]
        case 4: fields += [number(&script), numbers(&script), changes(&script)]
        case 5: fields += (0..<4).map { _ in number(&script) }
        case 6: fields += [numbers(&script), changes(&script), number(&script)]
        case 7: for _ in 0..<(kind >> 6) { fields.append(number(&script)) }
        case 8, 10, 11: fields += [number(&script), number(&script)]
        default: fields += (0..<4).map { _ in number(&script) }
        }
        return .array(fields)
    }

    private func event(_ script: inout ByteReader) -> [UInt8] {
        var writer = ByteWriter(pool: ChunkPool())
        for _ in 0..<2 {
            let byte = script.readByte() ?? 0
            writer.appendLEB128(byte == 255 ? .max : UInt64(byte))
        }
        writer.append(script.readByte() ?? 0)
        writer.appendLEB128(UInt64(script.readByte() ?? 0))
        writer.append(take(&script))
        return writer.takeBytes()
    }

    // MARK: The nodes

    private func greet() {
        nodes[0].machine.connected(stranger)
        settle(0)
    }

    private func say(_ value: Value) {
        // Who takes the name of a node that is away is believed: nodes of a mesh trust each other.
        let fields = value.array ?? []
        guard !fields.contains(.string("n0")), !fields.contains(.string("n1")) || !fields.contains(.int(-1)) else {
            return
        }
        receive(.message(value), at: 0, stranger)
    }

    private func raise() {
        isUp = true
        if now.milliseconds(since: cutAt) >= 800_000 { isForgotten = true }
        for index in 0..<2 { nodes[index].machine.connected(Self.honest) }
        for index in 0..<2 { settle(index) }
    }

    private func cut() {
        isUp = false
        cutAt = now
        underWay = []
        for index in 0..<2 {
            nodes[index].machine.disconnected(Self.honest, now)
            settle(index)
        }
    }

    private func emit(_ index: Int) {
        guard let key = nodes[index].machine.number(of: Self.wanted) else { return }
        let tail = withUnsafeBytes(of: UInt32(emittedCounts[index]).littleEndian) { [UInt8(index)] + Array($0) }
        tail.withUnsafeBytes {
            guard case .kept(let arrival) = nodes[index].machine.emit(key: key, $0, waits: false) else { return }
            emittedCounts[index] += 1
            forward(arrival, from: index)
        }
        settle(index)
    }

    private func forward(_ arrival: MeshArrival, from index: Int) {
        nodes[index].machine.declare(arrival)
        settle(index)
        var writer = ByteWriter(pool: ChunkPool())
        arrival.writeHead(to: &writer)
        writer.append(arrival.tail)
        let bytes = writer.takeBytes()
        for link in arrival.links where link == Self.honest && isUp {
            underWay.append((1 - index, link, .event(bytes)))
        }
    }

    private func send(_ replay: MeshReplay, from index: Int, over link: Int) {
        nodes[index].machine.declare(replay, to: link)
        settle(index)
        guard isUp else { return }
        var writer = ByteWriter(pool: ChunkPool())
        replay.writeHead(to: &writer)
        writer.append(replay.tail)
        underWay.append((1 - index, link, .event(writer.takeBytes())))
    }

    private func settle(_ index: Int) {
        nodes[index].machine.finish(now)
        var count = 0
        while let effect = nodes[index].machine.nextEffect() {
            count += 1
            if count > 10_000 { violation = "effects without end" }
            if violation != nil { return }
            switch effect {
            case .send(let link, let message):
                // As the wire has it.
                guard link == Self.honest, isUp else { continue }
                underWay.append((1 - index, link, .message(message.value)))
            case .refused(let link, let reason): refuse(link, reason)
            case .catchUp(let link):
                guard link == Self.honest else { continue }
                while let replay = nodes[index].machine.nextReplay(link) { send(replay, from: index, over: link) }
            case .joined, .appeared, .vanished, .interestChanged, .lost, .twins, .direct, .undeliverable, .overLimit:
                continue
            }
        }
    }

    private func run() {
        var count = 0
        while violation == nil, !underWay.isEmpty {
            count += 1
            if count > 20_000 { violation = "messages without end" }
            let (node, link, item) = underWay.removeFirst()
            receive(item, at: node, link)
        }
    }

    private func receive(_ item: Item, at index: Int, _ link: Int) {
        do throws(MeshViolation) {
            switch item {
            case .message(let value): try nodes[index].machine.receive(value, from: link, now)
            case .event(let bytes): try receive(bytes, at: index, link)
            }
        } catch { refuse(link, error) }
        settle(index)
    }

    private func receive(_ bytes: [UInt8], at index: Int, _ link: Int) throws(MeshViolation) {
        var failure: MeshViolation?
        bytes.withUnsafeBytes { bytes in
            do throws(MeshViolation) {
                guard let arrival = try nodes[index].machine.receive(event: bytes, from: link) else { return }
                if arrival.isLocal { hear(arrival, index) }
                forward(arrival, from: index)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func hear(_ arrival: MeshArrival, _ index: Int) {
        let identity = MeshIdentity(id: "n\(1 - index)", incarnation: .max)
        guard nodes[index].machine.identity(arrival.node) == identity, arrival.tail.count == 5 else { return }
        heard[index].append(Int(UInt32(littleEndian: arrival.tail.loadUnaligned(fromByteOffset: 1, as: UInt32.self))))
    }

    private func refuse(_ link: Int, _ reason: MeshViolation) {
        if reason.description.isEmpty { violation = "refused without a reason" }
        guard link != Self.honest else {
            violation = "an honest node is refused: \(reason)"
            return
        }
        nodes[0].machine.disconnected(stranger, now)
        stranger += 1
        greet()
    }

    // MARK: The end

    /// Both nodes hear all that the other one has emitted, in order.
    func rest() {
        guard violation == nil else { return }
        if !isUp { raise() }
        run()
        for index in 0..<2 { emit(index) }
        run()
        for index in 0..<2 where violation == nil {
            let count = emittedCounts[1 - index]
            let expected = isForgotten ? Array(Set(heard[index])).sorted() : Array(0..<count)
            if heard[index] != expected || heard[index].last != count - 1 {
                violation = "\(heard[index]) of \(count) events"
            }
        }
    }
}
