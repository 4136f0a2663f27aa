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
        return nil
    }

    override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        resolved = nil
        text = String(decoding: name, as: UTF8.self)
        arguments.bytes.beginFrame()
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
        let name: EmittedName = resolved.map { .resolved($0) } ?? .text(text)
        return EventLoop.enterVerified(engine, with: (name, arguments.bytes.frameBytes())) { reference, event in
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
    unowned let engine: any NodeEngine

    init(_ engine: any NodeEngine) { self.engine = engine }
}
