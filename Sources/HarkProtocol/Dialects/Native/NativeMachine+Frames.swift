public import HarkWire

/// All frames but the numbered event.
extension NativeMachine {
    @usableFromInline @inline(never)
    mutating func receiveOther(
        _ first: UInt8, _ body: ByteReader, control: inout ByteWriter
    ) throws(NativeViolation) -> NativeEffect {
        let kind = NativeKind(rawValue: first & NativeKind.mask)
        switch state {
        case .disconnected: return .consumed
        case .closing: return try receiveWhileClosing(kind, body)
        case .greeting, .authorizing:
            guard let kind else { throw .unknownKind(first) }
            return try receiveGreeting(kind, body)
        case .open:
            guard let kind else {
                if first & NativeKind.optional != 0 { return .consumed }
                throw .unknownKind(first)
            }
            let flags = NativeFlags(first)
            guard kind.allows(flags) else { throw .malformed(kind) }
            return try receive(kind, flags, body, control: &control)
        }
    }

    /// Two things are of interest: what has arrived of all that leaves before the goodbye, and whether the other side
    /// closes too.
    private mutating func receiveWhileClosing(
        _ kind: NativeKind?, _ body: ByteReader
    ) throws(NativeViolation) -> NativeEffect {
        guard goodbye == nil else { return .consumed }
        switch kind {
        case .ack: return try receiveAcknowledgement(body)
        case .settled: return try receiveSettlement(body)
        case .goodbye:
            guard let received = try? NativeGoodbye(reading: body) else { return .consumed }
            goodbye = received
            return .goodbyeReceived
        case .hello, .welcome, .name, .event, .namedEvent, .volatile, .namedVolatile, .request, .namedRequest, .reply,
            .failure, .ping, .pong, .data, .flush, .storm, nil:
            return .consumed
        }
    }

    private mutating func receiveGreeting(
        _ kind: NativeKind, _ body: ByteReader
    ) throws(NativeViolation) -> NativeEffect {
        if kind == .goodbye { return try receiveGoodbye(body) }
        guard state == .greeting else { throw .unexpected(kind) }
        switch role {
        case .server:
            guard kind == .hello else { throw .unexpected(kind) }
            hello = try NativeHello(reading: body.rest)
            state = .authorizing
            return .helloReceived
        case .client:
            guard kind == .welcome else { throw .unexpected(kind) }
            try receiveWelcome(body)
            return .welcomed
        }
    }

    private mutating func receiveWelcome(_ body: ByteReader) throws(NativeViolation) {
        var received = try NativeWelcome(reading: body.rest)
        let claim = hello?.session
        received.capabilities.formIntersection(hello?.capabilities ?? [])
        let isResumed = received.session?.outcome == .resumed
        // Only what was claimed can go on.
        guard !isResumed || claim?.id == received.session?.id else { throw .malformed(.welcome) }
        welcome = received
        open(resuming: isResumed, from: claim?.received ?? 0)
    }

    private mutating func receiveGoodbye(_ body: ByteReader) throws(NativeViolation) -> NativeEffect {
        goodbye = try NativeGoodbye(reading: body)
        stop()
        return .goodbyeReceived
    }

    // MARK: Open

    private mutating func receive(
        _ kind: NativeKind, _ flags: NativeFlags, _ body: ByteReader, control: inout ByteWriter
    ) throws(NativeViolation) -> NativeEffect {
        var body = body
        switch kind {
        case .hello, .welcome:
            throw .unexpected(kind)
        case .goodbye:
            return try receiveGoodbye(body)
        case .name:
            try incoming.define(try number(&body, kind), body.rest, limit: limits.nameCount)
            return .consumed
        case .event, .volatile, .namedEvent, .namedVolatile:
            return try receiveEvent(kind, flags, body)
        case .ack:
            return try receiveAcknowledgement(body)
        case .settled:
            return try receiveSettlement(body)
        case .request, .namedRequest:
            return try receiveRequest(kind, flags, body)
        case .reply:
            let id = try number(&body, kind)
            try skipHeaders(flags, &body, kind)
            return .reply(id: id, result: body)
        case .failure:
            let id = try number(&body, kind)
            let code = try number(&body, kind)
            // A failure that says all is well.
            guard code != NativeOutcome.ok.rawValue, UTF8Check.isValid(body.rest) else { throw .malformed(kind) }
            return .failure(id: id, code: code, text: body.rest)
        case .ping, .pong:
            return try receivePing(kind, body, control: &control)
        case .data:
            return try receiveData(body)
        case .flush:
            guard body.isAtEnd else { throw .malformed(kind) }
            return .flushRequested
        case .storm:
            let heard = try number(&body, kind)
            let answer = try number(&body, kind)
            guard body.isAtEnd else { throw .malformed(kind) }
            return .storm(heard: heard, answer: answer)
        }
    }

    private func receiveAcknowledgement(_ body: ByteReader) throws(NativeViolation) -> NativeEffect {
        var body = body
        let count = try number(&body, .ack)
        guard count > 0, body.isAtEnd else { throw .malformed(.ack) }
        return .acknowledged(count)
    }

    private func receiveSettlement(_ body: ByteReader) throws(NativeViolation) -> NativeEffect {
        var body = body
        let sequence = try number(&body, .settled)
        let code = try number(&body, .settled)
        guard sequence > 0, UTF8Check.isValid(body.rest) else { throw .malformed(.settled) }
        return .settled(sequence: sequence, code: code, text: body.rest)
    }

    private mutating func receiveEvent(
        _ kind: NativeKind, _ flags: NativeFlags, _ body: ByteReader
    ) throws(NativeViolation) -> NativeEffect {
        var body = body
        try skipOrigin(flags, &body, kind)
        let isVolatile = kind == .volatile || kind == .namedVolatile
        isRedelivered = flags.contains(.headers) && NativeRedelivery.isMarked(kind, body)
        let effect: NativeEffect
        if kind == .event || kind == .volatile {
            let name = try definedName(&body, kind)
            try skipHeaders(flags, &body, kind)
            effect = .event(name: name, arguments: body, isVolatile: isVolatile)
        } else {
            let name = try name(&body, kind)
            try skipHeaders(flags, &body, kind)
            effect = .namedEvent(name: name, arguments: body, isVolatile: isVolatile)
        }
        if isVolatile { return effect }
        guard repeatedCount == 0 else {
            repeatedCount -= 1
            isOpen = repeatedCount == 0
            return .consumed
        }
        incoming.receivedCount &+= 1
        return effect
    }

    private func receiveRequest(
        _ kind: NativeKind, _ flags: NativeFlags, _ body: ByteReader
    ) throws(NativeViolation) -> NativeEffect {
        var body = body
        let id = try number(&body, kind)
        let within = try number(&body, kind)
        if kind == .request {
            let name = try definedName(&body, kind)
            try skipHeaders(flags, &body, kind)
            return .request(id: id, within: within, name: name, arguments: body)
        }
        let name = try name(&body, kind)
        try skipHeaders(flags, &body, kind)
        return .namedRequest(id: id, within: within, name: name, arguments: body)
    }

    private func receivePing(
        _ kind: NativeKind, _ body: ByteReader, control: inout ByteWriter
    ) throws(NativeViolation) -> NativeEffect {
        var body = body
        guard let token = body.readLittleEndian(UInt64.self), body.isAtEnd else { throw .malformed(kind) }
        if kind == .pong { return .pong(token) }
        if control.byteCount < NativeLimits.controlByteCountMax { Self.write(.pong, token, into: &control) }
        return .consumed
    }

    /// Key, version and a value or nothing.
    private func receiveData(_ body: ByteReader) throws(NativeViolation) -> NativeEffect {
        var body = body
        let key = try name(&body, .data)
        let version = try number(&body, .data)
        let effect = NativeEffect.data(key: key, version: version, value: body.rest)
        guard !body.isAtEnd else { return effect }
        var reader = CBORReader(body.rest)
        do { try reader.skip() } catch { throw .malformed(.data) }
        guard reader.isAtEnd else { throw .malformed(.data) }
        return effect
    }

    // MARK: Parts of bodies

    private func number(_ body: inout ByteReader, _ kind: NativeKind) throws(NativeViolation) -> UInt64 {
        guard let number = body.readLEB128() else { throw .malformed(kind) }
        return number
    }

    private func definedName(_ body: inout ByteReader, _ kind: NativeKind) throws(NativeViolation) -> Int {
        let number = try number(&body, kind)
        guard number &- 1 < UInt64(incoming.nameCount) else { throw .nameUndefined(number) }
        return Int(truncatingIfNeeded: number) - 1
    }

    private func name(
        _ body: inout ByteReader, _ kind: NativeKind
    ) throws(NativeViolation) -> UnsafeRawBufferPointer {
        let count = try number(&body, kind)
        guard count <= NativeLimits.nameByteCountMax else {
            throw .nameTooLong(byteCount: Int(clamping: count))
        }
        guard let name = body.read(Int(count)), UTF8Check.isValid(name) else { throw .malformed(kind) }
        return name
    }

    /// Who sent the event first, its number there and how far it has come: for a mesh, which checks them itself.
    private func skipOrigin(
        _ flags: NativeFlags, _ body: inout ByteReader, _ kind: NativeKind
    ) throws(NativeViolation) {
        guard flags.contains(.origin) else { return }
        for _ in 0..<3 { _ = try number(&body, kind) }
    }

    private func skipHeaders(
        _ flags: NativeFlags, _ body: inout ByteReader, _ kind: NativeKind
    ) throws(NativeViolation) {
        guard flags.contains(.headers) else { return }
        var reader = CBORReader(body.rest)
        // The top three bits of a map are 101.
        guard let initial = body.peek(), initial >> 5 == 5 else { throw .malformed(kind) }
        do { try reader.skip() } catch { throw .malformed(kind) }
        body.cursor = reader.bytes.cursor
    }
}

/// What the machine writes by itself or is asked to, for this connection only.
extension NativeMachine {
    /// Whether the other side wants to know what is processed. One that has said goodbye still does.
    package var owesAcknowledgements: Bool { state == .open || goodbye != nil }

    /// Tells the other side what has been processed since the last time, if anything.
    package mutating func acknowledge(into control: inout ByteWriter) {
        guard owesAcknowledgements else { return }
        let count = incoming.processedCount &- incoming.acknowledgedCount
        guard count > 0 else { return }
        NativeFrame.begin(.ack, into: &control)
        control.appendLEB128(count)
        NativeFrame.end(&control)
        incoming.acknowledgedCount = incoming.processedCount
    }

    /// Tells how one counted event ended, before all earlier ones have.
    package func settle(
        _ sequence: UInt64, _ outcome: NativeOutcome, text: String = "", into control: inout ByteWriter
    ) {
        guard state == .open else { return }
        NativeFrame.begin(.settled, into: &control)
        control.appendLEB128(sequence)
        control.appendLEB128(outcome.rawValue)
        control.append(utf8: NativeLimits.shortened(text))
        NativeFrame.end(&control)
    }

    /// Asks for a sign of life. `token` comes back with the pong.
    package func ping(_ token: UInt64, into control: inout ByteWriter) {
        guard state == .open else { return }
        Self.write(.ping, token, into: &control)
    }

    /// Tells of events that this side answers with events, so that the other side can say whether it does the same.
    ///
    /// - Parameters:
    ///   - heard: the number of the name that is answered, as the other side has defined it.
    ///   - answer: the number of the name that it is answered with, as this side has.
    package func tellStorm(heard: UInt64, answer: UInt64, into control: inout ByteWriter) {
        guard state == .open else { return }
        NativeFrame.begin(.storm, flags: NativeKind.optional, into: &control)
        control.appendLEB128(heard)
        control.appendLEB128(answer)
        NativeFrame.end(&control)
    }

    private static func write(_ kind: NativeKind, _ token: UInt64, into control: inout ByteWriter) {
        NativeFrame.begin(kind, into: &control)
        control.appendLittleEndian(token)
        NativeFrame.end(&control)
    }
}
