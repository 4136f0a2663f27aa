package import HarkUV
package import HarkWire

/// A TCP or unix socket as a `Connection`.
@EventLoop
package final class SocketConnection: Connection, UVStreamReceiver {
    @exclusivity(unchecked) package var receiver: (any ConnectionReceiver)?
    private let origin: Origin
    private let stream: UVStream

    init(_ stream: UVStream, from origin: Origin) {
        self.stream = stream
        self.origin = origin
        stream.receiver = self
    }

    package var peerInfo: PeerInfo { origin.info(of: stream) }

    package var localEndpoint: Endpoint? { TCPSocket.localAddress(of: stream).map { Endpoint($0) } }

    package func startReading() {
        do throws(UVError) {
            try stream.startReading()
        } catch {
            let error = HarkError(reading: error)
            EventLoop.task { self.receiver?.readEnded(error) }
        }
    }

    package func stopReading() { stream.stopReading() }

    package func tryWrite(_ head: RawSpan, _ body: RawSpan) throws(HarkError) -> Int {
        do throws(UVError) {
            return try stream.tryWrite(head.memory, body.memory)
        } catch {
            throw HarkError(writing: error)
        }
    }

    package func write(_ chunk: ByteChunk, from offset: Int) throws(HarkError) {
        do throws(UVError) { try stream.write(chunk, from: offset) } catch { throw HarkError(writing: error) }
    }

    package func shutdown() { stream.shutdown() }

    package func close() {
        receiver = nil
        stream.receiver = nil
        stream.close()
    }

    // MARK: UVStreamReceiver

    package func received(_ bytes: UnsafeRawBufferPointer) { receiver?.received(bytes.bytes) }

    package func readEnded(_ error: UVError) {
        receiver?.readEnded(error == .endOfStream ? nil : HarkError(reading: error))
    }

    package func wrote(_ error: UVError?) { receiver?.wrote(error.map { HarkError(writing: $0) }) }
}

extension SocketConnection {
    /// Takes over a descriptor as soon as it is connected.
    static func adopt(
        _ descriptor: Int32, _ completion: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) -> any DialAttempt {
        do throws(UVError) {
            return try AdoptRequest(descriptor) { result in
                completion(
                    result.map { stream in
                        SocketConnection(
                            stream, from: Origin(PipeSocket.remotePath(of: stream).map { .unix($0) }, isDialled: true))
                    }
                    .mapError { HarkError(adopting: descriptor, $0) })
            }
        } catch {
            return SettledAttempt(.failure(HarkError(adopting: descriptor, error)), completion)
        }
    }

    /// What a connection comes from: a listener, shared by all that it has accepted, or an attempt to dial.
    @EventLoop
    final class Origin {
        private let endpoint: Endpoint?
        private let isDialled: Bool

        /// - Parameter endpoint: nil for what was made elsewhere and has no name.
        init(_ endpoint: Endpoint?, isDialled: Bool) {
            self.endpoint = endpoint
            self.isDialled = isDialled
        }

        func info(of stream: UVStream) -> PeerInfo {
            if case .unix = endpoint { return unixInfo(of: stream) }
            if let address = TCPSocket.remoteAddress(of: stream) { return PeerInfo(endpoint: Endpoint(address)) }
            return endpoint == nil ? unixInfo(of: stream) : PeerInfo(endpoint: isDialled ? endpoint : nil)
        }

        private func unixInfo(of stream: UVStream) -> PeerInfo {
            var info = PeerInfo(endpoint: endpoint)
            if let credentials = PipeSocket.credentials(of: stream) {
                info.userID = credentials.uid
                info.groupID = credentials.gid
                info.processID = credentials.pid
            }
            return info
        }
    }
}
