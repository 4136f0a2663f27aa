internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks Uhura on the wire: what client and server have in common.
///
/// Each event that the other side wants acknowledged is acknowledged when the link has processed it, and taken once
/// within a session. What the other side has not acknowledged is sent again with the same id when the session goes on.
@EventLoop
class UhuraGateway: Gateway {
    @exclusivity(unchecked) final var machine: UhuraMachine
    @exclusivity(unchecked) final var uhura: UhuraSession { didSet { session = uhura } }
    final let environment: Environment

    /// The link has said goodbye: events that still arrive are for the next connection.
    private var isEnding = false
    /// The end is near: the connection is closed when all is acknowledged.
    private var isLeaving = false
    /// Ids need be unique, not secret.
    private var random: SplitMix
    final let limits: Limits
    private let role: UhuraMachine.Role
    /// Nothing that arrives means anything any more.
    private var isDeaf = false

    init(_ wire: any Connection, _ role: UhuraMachine.Role, _ session: UhuraSession, _ context: GatewayContext) {
        uhura = session
        self.role = role
        environment = context.environment
        limits = context.limits
        random = SplitMix(seed: environment.random())
        machine = UhuraMachine(
            role: role, messageByteCountMax: context.limits.frameByteCount, pool: EventLoop.current.pool)
        super.init(
            wire, for: role == .client ? .client : .server, session, context.limits,
            windowEventCount: UhuraLedger.recentCountMax)
    }

    /// What is particular to a client or a server.
    func take(_ effect: UhuraEffect) {}

    /// The application ends the session for good.
    func willInvalidate() {}

    final func freshID() -> MessageIdentifier { MessageIdentifier(random: random.next(), random.next()) }

    // MARK: From the wire

    override final func read(_ bytes: UnsafeRawBufferPointer) {
        var input = bytes
        var isAcknowledgementWanted = false
        while held == nil, !isClosed, !isDeaf, let effect = machine.receive(&input) {
            switch effect {
            case .event where isEnding, .set where isEnding: break
            case .event(let name, let arguments, let id):
                arrived(name, arguments, id)
                isAcknowledgementWanted = isAcknowledgementWanted || id != nil
            case .acknowledged(let id): acknowledged(id)
            case .malformed(let why): passOver(why)
            case .tooLong(let why): fail(HarkError(.limit, why))
            case .ignored: break
            case .set, .started, .connected, .invalidated: take(effect)
            }
        }
        _ = keep(input)
        if isAcknowledgementWanted, !isClosed { requestAcknowledgement() }
    }

    override final var partOfMessage: Int? { machine.partByteCount }

    /// Nothing is read any more, and the connection ends when all is written.
    final func turnAway() {
        isDeaf = true
        endOutput()
    }

    // MARK: Events

    private func arrived(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, _ id: MessageIdentifier?
    ) {
        if let id {
            switch uhura.ledger.arrived(id) {
            case .new: break
            // It is acknowledged when the link is through with it.
            case .inWork: return
            case .processed: return machine.write(acknowledgementOf: id, into: &output)
            }
        }
        if deliver(name, arguments) {
            uhura.ledger.delivered(id)
        } else if let id {
            // Otherwise it would come again for ever.
            uhura.ledger.forget(id)
            machine.write(acknowledgementOf: id, into: &output)
        }
    }

    override final func processed(_ count: UInt64) {
        uhura.ledger.processed(Int(count)) { machine.write(acknowledgementOf: $0, into: &output) }
        if !output.isEmpty { scheduleFlush() }
    }

    private func acknowledged(_ id: MessageIdentifier) {
        uhura.ledger.acknowledge(id)
        tellAcknowledged()
    }

    private func tellAcknowledged() {
        guard uhura.takeDone() else { return }
        tellDone(uhura.doneCount)
        if isLeaving, uhura.ledger.count == 0 { endOutput() }
    }

    /// The other side has set values.
    final func apply(_ data: UhuraData, except ignored: Set<String> = []) {
        // What was emitted before was emitted before.
        flush()
        guard let link else { return }
        var changes: [SharedData.Change] = []
        for entry in data.entries where !ignored.contains(entry.key) {
            do throws(HarkError) {
                uhura.told[entry.key] = try link.data.take(entry.key, entry.value)
                uhura.heard[entry.key] = role == .client ? entry.value : nil
                changes.append(SharedData.Change(key: entry.key, value: link.data.get(entry.key)))
            } catch {
                link.owner?.linkDidFail(error)
            }
        }
        if !changes.isEmpty { link.owner?.linkDidChangeData(changes) }
    }

    // MARK: From the link

    override final func emit(
        _ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer, isCounted: Bool
    ) {
        guard machine.settings.hasIdentifiers else {
            machine.write(event: name, arguments, id: nil, into: &output)
            if isCounted { output.mark &+= 1 }
            return
        }
        guard let id = isCounted ? uhura.ledger.next({ freshID() }) : freshID() else { return tellAcknowledged() }
        machine.write(event: name, arguments, id: id, into: &output)
    }

    override final func handedOver(_ mark: UInt64) {
        guard !machine.settings.hasIdentifiers, native.owesAcknowledgements else { return }
        uhura.doneCount = max(uhura.doneCount, mark)
        super.handedOver(mark)
    }

    override final func set(_ key: UnsafeRawBufferPointer, _ version: UInt64, _ value: UnsafeRawBufferPointer) {
        guard version > 0 else { return set(batch: value) }
        let key = String(decoding: key, as: UTF8.self)
        guard uhura.told[key] != version, !value.isEmpty else { return }
        uhura.told[key] = version
        if role == .client { uhura.said[key] = Array(value) }
        machine.write(key: key, value, into: &output)
    }

    /// The link sets several values at once: the key, the version and the value of each.
    private func set(batch: UnsafeRawBufferPointer) {
        var reader = ArgumentReader(batch)
        var entries: [UhuraData.Entry] = []
        do throws(ArgumentError) {
            var array = try reader.beginArray()
            while try reader.next(in: &array) {
                let key = try reader.readString()
                guard try reader.next(in: &array) else { break }
                uhura.told[key] = try reader.readInteger(UInt64.self)
                guard try reader.next(in: &array) else { break }
                let value = try UhuraData.item(&reader)
                if role == .client { uhura.said[key] = value }
                entries.append(UhuraData.Entry(key: key, value: value))
            }
        } catch {
            return assertionFailure("what the shared data has written cannot be read: \(error)")
        }
        machine.write(set: entries, into: &output)
    }

    override final func farewell(_ reason: GoodbyeReason?) {
        isEnding = true
        // Another connection may have the session by now.
        isDeaf = reason != .normal
        if reason == .invalidated { willInvalidate() }
        // Until the other side has told what it has; the link waits as long as it may.
        isLeaving = reason == .normal && machine.settings.hasIdentifiers && uhura.ledger.count > 0
        if !isLeaving { endOutput() }
    }

    // MARK: Opening

    /// The handshake is complete.
    ///
    /// - Parameter processed: how many of the events delivered in this session the link has processed; nil when the
    ///   session begins.
    final func opened(from processed: UInt64?) {
        link?.features = machine.settings.hasIdentifiers ? [.acknowledgements, .data] : .data
        output.mark = uhura.doneCount
        if !machine.settings.hasIdentifiers {
            uhura.ledger.abandon()
            link?.refuseAcknowledgements()
        }
        guard let processed, let (lostCount, processedCount) = resumeDelivering(from: processed) else { return }
        uhura.ledger.retract(lostCount)
        self.processed(UInt64(processedCount))
    }
}
