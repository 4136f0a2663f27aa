import HarkWire

/// Events that leave.
extension EventcastMachine {
    package mutating func emit(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, now: Instant, date: Int64
    ) -> GroupSendOutcome {
        // What is to be told of the last call is still to be told: this one may come from a listener.
        lastNow = now
        guard isRunning else { return .stopped }
        if EventcastName.isReserved(name) { return .reservedName }
        guard name.count <= EventcastLimits.nameByteCountMax else { return .nameTooLong }
        guard queue.byteCount < settings.limits.queueByteCount else { return .queueFull }

        dateOffset = date &- Int64(truncatingIfNeeded: now.milliseconds)
        let origin = identity.origin(name, date: date)
        do throws(EventcastError) {
            try write(origin) { meta, output throws(EventcastError) in
                try EventcastDatagram.write(meta, arguments: arguments, to: &output)
            }
            return try enqueue(origin, now: now)
        } catch {
            Self.begin(&whole)
            switch error {
            case .metaTooLong: return .nameTooLong
            case .badArguments, .truncated, .version, .badMeta, .missing, .outOfRange, .badPayload:
                return .notEncodable
            }
        }
    }

    /// Writes a datagram to `whole`, encrypted if there is a key.
    mutating func write(
        _ origin: EventcastOrigin, _ body: (EventcastMeta, inout ByteWriter) throws(EventcastError) -> Void
    ) throws(EventcastError) {
        let meta = EventcastMeta(sequence: digest(), nonce: cipher == nil ? nil : digest(), origin: origin)
        Self.begin(&whole)
        guard let cipher else { return try body(meta, &whole) }
        Self.begin(&piece)
        try body(meta, &piece)
        let ciphertext = cipher.encrypt(piece.frameBytes())
        // Outside nobody is named.
        let outer = EventcastMeta(sequence: digest(), isEncrypted: true, origin: nil)
        let result = ciphertext.withUnsafeBytes { bytes in
            Result { () throws(EventcastError) in try EventcastDatagram.write(outer, payload: bytes, to: &whole) }
        }
        try result.get()
    }

    /// Takes what is in `whole` to send to the group, cut if it is too long.
    private mutating func enqueue(_ origin: EventcastOrigin, now: Instant) throws(EventcastError) -> GroupSendOutcome {
        let datagram = whole.frameBytes()
        guard datagram.count <= settings.limits.messageByteCount else { return .tooLarge }
        let room = settings.limits.queueByteCount - queue.byteCount
        guard let slices = EventcastSlices(datagram, byteCountMax: settings.maxPayloadSize) else {
            guard datagram.count <= room else { return .queueFull }
            queue.append(datagram, to: .group, .events)
            return .accepted
        }
        guard slices.count <= EventcastAssembly.segmentCountMax else { return .tooLarge }
        let sequence = digest()
        // All metas are of one length: only numbers differ.
        try write(slices, 0, sequence, origin)
        let datagramByteCount = piece.frameBytes().count
        let byteCount = datagram.count + Int(slices.count) * (datagramByteCount - slices[0].count)
        guard byteCount <= room || queue.isEmpty else { return .queueFull }

        let chunk = ByteChunk(capacity: byteCount)
        append(to: chunk)
        for segment in 1..<slices.count {
            try write(slices, segment, sequence, origin)
            append(to: chunk)
        }
        queue.append(showing: chunk, 0..<byteCount, datagramByteCount: datagramByteCount, to: .group, .segments)
        let until = now + assembly.timing.keeping
        store.add(
            EventcastStore.Message(chunk: chunk, datagramByteCount: datagramByteCount, until: until), sequence)
        budget.sent(byteCount)
        return .accepted
    }

    private mutating func write(
        _ slices: EventcastSlices, _ segment: Int32, _ sequence: EventcastDigest, _ origin: EventcastOrigin
    ) throws(EventcastError) {
        let nonce = cipher == nil ? nil : digest()
        Self.begin(&piece)
        try slices.write(segment, sequence: sequence, nonce: nonce, origin: origin, to: &piece)
    }

    private func append(to chunk: ByteChunk) {
        let bytes = piece.frameBytes()
        UnsafeMutableRawBufferPointer(start: chunk.base + chunk.count, count: bytes.count).copyMemory(from: bytes)
        chunk.count += bytes.count
    }
}
