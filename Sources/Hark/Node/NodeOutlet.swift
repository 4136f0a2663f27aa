internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Where a node's events go: to its engine, once their arguments are written.
final class NodeOutlet: Outlet {
    private var engine: LoopBound<EngineReference>?

    /// The event begun last.
    /// By the id of its name; -1 when it is a text.
    @exclusivity(unchecked) private var resolvedID = -1
    @exclusivity(unchecked) private var text = ""

    private var writtenCount = 0

    /// Gives a node's outlet its engine.
    func begin(_ engine: any NodeEngine) {
        self.engine = LoopBound(EventLoop.enterVerified(engine) { EngineReference($0) })
    }

    override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.utf8.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        resolvedID = name.id
        arguments.bytes.beginFrame()
        // As the mesh writes it; where that is not how it goes, it is left out.
        arguments.bytes.append(0)
        return nil
    }

    override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        resolvedID = -1
        text = String(decoding: name, as: UTF8.self)
        arguments.bytes.beginFrame()
        arguments.bytes.append(0)
        return nil
    }

    override func end() -> EmitResult {
        let result = take()
        arguments.bytes.abandonFrame()
        if let (chunk, _) = arguments.bytes.openChunk, chunk.capacity > ByteChunk.standardByteCount {
            arguments.bytes.discardOpen()
        }
        // Only now: who hears of it may emit as well, and would write behind this event.
        if case .dropped(let reason) = result { drop(reason, count: 1) } else { writtenCount += 1 }
        return result
    }

    private func take() -> EmitResult {
        guard arguments.takeFailure() == nil else { return .dropped(.notEncodable) }
        guard let engine else { return .noListeners }
        let bytes = arguments.bytes.frameBytes()
        // Numbers and bytes: an object that goes along is counted, for each event.
        let result = EventLoop.enterVerified(engine, with: (resolvedID, bytes)) { reference, event in
            reference.mesh?.emit(event.0, plain: event.1)
        }
        return result ?? takeTheLongWay(engine, bytes)
    }

    @inline(never)
    private func takeTheLongWay(_ engine: LoopBound<EngineReference>, _ bytes: UnsafeRawBufferPointer) -> EmitResult {
        // Without the byte ahead of them.
        let arguments = UnsafeRawBufferPointer(rebasing: bytes[1...])
        let name: EmittedName = resolvedID >= 0 ? .resolved(EventName.at(resolvedID)) : .text(text)
        return EventLoop.enterVerified(engine, with: (name, arguments)) { reference, event in
            reference.engine.emit(event.0, event.1, to: .everybody)
        }
    }

    override var statistics: Statistics {
        var statistics = super.statistics
        statistics.written = writtenCount
        statistics.emitted += writtenCount
        return statistics
    }

    override var queuedByteCount: Int {
        guard let engine else { return 0 }
        return EventLoop.enterVerified(engine, with: ()) { reference, _ in reference.engine.queuedByteCount }
    }

    override var isOffline: Bool { false }
}

/// The engine of a node, by a reference of a known class.
@EventLoop
final class EngineReference {
    unowned(unsafe) let engine: any NodeEngine
    /// The same, where it is the mesh.
    unowned(unsafe) let mesh: MeshEngine?

    init(_ engine: any NodeEngine) {
        self.engine = engine
        mesh = engine as? MeshEngine
    }
}
