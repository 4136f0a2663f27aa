internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Events of this node.
extension MeshEngine {
    /// Emits an event, by the number of its key, with the byte ahead of its arguments.
    @inline(__always)
    func emit(_ key: Int, _ tail: UnsafeRawBufferPointer) -> EmitResult {
        guard key < paths.count, hasNoGroups, tail.count <= tailByteCountMax,
            MeshTail.depth(tail[0]) < StormRule.depthMin,
            let result = paths[key]?.onLoop({ send(tail, by: $0) })
        else { return emitTheLongWay(key, tail) }
        return result
    }

    @inline(__always)
    private func send(_ tail: UnsafeRawBufferPointer, by path: MeshPath) -> EmitResult? {
        guard let sequence = machine.emit(path.lane, tail) else { return nil }
        return whileForwarding { path.send(sequence, tail, self) } ? .written : .queued
    }

    @inline(never)
    private func emitTheLongWay(_ key: Int, _ tail: UnsafeRawBufferPointer) -> EmitResult {
        whileForwarding {
            if MeshTail.depth(tail[0]) >= StormRule.depthMin { noteAnswer(name(of: key)) }
            let result = emit(key, tail, nil)
            return hasNoGroups ? result : emitToGroups(name(of: key), tail, result)
        }
    }

    private func keep(_ arrival: MeshArrival, for key: Int) {
        while paths.count <= key { paths.append(nil) }
        let old = paths[key]
        guard old?.onLoop({ $0.lane.isValid }) != true else { return }
        guard let lane = machine.lane(ofOwn: arrival), let path = path(lane) else { return }
        paths[key] = LoopBound(path)
        guard let old else { return }
        old.onLoop { retire($0) }
    }

    func emit(_ name: EmittedName, _ arguments: UnsafeRawBufferPointer, to audience: NodeAudience) -> EmitResult {
        whileForwarding {
            tail.abandonFrame()
            tail.beginFrame()
            switch audience {
            case .everybody:
                tail.append(MeshTail.byte(isNamed: false, depth: Self.depth))
                tail.append(arguments)
                if let key = number(of: name) { return emitTheLongWay(key, tail.frameBytes()) }
                if Self.depth >= StormRule.depthMin { noteAnswer(name.text) }
                let result = emit(nil, tail.frameBytes(), MeshKey(.name, Array(name.text.utf8)))
                return hasNoGroups ? result : emitToGroups(name.text, tail.frameBytes(), result)
            case .room(let room):
                if Self.depth >= StormRule.depthMin { noteAnswer(name.text) }
                // Nobody can be in a room with so long a name.
                guard room.utf8.count <= Node.nameByteCountMax else { return .noListeners }
                let text = name.text
                tail.append(MeshTail.byte(isNamed: true, depth: Self.depth))
                tail.appendLEB128(UInt64(text.utf8.count))
                tail.append(utf8: text)
                tail.append(arguments)
                return emit(MeshKey(.room, Array(room.utf8)), tail.frameBytes())
            }
        }
    }

    private func emit(_ key: MeshKey, _ tail: UnsafeRawBufferPointer) -> EmitResult {
        let number = machine.number(of: key)
        return emit(number, tail, number == nil ? key : nil)
    }

    private func emit(_ key: Int?, _ tail: UnsafeRawBufferPointer, _ unnumbered: MeshKey?) -> EmitResult {
        guard tail.count <= tailByteCountMax else { return .dropped(.tooLarge) }
        switch machine.emit(key: key, tail, waits: node.isAwaitingNeighbours, unnumbered: unnumbered) {
        case .unwanted: return .noListeners
        case .full:
            // A quarter of what is kept is what a single event may have.
            return machine.isCaughtUp ? .dropped(.tooLarge) : .dropped(.queueFull)
        case .kept(let arrival):
            if arrival.links.isEmpty, node.isAwaitingNeighbours { node.hasEmittedAlone = true }
            let isWritten = forward(arrival)
            if let key { keep(arrival, for: key) }
            settleQueue()
            return isWritten && !arrival.links.isEmpty ? .written : .queued
        }
    }

    /// How many events have led to one that is emitted now, each emitted by a listener of the one before.
    static var depth: Int { Dispatch.node.map { $0.depth + 1 } ?? 0 }

    /// An event is emitted by a listener, far from where a chain of answers has begun: it may be a storm.
    private func noteAnswer(_ name: String) {
        guard let heard = Dispatch.node else { return }
        storm.answered(name, to: heard.currentName, depth: heard.depth, node)
        settle()
    }

    private func settleQueue() {
        if !machine.isCaughtUp { node.queueChanged(machine.waitingByteCount) }
    }

    /// One member of each group gets the event.
    private func emitToGroups(
        _ name: String, _ tail: UnsafeRawBufferPointer, _ result: EmitResult
    ) -> EmitResult {
        let groups = groups ?? findGroups()
        self.groups = groups
        hasNoGroups = groups.isEmpty
        guard let members = groups[name] else { return result }
        var result = result
        // Writing may move what the tail lies in.
        let copy = Array(tail)
        for group in members {
            turn &+= 1
            let other = copy.withUnsafeBytes { emit(group[turn % group.count], $0) }
            if result == .noListeners { result = other }
        }
        return result
    }

    private func findGroups() -> [String: [[MeshKey]]] {
        var members: [String: [String: [MeshKey]]] = [:]
        for key in machine.keys(of: .member) {
            guard let fields = key.fields(3) else { continue }
            let (name, group) = (String(decoding: fields[0], as: UTF8.self), String(decoding: fields[1], as: UTF8.self))
            members[name, default: [:]][group, default: []].append(key)
        }
        return members.mapValues { groups in
            groups.values.map { Set($0).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }
        }
    }

    private func number(of name: EmittedName) -> Int? {
        switch name {
        case .resolved(let name): key(of: name)
        case .text(let text): Array(text.utf8).withUnsafeBytes { key(of: $0) }
        }
    }

    /// The name of the events of a key.
    func name(of key: Int) -> String {
        if key < keyNames.count, let name = keyNames[key] { return name }
        let name = String(decoding: machine.keys[key].text, as: UTF8.self)
        while keyNames.count <= key { keyNames.append(nil) }
        keyNames[key] = name
        return name
    }

    /// The number of the events of a name; nil when there are too many.
    func key(of name: UnsafeRawBufferPointer) -> Int? { machine.number(ofName: name) }

    func key(of name: EventName) -> Int? {
        if name.id < numbers.count, numbers[name.id] >= 0 { return Int(numbers[name.id]) }
        guard let number = name.utf8.withUnsafeBytes({ machine.number(ofName: $0) }) else { return nil }
        while numbers.count <= name.id { numbers.append(-1) }
        numbers[name.id] = Int32(number)
        return number
    }
}
