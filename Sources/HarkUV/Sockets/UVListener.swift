internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A listening TCP or unix socket.
///
/// libuv only says when to accept: its own listener, out of descriptors, would accept and drop whoever waits. Here they
/// wait until there are descriptors again.
@EventLoop
package final class UVListener: UVHandle {
    /// Connections the kernel keeps until they are accepted: Node's and Redis' number, capped by `net.core.somaxconn`.
    static nonisolated let backlog: Int32 = 511

    /// Connections accepted before the loop looks at its other sockets again.
    static nonisolated let acceptsPerTurnMax = 64

    /// 100 ms until the next try when a connection could not be accepted.
    static nonisolated let pauseMilliseconds: UInt64 = 100

    private let socket: SocketDescriptor
    private let type: uv_handle_type
    private var accepted: (@EventLoop (Result<UVStream, UVError>) -> Void)?
    /// What to do when the listener closes, such as removing its file.
    private var cleanUp: (@EventLoop () -> Void)?
    private var retry: LoopTimer?
    /// Whether the owner wants nobody now.
    private var isPaused = false

    /// Accepts on a descriptor that already listens, for example one that a service manager passed on. The listener
    /// owns it from now on; when an error is thrown the caller still does.
    ///
    /// `accepted` is called for each connection, and once with an error when connections cannot be accepted, which is
    /// then tried again until it works.
    package convenience init(
        adopting descriptor: Int32, accepted: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) {
        let socket = SocketDescriptor(descriptor)
        guard try socket.isStream(), try socket.get(SOL_SOCKET, SO_ACCEPTCONN) != 0 else { throw .invalid }
        try self.init(socket, accepted: accepted)
    }

    init(
        _ socket: SocketDescriptor, cleanUp: (@EventLoop () -> Void)? = nil,
        accepted: @escaping @EventLoop (Result<UVStream, UVError>) -> Void
    ) throws(UVError) {
        self.socket = socket
        type = try UVStream.type(of: socket)
        super.init(UV_POLL)
        try activate(uv_poll_init(EventLoop.executor.current.pointer, pointer(), socket.number))
        self.cleanUp = cleanUp
        self.accepted = accepted
        watch()
    }

    /// The address it listens on; nil for a unix socket, or when closed.
    package var localAddress: SocketAddress? {
        guard isOpen, let address = try? socket.localAddress(), address.isInternet else { return nil }
        return address
    }

    /// Accepts nobody until `resume()`. Who connects meanwhile waits in the kernel's queue, and who finds that full
    /// tries again.
    package func pause() {
        guard isOpen, !isPaused else { return }
        isPaused = true
        uv_poll_stop(pointer())
    }

    /// Accepts again, from the next turn on.
    package func resume() {
        guard isOpen, isPaused else { return }
        isPaused = false
        // Out of descriptors, the retry goes on by itself.
        if retry?.isScheduled != true { watch() }
    }

    private func watch() {
        uv_poll_start(pointer(), Int32(UV_READABLE.rawValue)) { handle, _, _ in
            guard let handle else { return }
            UVHandle.enter(handle.pointee.data, of: UVListener.self) { $0.acceptWaiting() }
        }
    }

    private func acceptWaiting() {
        for _ in 0..<Self.acceptsPerTurnMax where isOpen && !isPaused {
            do throws(UVError) {
                let connection = try socket.accept()
                do throws(UVError) {
                    let stream = try UVStream(opening: connection, type)
                    retry = nil
                    accepted?(.success(stream))
                } catch {
                    connection.close()
                    throw error
                }
            } catch {
                switch error {
                case .wouldBlock:
                    retry = nil
                    return
                case .interrupted, .connectionAborted, .protocolFailure:
                    // This connection is gone; the next one may be well.
                    continue
                default:
                    return backOff(error)
                }
            }
        }
    }

    /// Leaves whoever waits to the kernel for a while. A level-triggered poll would call again at once, for ever.
    private func backOff(_ error: UVError) {
        uv_poll_stop(pointer())
        let isReported = retry != nil
        let timer = retry ?? LoopTimer { [weak self] in if let self, isOpen, !isPaused { watch() } }
        timer.schedule(at: TimerHeap.now + Self.pauseMilliseconds)
        retry = timer
        if !isReported { accepted?(.failure(error)) }
    }

    package override func close() {
        guard isOpen else { return }
        // The file goes while the name is still ours.
        cleanUp?()
        cleanUp = nil
        retry?.cancel()
        retry = nil
        super.close()
        socket.close()
    }

    override func loopEnds() {
        accepted?(.failure(.cancelled))
        close()
    }

    override func didClose() { accepted = nil }
}
