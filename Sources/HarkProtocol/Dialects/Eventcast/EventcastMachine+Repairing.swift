import HarkWire

/// Segments that were lost: asking for them, and answering those who ask.
extension EventcastMachine {
    /// 80 segments in a request: then it is about as long as a segment, which is known to pass.
    private static let missingCountMax = 80

    /// 4 requests at a time for one message, which are 320 segments. The rest follows with the answers.
    private static let requestCountMax = 4

    // MARK: Asking

    /// Asks for the segments of a message that are missing: first its sender, where it can be trusted that the address
    /// is the sender's; after that the group, since of several members with one address only one hears what is sent
    /// to it.
    mutating func ask(for sequence: EventcastDigest, now: Instant) {
        guard let part = assembly.part(sequence) else { return }
        var rest = assembly.missing(sequence, now: now, countMax: Self.missingCountMax * Self.requestCountMax)[...]
        // Nobody is sent more than has come from there: it may have been another who has sent it.
        var room = part.askedCount == 0 ? part.receivedByteCount : 0
        while !rest.isEmpty {
            guard let request = try? request(for: sequence, Array(rest.prefix(Self.missingCountMax)), now: now) else {
                break
            }
            guard urgent.byteCount + request.count <= EventcastLimits.urgentByteCountMax,
                allowance.take(request.count, now: now)
            else { break }
            if let address = part.asking, request.count <= room {
                room -= request.count
                urgent.append(request, to: .address(address), .request)
            } else {
                urgent.append(request, to: .group, .request)
            }
            rest = rest.dropFirst(Self.missingCountMax)
        }
        assembly.asked(sequence, now: now)
    }

    /// A datagram that asks, in `whole`.
    private mutating func request(
        for sequence: EventcastDigest, _ missing: [Int32], now: Instant
    ) throws(EventcastError) -> UnsafeRawBufferPointer {
        let name = EventcastRequest.eventName
        var origin = identity.origin(
            UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount),
            date: Int64(truncatingIfNeeded: now.milliseconds) &+ dateOffset)
        // Who is asked sends to the address in the meta, or to where the request came from.
        (origin.host, origin.port) = (identity.answerHost, identity.answerPort)
        let request = EventcastRequest(
            id: identity.id, sequence: sequence, missing: missing, host: identity.answerHost, port: identity.answerPort)
        try write(origin) { meta, output throws(EventcastError) in
            try EventcastDatagram.write(meta, request: request, to: &output)
        }
        return whole.frameBytes()
    }

    // MARK: Answering

    /// Sends the segments that somebody asks for, in that order, as they were: only to where the request comes from,
    /// only what was sent by this member, each once for a request, and no more than the budget allows.
    mutating func answer(
        _ datagram: EventcastDatagram, _ origin: EventcastOrigin, from source: DatagramAddress, now: Instant
    ) {
        counters.receivedRequestCount += 1
        let request: EventcastRequest
        do throws(EventcastError) {
            request = try EventcastRequest(reading: datagram.payload)
        } catch {
            return refuse(.repairRequest, from: source, "a request to send segments again is not one: \(error)")
        }
        guard let message = store[request.sequence] else {
            // Most requests to the group are for another member: nothing to be told of.
            return count(.repairRequest)
        }
        guard settings.listeners.isEmpty || settings.listeners.contains(where: source.isSameHost) else {
            return refuse(
                .repairRequest, from: source,
                "a request comes from a host that this member sends nothing to; list all members, by the addresses "
                    + "that they send from")
        }
        guard let target = target(of: request, origin, from: source) else {
            return refuse(
                .repairRequest, from: source,
                "a request names another address for the answer than its own; a member says its own host and port")
        }
        send(request.missing, of: message, to: target, now: now)
    }

    /// Where the answer goes; nil where somebody else would get it.
    private func target(
        of request: EventcastRequest, _ origin: EventcastOrigin, from source: DatagramAddress
    ) -> DatagramAddress? {
        // The way back is always right, whatever a member believes its own address to be.
        if request.port == source.port { return source }
        guard let target = EventcastOrigin.address(request.host, request.port, heardFrom: source) else { return nil }
        return target.port == source.port || target.port == origin.port ? target : nil
    }

    private mutating func send(
        _ missing: [Int32], of message: EventcastStore.Message, to target: DatagramAddress, now: Instant
    ) {
        let room = EventcastLimits.urgentByteCountMax - urgent.byteCount
        let available = min(budget.available(to: target, now: now), room)
        var byteCount = 0
        var isSent = [Bool](repeating: false, count: message.count)
        for segment in missing.lazy.map(Int.init) where segment < message.count && !isSent[segment] {
            let range = message.range(segment)
            guard byteCount + range.count <= available else {
                refuse(.repairRequest, from: target, "more segments are asked for than a quarter of what is sent")
                break
            }
            byteCount += range.count
            isSent[segment] = true
            urgent.append(
                showing: message.chunk, range, datagramByteCount: message.datagramByteCount, to: .address(target),
                .repairs)
        }
        budget.take(byteCount, for: target)
    }
}
