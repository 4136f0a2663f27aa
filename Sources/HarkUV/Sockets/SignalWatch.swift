internal import CLibUV

/// Calls back on the loop whenever the process gets a signal, until it is closed.
@EventLoop
package final class SignalWatch: UVHandle {
    private let action: @EventLoop () -> Void

    package init(_ number: Int32, _ action: @escaping @EventLoop () -> Void) throws(UVError) {
        self.action = action
        super.init(UV_SIGNAL)
        try activate(uv_signal_init(EventLoop.executor.current.pointer, pointer()))
        let started = uv_signal_start(
            pointer(),
            { @Sendable handle, _ in
                guard let handle else { return }
                UVHandle.enter(handle.pointee.data, of: SignalWatch.self) { $0.action() }
            }, number)
        guard started == 0 else {
            close()
            throw UVError(started)
        }
    }
}
