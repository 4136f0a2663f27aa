internal import CLibUV

/// A libuv handle and its life: active, closing, closed.
///
/// libuv may use a handle's memory until its close callback has run. The handle therefore retains its owner until
/// then, and frees the memory there. All conversions between handles and objects stand in this file.
@EventLoop
package class UVHandle {
    private enum State { case active, closing, closed }

    private let memory: UnsafeMutableRawPointer
    private var state = State.active

    init(_ type: uv_handle_type) {
        memory = .allocate(byteCount: uv_handle_size(type), alignment: 16)
    }

    var handle: UnsafeMutablePointer<uv_handle_t> { pointer() }

    /// The handle by its libuv structure, which must be the one of the type given to `init`, or a base of it.
    @inline(__always)
    func pointer<Structure>() -> UnsafeMutablePointer<Structure> {
        assert(state != .closed, "a libuv handle was used after it was closed")
        return memory.assumingMemoryBound(to: Structure.self)
    }

    /// Call it with the result of initialising the handle, which is freed here if libuv refused.
    func activate(_ status: Int32) throws(UVError) {
        guard status == 0 else {
            state = .closed
            memory.deallocate()
            throw UVError(status)
        }
        // Kept until the close callback: from now on `close` must be called one day.
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    package var isOpen: Bool { state == .active }

    /// Closes the handle; calling it again does nothing.
    package func close() {
        guard state == .active else { return }
        state = .closing
        uv_close(handle) { @Sendable handle in
            guard let handle, let data = handle.pointee.data else { return }
            EventLoop.enter(data) { data in
                let owner = Unmanaged<UVHandle>.fromOpaque(data).takeRetainedValue()
                owner.didClose()
                owner.state = .closed
                owner.memory.deallocate()
            }
        }
    }

    /// The loop closes and takes the handle with it.
    func loopEnds() { close() }

    /// libuv is done with the handle.
    func didClose() {}

    /// The object that owns `handle`; nil for the loop's own handles.
    static func owner(of handle: UnsafeMutablePointer<uv_handle_t>) -> UVHandle? {
        handle.pointee.data.map { Unmanaged<UVHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Enters the loop's isolation with the object behind `data`, of a callback's handle or of its loop.
    ///
    /// It is not retained: a handle keeps its owner until the close callback has run, which is not within another one.
    /// `body` must not capture anything.
    @inline(__always)
    static nonisolated func enter<Object: AnyObject>(
        _ data: UnsafeMutableRawPointer?, of _: Object.Type, _ body: @escaping @EventLoop (Object) -> Void
    ) {
        guard let data else { preconditionFailure("a libuv handle without its owner") }
        Unmanaged<Object>.fromOpaque(data)._withUnsafeGuaranteedRef { EventLoop.enter($0, body) }
    }

    /// The same with what the callback was given.
    @inline(__always)
    static nonisolated func enter<Object: AnyObject, Argument>(
        _ data: UnsafeMutableRawPointer?, of _: Object.Type, with argument: Argument,
        _ body: @escaping @EventLoop ((Object, Argument)) -> Void
    ) {
        guard let data else { preconditionFailure("a libuv handle without its owner") }
        Unmanaged<Object>.fromOpaque(data)._withUnsafeGuaranteedRef { EventLoop.enter(($0, argument), body) }
    }
}
