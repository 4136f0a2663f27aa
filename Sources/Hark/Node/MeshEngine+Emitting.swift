internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Events of this node.
extension MeshEngine {
    /// Emits an event, by the id of its name, whose way is known, with the byte ahead of its arguments.
    ///
    /// - Returns: nil when it has to be emitted the long way.
    @inline(__always)
    func emit(_ name: Int, plain tail: UnsafeRawBufferPointer) -> EmitResult? {
        guard name >= 0, name < paths.count, let path = paths[name], Dispatch.node == nil, hasNoGroups,
            tail.count <= tailByteCountMax, let sequence = machine.emit(path.lane, tail)
        else { return nil }
        return path.send(sequence, tail) ? .written : .queued
    }

    private func keep(_ arrival: MeshArrival, for name: EmittedName) {
        guard case .resolved(let name) = name, let lane = machine.lane(ofOwn: arrival), let path = path(lane) else {
            return
        }
        while paths.count <= name.id { paths.append(nil) }
        paths[name.id] = path
    }

    func emit(_ name: EmittedName, _ arguments: UnsafeRawBufferPointer, to audience: NodeAudience) -> EmitResult {
        tail.abandonFrame()
        tail.beginFrame()
        switch audience {
        case .everybody:
            guard let key = number(of: name) else { return .dropped(.queueFull) }
            tail.append(MeshTail.byte(isNamed: false, depth: depth(of: name)))
            tail.append(arguments)
            let result = emit(key, tail.frameBytes(), name)
            return hasNoGroups ? result : emitToGroups(name, tail.frameBytes(), result)
        case .room(let room):
            guard let key = machine.number(of: MeshKey(.room, Array(room.utf8))) else { return .dropped(.queueFull) }
            let text = name.text
            tail.append(MeshTail.byte(isNamed: true, depth: depth(of: name)))
            tail.appendLEB128(UInt64(text.utf8.count))
            tail.append(utf8: text)
            tail.append(arguments)
            return emit(key, tail.frameBytes(), nil)
        }
    }

    private func emit(_ key: Int, _ tail: UnsafeRawBufferPointer, _ name: EmittedName?) -> EmitResult {
        guard tail.count <= tailByteCountMax else { return .dropped(.tooLarge) }
        switch machine.emit(key: key, tail, waits: node.isAwaitingNeighbours) {
        case .unwanted: return .noListeners
        case .full:
            // A quarter of what is kept is what a single event may have.
            return machine.isCaughtUp ? .dropped(.tooLarge) : .dropped(.queueFull)
        case .kept(let arrival):
            if arrival.links.isEmpty, node.isAwaitingNeighbours { node.hasEmittedAlone = true }
            let isWritten = forward(arrival)
            if let name { keep(arrival, for: name) }
            settleQueue()
            return isWritten && !arrival.links.isEmpty ? .written : .queued
        }
    }

    /// How far this event is from where a chain of answers has begun. What is far may be a storm.
    private func depth(of name: EmittedName) -> Int {
        guard let heard = Dispatch.node else { return 0 }
        storm.answered(name.text, to: heard.currentName, depth: heard.depth, node)
        settle()
        return heard.depth + 1
    }

    private func settleQueue() {
        if !machine.isCaughtUp { node.queueChanged(machine.waitingByteCount) }
    }

    /// One member of each group gets the event.
    private func emitToGroups(
        _ name: EmittedName, _ tail: UnsafeRawBufferPointer, _ result: EmitResult
    ) -> EmitResult {
        let groups = groups ?? findGroups()
        self.groups = groups
        hasNoGroups = groups.isEmpty
        guard let members = groups[name.text] else { return result }
        var result = result
        // Writing may move what the tail lies in.
        let copy = Array(tail)
        for group in members {
            turn &+= 1
            guard let key = machine.number(of: group[turn % group.count]) else { continue }
            let other = copy.withUnsafeBytes { emit(key, $0, nil) }
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
        case .text(let text): return machine.number(of: MeshKey(.name, Array(text.utf8)))
        case .resolved(let name):
            if name.id < numbers.count, numbers[name.id] >= 0 { return Int(numbers[name.id]) }
            guard let number = machine.number(of: MeshKey(.name, name.utf8)) else { return nil }
            while numbers.count <= name.id { numbers.append(-1) }
            numbers[name.id] = Int32(number)
            return number
        }
    }
}
