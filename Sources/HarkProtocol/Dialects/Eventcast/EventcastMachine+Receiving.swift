package import HarkWire

/// Datagrams that arrive. Each is passed on, kept, or refused and counted; none ends the program, as they do in the
/// original.
extension EventcastMachine {
    package mutating func receive(_ datagram: UnsafeRawBufferPointer, from source: DatagramAddress, now: Instant) {
        beginCall(now: now)
        guard isRunning else { return }
        lastSource = source
        let read: EventcastDatagram
        do throws(EventcastError) {
            read = try EventcastDatagram(reading: datagram)
        } catch {
            countReceived(datagram)
            return refuse(error, from: source)
        }
        // Its own datagrams come back to every member, unless the network is told otherwise.
        if let origin = read.meta.origin, identity.isOwn(origin) { return }
        countReceived(datagram)
        if read.meta.isSegment {
            receiveSegment(read, from: source, now: now)
        } else if recent.contains(read.meta.sequence) {
            refuse(.replayed, from: source, "a datagram has arrived twice; the network has doubled it, or somebody has")
        } else if receive(read, from: source, now: now) {
            recent.insert(read.meta.sequence)
        }
    }

    private mutating func countReceived(_ datagram: UnsafeRawBufferPointer) {
        counters.receivedDatagramCount += 1
        counters.receivedByteCount += datagram.count
    }

    private mutating func refuse(_ error: EventcastError, from source: DatagramAddress) {
        guard case .version = error else { return refuse(.malformed, from: source, "\(error)") }
        refuse(
            .version, from: source,
            "\(error.code ?? ""): \(error); the program there has to be updated, or is another one")
    }

    // MARK: Segments

    private mutating func receiveSegment(_ segment: EventcastDatagram, from source: DatagramAddress, now: Instant) {
        guard let origin = segment.meta.origin, !segment.meta.isEncrypted else {
            return refuse(.malformed, from: source, "a segment does not say whose it is")
        }
        guard isShort(origin) else { return refuseLong(from: source) }
        Self.begin(&joined)
        let outcome = assembly.add(segment, from: source, now: now, to: &joined)
        for loss in assembly.takeLost() { tell(loss) }
        switch outcome {
        case .kept, .repeated: break
        case .complete: receiveJoined(from: source, now: now)
        case .refused(.contradiction):
            refuse(.malformed, from: source, "a segment contradicts another one of its message")
        case .refused(.empty):
            refuse(.malformed, from: source, "a segment is empty")
        case .refused(.tooLong):
            let limit = settings.limits.messageByteCount
            refuse(
                .overLimit, from: source,
                "a message in segments is longer than \(limit) bytes, or too many are incomplete; raise the limit "
                    + "if it should be taken")
        }
        tellOfEvictions(from: source)
    }

    /// Beginnings that gave way are told of together, and seldom.
    private mutating func tellOfEvictions(from source: DatagramAddress) {
        let count = assembly.evictedCount - countedEvictionCount
        guard count > 0 else { return }
        countedEvictionCount = assembly.evictedCount
        self.count(.overLimit, count - 1)
        refuse(.overLimit, from: source, "too many messages in segments are incomplete; the oldest ones were dropped")
    }

    private mutating func receiveJoined(from source: DatagramAddress, now: Instant) {
        do throws(EventcastError) {
            let datagram = try EventcastDatagram(reading: joined.frameBytes())
            guard !datagram.meta.isSegment else {
                return refuse(.malformed, from: source, "the segments of a message are a segment again")
            }
            _ = receive(datagram, from: source, now: now)
        } catch {
            refuse(error, from: source)
        }
    }

    // MARK: Whole datagrams

    /// Opens it if it is encrypted.
    ///
    /// - Returns: whether it was taken.
    private mutating func receive(
        _ datagram: EventcastDatagram, from source: DatagramAddress, now: Instant
    ) -> Bool {
        guard datagram.meta.isEncrypted else {
            guard cipher == nil || settings.acceptsPlaintext else {
                refuse(
                    .plaintext, from: source,
                    "a message is not encrypted, and this member has a key; give the other one the same, or accept "
                        + "plaintext here")
                return false
            }
            return take(datagram, from: source, now: now)
        }
        guard let cipher else {
            refuse(
                .ciphertext, from: source, "a message is encrypted, and this member has no key; give it the group's")
            return false
        }
        Self.begin(&opened)
        guard let text = cipher.decrypt(datagram.payload) else { return refuseKey(source) }
        text.withUnsafeBytes { opened.append($0) }
        // What was decrypted with another key is noise, with the padding right by chance.
        guard let inner = try? EventcastDatagram(reading: opened.frameBytes()) else { return refuseKey(source) }
        guard !inner.meta.isEncrypted, !inner.meta.isSegment else {
            refuse(.malformed, from: source, "what was encrypted is not a whole message")
            return false
        }
        return take(inner, from: source, now: now)
    }

    private mutating func refuseKey(_ source: DatagramAddress) -> Bool {
        refuse(
            .authentication, from: source,
            "a message does not open with this member's key; all members need the same passphrase")
        return false
    }

    private mutating func take(_ datagram: EventcastDatagram, from source: DatagramAddress, now: Instant) -> Bool {
        guard let origin = datagram.meta.origin else {
            refuse(.malformed, from: source, "a message does not say whose it is")
            return false
        }
        // What was encrypted names its sender only here.
        if identity.isOwn(origin) { return true }
        guard isShort(origin) else {
            refuseLong(from: source)
            return false
        }
        if EventcastName.isRequest(origin.name) {
            answer(datagram, origin, from: source, now: now)
            return true
        }
        guard !EventcastName.isReserved(origin.name) else {
            refuse(
                .reservedName, from: source,
                "an event is called \"\(String(decoding: origin.name, as: UTF8.self))\", which is the library's own; "
                    + "it needs another name")
            return false
        }
        arrival = Arrival(
            name: origin.name, payload: datagram.payload, member: hear(origin, from: source, now: now),
            sequence: datagram.meta.sequence)
        return true
    }

    private mutating func hear(_ origin: EventcastOrigin, from source: DatagramAddress, now: Instant) -> GroupMember {
        let hearing = known.hear(origin, from: source, now: now)
        switch hearing {
        case .known: break
        case .joined(let member): tell(.joined(member))
        case .overLimit:
            let limit = settings.limits.memberCount
            refuse(.overLimit, from: source, "there are more than \(limit) members; this one is not listed")
        }
        return hearing.member
    }

    private func isShort(_ origin: EventcastOrigin) -> Bool {
        max(origin.id.count, origin.hostname.count) <= EventcastLimits.idByteCountMax
    }

    private mutating func refuseLong(from source: DatagramAddress) {
        refuse(
            .malformed, from: source,
            "a member's id or host name is longer than \(EventcastLimits.idByteCountMax) bytes; give it a shorter one")
    }
}
