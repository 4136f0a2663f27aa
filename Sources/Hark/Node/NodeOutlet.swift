internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Where a node's events go: to its engine, once their arguments are written.
final class NodeOutlet: Outlet {
    private var engine: LoopBound<EngineReference>?

    /// The event begun last.
    /// What a mesh calls its name; -1 where that is not known, and the name counts.
    @exclusivity(unchecked) private var key = -1
    @exclusivity(unchecked) private var resolved: EventName?
    /// How many events have led to it, each emitted by a listener of the one before.
    @exclusivity(unchecked) private var depth = 0
    @exclusivity(unchecked) private var text = ""

    private var writtenCount = 0

    /// Gives a node's outlet its engine.
    func begin(_ engine: any NodeEngine) {
        self.engine = LoopBound(EventLoop.enterVerified(engine) { EngineReference($0) })
    }

    override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.utf8.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        (key, resolved) = (-1, name)
        if let engine {
            (key, depth) = EventLoop.enterVerified(engine, with: name) { reference, name in
                (reference.mesh?.key(of: name) ?? -1, MeshEngine.depth)
            }
        }
        beginArguments()
        return nil
    }

    override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        (key, resolved) = (-1, nil)
        if let engine {
            (key, depth) = EventLoop.enterVerified(engine, with: name) { reference, name in
                (reference.mesh?.key(of: name) ?? -1, MeshEngine.depth)
            }
        }
        if key < 0 { text = String(decoding: name, as: UTF8.self) }
        beginArguments()
        return nil
    }

    private func beginArguments() {
        arguments.bytes.beginFrame()
        // As the mesh writes it; where that is not how it goes, it is left out.
        arguments.bytes.append(MeshTail.byte(isNamed: false, depth: depth))
    }

    override func end() -> EmitResult {
        let result = take()
        arguments.bytes.abandonFrame()
        if let (chunk, _) = arguments.bytes.openChunk, chunk.capacity > ByteChunk.standardByteCount {
            arguments.bytes.discardOpen()
        }
        // Only now: who hears of it may emit as well, and would write behind this event.
        switch result {
        case .dropped(let reason): drop(reason, count: 1)
        case .written, .queued: writtenCount += 1
        case .noListeners: break
        }
        return result
    }

    private func take() -> EmitResult {
        guard arguments.takeFailure() == nil else { return .dropped(.notEncodable) }
        guard let engine else { return .noListeners }
        let bytes = arguments.bytes.frameBytes()
        // Numbers and bytes: an object that goes along is counted, for each event.
        let result = EventLoop.enterVerified(engine, with: (key, bytes)) { reference, event in
            reference.mesh?.emit(event.0, plain: event.1)
        }
        return result ?? takeTheLongWay(engine, bytes)
    }

    @inline(never)
    private func takeTheLongWay(_ engine: LoopBound<EngineReference>, _ bytes: UnsafeRawBufferPointer) -> EmitResult {
        // Without the byte ahead of them.
        let arguments = UnsafeRawBufferPointer(rebasing: bytes[1...])
        let name: EmittedName? = resolved.map { .resolved($0) } ?? (key < 0 ? .text(text) : nil)
        return EventLoop.enterVerified(engine, with: (name, key, arguments)) { reference, event in
            let name = event.0 ?? .text(reference.mesh?.name(of: event.1) ?? "")
            return reference.engine.emit(name, event.2, to: .everybody)
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
