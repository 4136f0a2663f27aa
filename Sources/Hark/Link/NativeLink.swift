package import HarkProtocol
package import HarkUV
internal import HarkWire

/// A link that speaks the native protocol.
@EventLoop
package final class NativeLink: Link {
    @exclusivity(unchecked) private var machine: NativeMachine

    /// Whose listeners hear this link: its emitter's first, then those of the server it belongs to.
    private let audience: [ListenerTable]
    /// What was looked up for each incoming name, by its number.
    private var resolved: [ResolvedName] = []
    private var isDispatching = false
    private let version = ListenerVersion.shared

    package var owner: (any LinkOwner)?

    package init(role: NativeMachine.Role, audience: [ListenerTable]) {
        machine = NativeMachine(role: role)
        self.audience = audience
        super.init()
    }

    package func open(_ connection: any Connection) {
        machine.opened(control: &control)
        attach(connection)
        setDirty()
    }

    // MARK: Receiving

    package override func frameByteCount(_ bytes: UnsafeRawBufferPointer) -> Int { machine.frameByteCount(bytes) }

    package override func consume(_ bytes: UnsafeRawBufferPointer) -> Int {
        var reader = ByteReader(bytes)
        isDispatching = true
        defer {
            isDispatching = false
            machine.incoming.processedCount = machine.incoming.receivedCount
            if !control.isEmpty || machine.incoming.processedCount &- machine.incoming.acknowledgedCount > 8192 { setDirty() }
        }
        do throws(NativeViolation) {
            var next = try machine.receive(&reader, control: &control)
            while let effect = next {
                if case .event(let name, let arguments, _) = effect {
                    next = try deliver(name, arguments, &reader)
                } else {
                    apply(effect)
                    next = try machine.receive(&reader, control: &control)
                }
            }
        } catch {
            preconditionFailure("\(error)")
        }
        return bytes.count - reader.remaining
    }

    private func apply(_ effect: NativeEffect) {
        switch effect {
        case .helloReceived, .welcomed:
            isDataOpen = true
            owner?.linkDidOpen()
        case .acknowledged(let count): try? outlet.outgoing.acknowledge(count)
        default: break
        }
    }

    /// Delivers an event, and those of the same name that follow it.
    ///
    /// - Returns: the first effect that is something else.
    private func deliver(
        _ name: Int, _ arguments: ByteReader, _ reader: inout ByteReader
    ) throws(NativeViolation) -> NativeEffect? {
        let resolution = resolve(name)
        if let handler = resolution.only {
            return try run(handler, name, resolution.version, arguments, &reader)
        }
        for slot in resolution.slots {
            let listeners = slot.listeners
            for index in listeners.indices {
                do { try listeners[index].handler(arguments.rest) } catch { failed(error) }
            }
        }
        return try machine.receive(&reader, control: &control)
    }

    /// The common case, one listener: it is fetched once for all events in a row.
    private func run(
        _ handler: Handler, _ name: Int, _ version: Int, _ first: ByteReader, _ reader: inout ByteReader
    ) throws(NativeViolation) -> NativeEffect? {
        do { try handler(first.rest) } catch { failed(error) }
        while version == self.version.value, let arguments = machine.receiveEvent(named: name, from: &reader) {
            do { try handler(arguments) } catch { failed(error) }
        }
        return try machine.receive(&reader, control: &control)
    }

    @inline(never)
    private func failed(_ error: any Error) {}

    private func resolve(_ name: Int) -> ResolvedName {
        let version = self.version.value
        if name < resolved.count, resolved[name].version == version { return resolved[name] }
        while resolved.count <= name { resolved.append(ResolvedName(version: -1, slots: [], only: nil)) }
        let slots = audience.compactMap { table in machine.incoming.names.find(name, in: table) }
        let listeners = slots.flatMap(\.listeners)
        let only = listeners.count == 1 && !listeners[0].isOnce ? listeners[0].handler : nil
        resolved[name] = ResolvedName(version: version, slots: slots, only: only)
        return resolved[name]
    }

    package override func willFlush() {
        if isDataOpen, !isDispatching { machine.acknowledge(into: &control) }
    }

    package override func didDrain() { owner?.linkDidDrain() }
    package override func didDisconnect(_ error: HarkError?) { owner?.linkDidClose() }
}

struct ResolvedName {
    let version: Int
    let slots: [ListenerSlot]
    let only: Handler?
}

extension NameTable {
    @EventLoop
    func find(_ number: Int, in table: ListenerTable) -> ListenerSlot? {
        withName(number) { bytes in EventLoop.enter((bytes, table)) { $1.slot(of: $0) } }
    }
}

@EventLoop
package protocol LinkOwner: AnyObject {
    func linkDidOpen()
    func linkDidDrain()
    func linkDidClose()
}
