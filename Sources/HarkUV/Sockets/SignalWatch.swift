internal import CLibUV

/// Calls back on the loop whenever the process gets a signal, until it is closed.
@EventLoop
package final class SignalWatch: UVHandle {
    private let action: @EventLoop () -> Void

    package init(_ number: Int32, _ action: @escaping @EventLoop () -> Void) throws(UVError) {
        self.action = action
        super.init(UV_SIGNAL)
        let signal = memory.assumingMemoryBound(to: uv_signal_t.self)
        let status = uv_signal_init(EventLoop.executor.current.pointer, signal)
        guard status == 0 else {
            abandon()
            throw UVError(status)
        }
        activate()
        let started = uv_signal_start(
            signal,
            { handle, _ in
                guard let handle else { return }
                EventLoop.enter(handle.pointee.data) { data in
                    let watch: SignalWatch = UVHandle.object(data)
                    watch.action()
                }
            }, number)
        guard started == 0 else {
            close()
            throw UVError(started)
        }
    }
}
