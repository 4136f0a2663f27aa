internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// From frames to listeners.
extension NativeLink {
    func takeFrames(_ bytes: UnsafeRawBufferPointer) -> Int {
        var reader = ByteReader(bytes)
        heard()
        let batch = stormBatchBegins()
        let outer = Dispatch.link
        Dispatch.link = self
        isDispatching = true
        do throws(NativeViolation) {
            try dispatch(&reader)
            isDispatching = false
        } catch {
            isDispatching = false
            violated(error)
        }
        Dispatch.link = outer
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
        stormBatchEnds(batch)
        let consumed = bytes.count - reader.remaining
        // A goodbye has ended the link; its timers must not start again.
        if connection != nil { processed(consumed) }
        return consumed
    }

    private func dispatch(_ reader: inout ByteReader) throws(NativeViolation) {
        guard try machine.receivePreamble(&reader) else { return }
        var next = try machine.receive(&reader, control: &borrowedControl.writer)
        while let effect = next {
            if case .event(let name, let arguments, let isVolatile) = effect {
                isCounted = !isVolatile
                next = try deliver(name, arguments, &reader)
            } else {
                try apply(effect)
                // The effect may have ended the connection.
                guard connection != nil else { return }
                next = try machine.receive(&reader, control: &borrowedControl.writer)
            }
        }
    }

    private func apply(_ effect: NativeEffect) throws(NativeViolation) {
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
        isCounted = false
        switch effect {
        case .event(let name, let arguments, let isVolatile):
            isCounted = !isVolatile
            call(resolve(name).listeners, arguments.rest)
        case .namedEvent(let name, let arguments, let isVolatile):
            isCounted = !isVolatile
            currentNameNumber = nil
            isMixed = true
            occasions.nameText = String(decoding: name, as: UTF8.self)
            call(listeners(of: name), arguments.rest)
        case .request(let id, _, let name, let arguments):
            answer(id, name: machine.incoming.names.string(name), arguments.rest)
        case .namedRequest(let id, _, let name, let arguments):
            answer(id, name: String(decoding: name, as: UTF8.self), arguments.rest)
        case .reply(let id, let result):
            finishRequest(id, .success(result.rest))
        case .failure(let id, let code, let text):
            finishRequest(id, .failure(Self.requestError(code, String(decoding: text, as: UTF8.self))))
        case .acknowledged(let count):
            let wasFull = outlet.isWindowFull
            try outlet.acknowledge(count)
            settleAcknowledged()
            if wasFull {
                outlet.movedOn(environment.clock.turn)
                windowMoved()
                didWrite()
            }
        case .helloReceived:
            guard let hello = machine.hello else { return }
            owner?.linkDidGreet(Hello(hello))
        case .welcomed:
            becameOpen()
        case .goodbyeReceived:
            receivedGoodbye()
        case .flushRequested:
            isFlushRequested = true
        case .settled(let sequence, let code, let text):
            try settled(sequence, code, String(decoding: text, as: UTF8.self))
        case .data(let key, let version, let value):
            receivedData(String(decoding: key, as: UTF8.self), version, value.isEmpty ? nil : Array(value))
        case .storm(let heard, let answer):
            otherSideStorms(heard: heard, answer: answer)
        case .pong(let token):
            answered(token)
        case .consumed:
            break
        }
    }

    // MARK: Events

    /// Delivers an event, and those of the same name that follow it.
    ///
    /// - Returns: the first effect that is something else.
    private func deliver(
        _ name: Int, _ arguments: ByteReader, _ reader: inout ByteReader
    ) throws(NativeViolation) -> NativeEffect? {
        let resolution = resolve(name)
        if name != currentNameNumber {
            if currentNameNumber != nil { isMixed = true }
            currentNameNumber = name
        }
        if let listener = resolution.only {
            return try run(listener, name, resolution.version, arguments, &reader)
        }
        call(resolution.listeners, arguments.rest)
        machine.isRedelivered = false
        return try machine.receive(&reader, control: &borrowedControl.writer)
    }

    /// The common case, one listener: it is fetched once for all events in a row.
    private func run(
        _ listener: Listener, _ name: Int, _ version: Int, _ first: ByteReader, _ reader: inout ByteReader
    ) throws(NativeViolation) -> NativeEffect? {
        do { try listener.handler(first.rest) } catch { failed(error) }
        isCounted = true
        machine.isRedelivered = false
        // Names beyond have a number of more than one byte.
        if name < 0x7F {
            let number = UInt8(truncatingIfNeeded: name + 1)
            if let handler = listener.bytes {
                runBytes(handler, number, version, &reader)
            } else {
                run(listener.handler, number, version, &reader)
            }
            machine.countRun(runCount)
            runCount = 0
        }
        guard connection != nil else { return nil }
        return try machine.receive(&reader, control: &borrowedControl.writer)
    }

    private func run(_ handler: Handler, _ number: UInt8, _ version: Int, _ reader: inout ByteReader) {
        while version == self.version.value,
            let arguments = reader.takeFrame(
                kind: NativeKind.eventByte, first: number, bodyByteCountMax: runBodyByteCountMax)
        {
            runCount &+= 1
            do { try handler(arguments) } catch { failed(error) }
        }
    }

    private func runBytes(_ handler: BytesHandler, _ number: UInt8, _ version: Int, _ reader: inout ByteReader) {
        while version == self.version.value,
            let arguments = reader.takeFrame(
                kind: NativeKind.eventByte, first: number, bodyByteCountMax: runBodyByteCountMax)
        {
            runCount &+= 1
            do { try handler(try ArgumentReader.borrowBytes(arguments).bytes) } catch { failed(error) }
        }
    }

    private func call(_ listeners: ContiguousArray<Listener>, _ arguments: UnsafeRawBufferPointer) {
        for index in listeners.indices {
            do { try listeners[index].handler(arguments) } catch { failed(error) }
        }
    }

    /// Delivers an event that the other side has left for its end.
    func deliver(_ will: LastWill) {
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        for value in will.arguments { writer.write(value) }
        let outer = Dispatch.link
        Dispatch.link = self
        isCounted = false
        currentNameNumber = nil
        occasions.nameText = will.name
        writer.bytes.takeBytes().withUnsafeBytes { arguments in
            call(Array(will.name.utf8).withUnsafeBytes { listeners(of: $0) }, arguments)
        }
        Dispatch.link = outer
        if version.isInterrupted { ListenerQueue.shared.catchUp() }
    }

    @inline(never)
    private func failed(_ error: any Error) {
        owner?.linkDidFail(HarkError(listener: error, event: currentName, peer: peer?.id))
        if isCounted { settleBadly(currentSequence, error) }
    }

    /// The name of the event that is being dispatched.
    var currentName: String {
        currentNameNumber.map { machine.incoming.names.string($0) } ?? occasions.nameText
    }

    // MARK: Who listens

    private func resolve(_ name: Int) -> ResolvedName {
        let version = self.version.value
        if name < resolved.count, let known = resolved[name], known.version == version { return known }
        if self.version.isInterrupted {
            ListenerQueue.shared.catchUp()
            return resolve(name)
        }
        while resolved.count <= name { resolved.append(nil) }
        let text = machine.incoming.names.bytes(name)
        let entry = ResolvedName(version: version, listeners: text.withUnsafeBytes { listeners(of: $0) })
        resolved[name] = entry
        return entry
    }

    private func listeners(of name: UnsafeRawBufferPointer) -> ContiguousArray<Listener> {
        var listeners: ContiguousArray<Listener> = []
        for table in owner?.audience ?? [] { table.collect(name, into: &listeners) }
        return listeners
    }
}

/// What was looked up for one incoming name.
final class ResolvedName {
    let version: Int
    let listeners: ContiguousArray<Listener>
    /// The only one, as nearly always.
    let only: Listener?

    init(version: Int, listeners: ContiguousArray<Listener>) {
        self.version = version
        self.listeners = listeners
        only = listeners.count == 1 ? listeners[0] : nil
    }
}
