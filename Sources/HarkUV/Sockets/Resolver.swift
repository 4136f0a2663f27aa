internal import CLibUV

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Looks up the addresses of a host name on libuv's thread pool.
@EventLoop
package final class Resolver {
    private let request = UVRequest<uv_getaddrinfo_t>()
    private var completion: (@EventLoop (Result<[SocketAddress], UVError>) -> Void)?

    /// Starts at once. `completion` is called once, later, unless the lookup is cancelled first.
    package init(
        host: String, port: Int, _ completion: @escaping @EventLoop (Result<[SocketAddress], UVError>) -> Void
    ) {
        self.completion = completion
        var hints = addrinfo()
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        request.retain(self)
        // C would read the name up to a zero byte only.
        let status =
            host.utf8.contains(0) || !SocketAddress.ports.contains(port)
            ? UV_EINVAL.rawValue
            : uv_getaddrinfo(
                EventLoop.executor.current.pointer, request.pointer,
                { @Sendable request, status, list in
                    guard let request else { return }
                    EventLoop.enter((request, status, list)) { @Sendable request, status, list in
                        UVRequest.release(request, Resolver.self).ended(status, list)
                    }
                }, host, String(port), &hints)
        if status != 0 {
            _ = UVRequest.release(request.pointer, Resolver.self)
            let failure = UVError(status)
            // Not from within `init`: the caller does not hold the object yet.
            EventLoop.task { self.deliver(.failure(failure)) }
        }
    }

    private func ended(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
        defer { uv_freeaddrinfo(list) }
        guard status == 0 else { return deliver(.failure(UVError(status))) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr { addresses.append(SocketAddress(copying: address)) }
            next = entry.pointee.ai_next
        }
        deliver(.success(addresses))
    }

    private func deliver(_ result: Result<[SocketAddress], UVError>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }

    /// Gives up; nothing is called back any more.
    package func cancel() {
        guard completion != nil else { return }
        completion = nil
        uv_cancel(UVRequest.base(of: request.pointer))
    }
}
