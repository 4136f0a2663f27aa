internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Requests between nodes, and their answers. Each goes to one node and is never sent again.
@EventLoop
final class MeshRequests {
    private enum Kind: Int64 {
        case request, reply, failure, latest, value
    }

    private unowned let node: Node
    unowned var engine: MeshEngine?
    private var pending: [UInt64: PendingRequest] = [:]
    /// Which node was asked.
    private var asked: [UInt64: MeshIdentity] = [:]
    private var next: UInt64 = 1
    /// Requests of others that are being worked on: who has asked, and by which number.
    private var working: [UInt64: (identity: MeshIdentity, id: UInt64)] = [:]
    private var turn = 0

    init(_ node: Node) { self.node = node }

    private var clock: any EventClock { node.environment.clock }

    // MARK: Asking

    /// Who answers requests of this name; one of them each time.
    func responder(of name: String) throws(HarkError) -> MeshIdentity {
        let responders = engine?.responders(of: name) ?? []
        guard !responders.isEmpty else {
            throw HarkError(.noResponder, "no node answers \"\(name)\"")
        }
        turn &+= 1
        return responders[turn % responders.count]
    }

    /// How long the arguments of a request and its result may be: they travel in one frame.
    private var byteCountMax: Int { node.options.limits.frameByteCount - 2_048 }

    private func tooLong(_ byteCount: Int) -> HarkError {
        HarkError(.limit, "\(byteCount) bytes are more than a frame holds, see Limits.frameByteCount")
    }

    /// The number of the next request.
    func takeNumber() -> UInt64 {
        defer { next += 1 }
        return next
    }

    /// Asks one node.
    func ask(
        _ id: UInt64, _ identity: MeshIdentity, _ name: String, _ arguments: [UInt8], within deadline: Duration,
        _ completion: @escaping @EventLoop (Result<UnsafeRawBufferPointer, HarkError>) -> Void
    ) {
        guard pending.count < node.options.limits.requestCount else {
            return completion(
                .failure(HarkError(.limit, "\(pending.count) requests wait for their replies already")))
        }
        guard arguments.count <= byteCountMax else { return completion(.failure(tooLong(arguments.count))) }
        let request = PendingRequest(completion)
        pending[id] = request
        asked[id] = identity
        request.timer = clock.timer {
            self.finish(id, .failure(HarkError(.timeout, "no answer to \"\(name)\" within \(deadline)")))
        }
        request.timer?.schedule(at: clock.now + deadline.milliseconds)
        let message: Value = .array([
            .int(Kind.request.rawValue), .int(Int64(id)), .string(name),
            .int(Int64(clamping: deadline.milliseconds)), .bytes(Bytes(arguments)),
        ])
        if engine?.send(message, to: identity) != true {
            finish(id, .failure(HarkError(.disconnected, "there is no way to node \"\(identity.id)\"")))
        }
    }

    func finish(_ id: UInt64, _ result: Result<UnsafeRawBufferPointer, HarkError>) {
        // Late answers find nobody.
        guard let request = pending.removeValue(forKey: id) else { return }
        asked[id] = nil
        request.timer?.cancel()
        request.finish(result)
    }

    /// There is no way to a node any more: it will not answer.
    func vanished(_ id: String) {
        for (number, identity) in asked.sorted(by: { $0.key < $1.key }) where identity.id == id {
            finish(
                number, .failure(HarkError(.disconnected, "node \"\(id)\" is gone; it may have done what it was asked"))
            )
        }
    }

    func failAll(_ error: HarkError) { for id in pending.keys.sorted() { finish(id, .failure(error)) } }

    // MARK: What arrives

    func receive(_ message: Value, from identity: MeshIdentity) {
        guard let fields = message.array, let kind = fields.first?.int.flatMap({ Kind(rawValue: Int64($0)) }) else {
            return node.report(HarkError(.protocolViolation, "node \"\(identity.id)\" has sent what makes no sense"))
        }
        switch kind {
        case .request: answer(fields, identity)
        case .reply:
            guard fields.count == 3, let id = fields[1].int, let bytes = fields[2].bytes else { return }
            bytes.array.withUnsafeBytes { finish(UInt64(clamping: id), .success($0)) }
        case .failure:
            guard fields.count == 4, let id = fields[1].int, let code = fields[2].int, let text = fields[3].string
            else { return }
            finish(UInt64(clamping: id), .failure(NativeLink.requestError(UInt64(clamping: code), text)))
        case .latest:
            guard fields.count == 2, let pattern = fields[1].string else { return }
            for (name, arguments) in node.latest.values(matching: pattern) {
                _ = engine?.send(
                    .array([.int(Kind.value.rawValue), .string(name), .bytes(Bytes(arguments))]), to: identity)
            }
        case .value:
            guard fields.count == 3, let name = fields[1].string, let bytes = fields[2].bytes else { return }
            node.latest.received(name, bytes.array, from: identity.id)
        }
    }

    /// Asks a node for the latest values of what fits.
    func askLatest(_ pattern: String, of identity: MeshIdentity) {
        _ = engine?.send(.array([.int(Kind.latest.rawValue), .string(pattern)]), to: identity)
    }

    /// There is no way from here to the one whom it is for.
    func undeliverable(_ message: Value, to receiver: MeshIdentity, from sender: MeshIdentity) {
        guard let fields = message.array, fields.first?.int == Int(Kind.request.rawValue), fields.count > 1,
            let id = fields[1].int
        else { return }
        fail(UInt64(clamping: id), of: sender, .nobody, "there is no way to node \"\(receiver.id)\"")
    }

    // MARK: Answering

    private func answer(_ fields: [Value], _ identity: MeshIdentity) {
        guard fields.count == 5, let number = fields[1].int, let name = fields[2].string,
            let arguments = fields[4].bytes
        else { return }
        let id = UInt64(clamping: number)
        guard let responder = node.respondersIfAny?.responder(of: name) else {
            return fail(id, of: identity, .nobody, "nobody answers \"\(name)\" there")
        }
        guard working.count < node.options.limits.requestCount else {
            return fail(id, of: identity, .overloaded, "\(working.count) requests are worked on already")
        }
        let ticket = takeNumber()
        working[ticket] = (identity, id)
        let reply = Reply(to: ticket, over: self)
        do {
            try arguments.array.withUnsafeBytes { try responder($0, reply) }
        } catch let error as ArgumentError {
            reply.fail(.badArguments, "\"\(name)\" does not take these arguments: \(error)")
        } catch { reply.fail(error) }
    }

    private func fail(_ id: UInt64, of identity: MeshIdentity, _ outcome: NativeOutcome, _ text: String) {
        let message: Value = .array([
            .int(Kind.failure.rawValue), .int(Int64(clamping: id)), .int(Int64(outcome.rawValue)), .string(text),
        ])
        _ = engine?.send(message, to: identity)
    }
}

extension MeshRequests: ReplyTarget {
    func answering(_ id: UInt64, _ isBegin: Bool) {}

    func reply(to id: UInt64, _ encode: (inout ArgumentWriter) -> Void) {
        guard let (identity, number) = working.removeValue(forKey: id) else { return }
        var writer = ArgumentWriter(pool: EventLoop.current.pool)
        encode(&writer)
        guard writer.takeFailure() == nil else {
            return fail(number, of: identity, .threw, "the result cannot be sent")
        }
        let bytes = writer.bytes.takeBytes()
        guard bytes.count <= byteCountMax else {
            return fail(number, of: identity, .threw, "the result is too long: \(tooLong(bytes.count).message)")
        }
        let message: Value = .array([
            .int(Kind.reply.rawValue), .int(Int64(clamping: number)), .bytes(Bytes(bytes)),
        ])
        _ = engine?.send(message, to: identity)
    }

    func fail(_ id: UInt64, _ outcome: NativeOutcome, _ text: String) {
        guard let (identity, number) = working.removeValue(forKey: id) else { return }
        fail(number, of: identity, outcome, text)
    }
}
