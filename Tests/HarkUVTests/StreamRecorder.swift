import HarkUV

/// Writes down what a stream reports.
@EventLoop
final class StreamRecorder: UVStreamReceiver {
    enum Event: Equatable, Sendable {
        case received([UInt8])
        case ended(UVError)
        case wrote(UVError?)
    }

    let stream: UVStream
    let journal = Journal<Event>()
    /// Called instead of writing down what is received.
    var onReceived: (@EventLoop ([UInt8]) -> Void)?

    init(_ stream: UVStream) {
        self.stream = stream
        stream.receiver = self
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        if let onReceived { return onReceived(Array(bytes)) }
        journal.add(.received(Array(bytes)))
    }

    func readEnded(_ error: UVError) { journal.add(.ended(error)) }

    func wrote(_ error: UVError?) { journal.add(.wrote(error)) }

    /// Reads until `count` bytes or the end have come.
    func bytes(_ count: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            switch await journal.next() {
            case .received(let more): bytes += more
            case .ended: return bytes
            case .wrote: break
            }
        }
        return bytes
    }

    /// How reading ended.
    func end() async -> UVError {
        while true {
            if case .ended(let error) = await journal.next() { return error }
        }
    }
}

extension UVStream {
    /// Writes what the socket takes now.
    func tryWrite(_ bytes: [UInt8]) throws(UVError) -> Int {
        do {
            return try bytes.withUnsafeBytes { try tryWrite($0, UnsafeRawBufferPointer(start: nil, count: 0)) }
        } catch let error as UVError {
            throw error
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
