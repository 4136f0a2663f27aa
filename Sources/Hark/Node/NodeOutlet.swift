internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Where a node's events go: to its engine, once their arguments are written.
final class NodeOutlet: Outlet {
    private var engine: LoopBound<EngineReference>?

    /// The event begun last.
    @exclusivity(unchecked) private var resolved: EventName?
    @exclusivity(unchecked) private var text = ""

    private var writtenCount = 0

    /// Gives a node's outlet its engine.
    func begin(_ engine: any NodeEngine) {
        self.engine = LoopBound(EventLoop.enterVerified(engine) { EngineReference($0) })
    }

    override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.utf8.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        resolved = name
        arguments.bytes.beginFrame()
        // As the mesh writes it; where that is not how it goes, it is left out.
        arguments.bytes.append(0)
        return nil
    }

    override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        resolved = nil
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
        return EventLoop.enterVerified(engine, with: (resolved, text, bytes)) { reference, event in
            if let name = event.0, let result = reference.mesh?.emit(name, plain: event.2) { return result }
            // Without the byte ahead of them.
            let arguments = UnsafeRawBufferPointer(rebasing: event.2[1...])
            let name: EmittedName = event.0.map { .resolved($0) } ?? .text(event.1)
            return reference.engine.emit(name, arguments, to: .everybody)
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
