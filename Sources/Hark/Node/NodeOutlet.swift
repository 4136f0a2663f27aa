internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Where a node's events go: to its engine, once their arguments are written.
///
/// They are begun like events of a connection, so that those of a name that is known are begun without a call. What
/// stands for the name is the number of its key in the mesh, from 1; the engine gets its place for the byte ahead of
/// the arguments.
final class NodeOutlet: Outlet {
    private var engine: (any NodeEngine)?
    /// The same, where it is the mesh.
    @exclusivity(unchecked) private var mesh: Uncounted<MeshEngine>?

    /// The event begun last the long way: the number of its key, -1 where it has none; and its name then.
    @exclusivity(unchecked) private var key = -1
    private var name = EmittedName.text("")

    @exclusivity(unchecked) private var writtenCount = 0

    /// Gives a node's outlet its engine.
    func begin(_ engine: any NodeEngine) {
        self.engine = engine
        mesh = (engine as? MeshEngine).map { Uncounted($0) }
        isWritable = mesh != nil
    }

    override func begin(_ name: EventName, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.utf8.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        if let mesh {
            key = EventLoop.enterVerified((mesh, name)) { mesh, name in mesh.with { $0.key(of: name) } } ?? -1
        }
        if key < 0 { self.name = .resolved(name) } else { allowShortcut(name, UInt32(key + 1)) }
        arguments.bytes.beginFrame(NativeEventHead.word, 0)
        return nil
    }

    override func begin(_ name: UnsafeRawBufferPointer, isVolatile: Bool) -> EmitResult? {
        if isClosed { return drop(.closed) }
        guard name.count <= NativeLimits.nameByteCountMax else { return drop(.nameTooLong) }
        if let mesh {
            key = EventLoop.enterVerified((mesh, name)) { mesh, name in mesh.with { $0.key(of: name) } } ?? -1
        }
        if key < 0 { self.name = .text(String(decoding: name, as: UTF8.self)) }
        arguments.bytes.beginFrame(NativeEventHead.word, 0)
        return nil
    }

    override func end() -> EmitResult {
        let result = take()
        arguments.bytes.abandonFrame()
        if arguments.bytes.roomByteCount > ByteChunk.standardByteCount { arguments.bytes.discardOpen() }
        // Only now: who hears of it may emit as well, and would write behind this event.
        switch result {
        case .dropped(let reason): drop(reason, count: 1)
        case .written, .queued: writtenCount &+= 1
        case .noListeners: break
        }
        return result
    }

    private func take() -> EmitResult {
        guard arguments.takeFailure() == nil else { return .dropped(.notEncodable) }
        let event = arguments.bytes.frameBytes(from: Self.byteCountAhead)
        let number = Int(event[0])
        let key = number > 0 ? number &- 1 : key
        guard key >= 0, let mesh else { return takeUnnumbered(UnsafeRawBufferPointer(rebasing: event[1...])) }
        let depth = EventLoop.enterVerified(()) { MeshEngine.depth }
        arguments.bytes.patch(byte: MeshTail.byte(isNamed: false, depth: depth), at: Self.byteCountAhead)
        // Numbers and bytes: an object that goes along is counted, for each event.
        return EventLoop.enterVerified((mesh, key, event)) { mesh, key, event in mesh.with { $0.emit(key, event) } }
    }

    /// Of the word that a frame begins with, which an engine does not need.
    private static let byteCountAhead = 4

    @inline(never)
    private func takeUnnumbered(_ arguments: UnsafeRawBufferPointer) -> EmitResult {
        guard let engine else { return .noListeners }
        return EventLoop.enterVerified((engine, name, arguments)) { $0.emit($1, $2, to: .everybody) }
    }

    override var statistics: Statistics {
        var statistics = super.statistics
        statistics.written = writtenCount
        statistics.emitted += writtenCount
        return statistics
    }

    override var queuedByteCount: Int {
        guard let engine else { return 0 }
        return EventLoop.enterVerified(engine) { $0.queuedByteCount }
    }

    override var isOffline: Bool { false }
}
