internal import CLibUV

/// A libuv handle and its life: active, closing, closed.
///
/// libuv may use a handle's memory until its close callback has run. The handle therefore retains its owner until
/// then, and frees the memory there. All conversions between handles and objects stand in this file.
@EventLoop
package class UVHandle {
    private enum State { case active, closing, closed }

    nonisolated(unsafe) let memory: UnsafeMutableRawPointer
    private var state = State.active

    /// - Parameter byteCount: the size of the libuv structure, from `uv_handle_size`.
    init(_ type: uv_handle_type) {
        memory = .allocate(byteCount: uv_handle_size(type), alignment: 16)
    }

    var handle: UnsafeMutablePointer<uv_handle_t> { memory.assumingMemoryBound(to: uv_handle_t.self) }

    /// Call it once libuv has initialised the handle. From now on `close` must be called one day.
    func activate() {
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    /// Frees the memory of a handle that libuv refused to initialise.
    func abandon() {
        state = .closed
        memory.deallocate()
    }

    package var isOpen: Bool { state == .active }

    /// Closes the handle; calling it again does nothing.
    package func close() {
        guard state == .active else { return }
        state = .closing
        uv_close(handle) { handle in
            guard let handle, let data = handle.pointee.data else { return }
            EventLoop.enter(data) { data in
                let owner = Unmanaged<UVHandle>.fromOpaque(data).takeRetainedValue()
                owner.state = .closed
                owner.didClose()
                owner.memory.deallocate()
            }
        }
    }

    /// libuv is done with the handle.
    func didClose() {}

    /// The object that owns `handle`; nil for the loop's own handles.
    static func owner(of handle: UnsafeMutablePointer<uv_handle_t>) -> UVHandle? {
        handle.pointee.data.map { Unmanaged<UVHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The object that owns a handle which is known to have one.
    static func object<Object: UVHandle>(_ data: UnsafeMutableRawPointer?, _: Object.Type = Object.self) -> Object {
        guard let data else { preconditionFailure("a libuv handle without its owner") }
        return unsafeDowncast(Unmanaged<UVHandle>.fromOpaque(data).takeUnretainedValue(), to: Object.self)
    }
}
