package import HarkUV
package import HarkWire

/// A TCP or unix socket as a `Connection`.
@EventLoop
package final class SocketConnection: Connection, UVStreamReceiver {
    @exclusivity(unchecked) package var receiver: (any ConnectionReceiver)?
    package let peerInfo: PeerInfo

    private let stream: UVStream

    init(_ stream: UVStream, peerInfo: PeerInfo) {
        self.stream = stream
        self.peerInfo = peerInfo
        stream.receiver = self
    }

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
