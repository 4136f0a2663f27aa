import HarkProtocol
import HarkWire

/// A send buffer with a connection that takes what it is given, and what has arrived there.
final class SentStream {
    struct Arrival {
        var number: Int
        var isRedelivered: Bool
    }

    private let pool = ChunkPool()
    private var writer: ByteWriter
    private var buffer: NativeSendBuffer
    private var outgoing = NativeOutgoing()
    private var wire: [UInt8] = []
    /// What a slow socket is writing, and how much of it has left.
    private var inFlight: (chunk: ByteChunk, offset: Int)?
    private var takenInFlight = 0

    var limits = NativeLimits()
    /// Counted events that have arrived whole over this connection.
    private(set) var arrived: [Arrival] = []
    private(set) var emitted = 0
    private(set) var acknowledged = 0

    init() {
        writer = ByteWriter(pool: pool)
        buffer = NativeSendBuffer(pool: pool)
    }

    /// Header, name, number.
    var frameByteCount: Int { 4 + 1 + 8 }
    var chunkCount: Int { buffer.chunkCount }
    /// Events up to this number may have arrived, whole or in part.
    var certain: Int { Int(buffer.certainMark) }
    /// The number of the newest event in the stream.
    var mark: Int { Int(writer.mark) }
    var unsentByteCount: Int { buffer.unsentByteCount(writer) }
    /// Bytes that the buffer and its writer hold.
    var keptByteCount: Int { buffer.keptByteCount + writer.byteCount }

    func flush() { outgoing.writeFlush(into: &writer) }

    func emit(name: UInt32 = 1, isVolatile: Bool = false) {
        NativeOutgoing.beginEvent(name, isVolatile: isVolatile, into: &writer)
        if !isVolatile { emitted += 1 }
        writer.appendLittleEndian(isVolatile ? 0 : emitted)
        _ = outgoing.endEvent(isVolatile: isVolatile, &writer)
    }

    /// Events 1 to `count`, in a chunk that streams can show. They have to be without events of their own.
    static func shared(_ count: Int) -> ByteChunk? {
        let source = SentStream()
        for _ in 1...count { source.emit() }
        return source.writer.takeChunk()
    }

    /// Takes over events that stand in another chunk.
    func show(_ chunk: ByteChunk, _ count: Int) {
        emitted += count
        writer.append(showing: chunk, 0..<chunk.byteCount, mark: writer.mark + UInt64(count))
    }

    /// Sends until nothing is left, the window is full, or `limit` bytes are sent: then the socket has taken a chunk
    /// and goes on with it the next time.
    func send(atMost limit: Int = .max) {
        var rest = limit
        while rest > 0 {
            if let (chunk, offset) = inFlight {
                let bytes = chunk.bytes(from: offset + takenInFlight)
                let count = min(bytes.count, rest)
                take(bytes, count)
                takenInFlight += count
                rest -= count
                guard count == bytes.count else { return }
                inFlight = nil
                buffer.sent(chunk.byteCount - offset, &writer)
            } else {
                let first = buffer.next(&writer, fullChunksOnly: false, limits: limits)
                guard first.count > 0 else { return }
                let second = buffer.afterNext(&writer, fullChunksOnly: false, limits: limits)
                let count = min(first.count + second.count, rest)
                let isAll = count == first.count + second.count
                take(first, min(count, first.count))
                take(second, max(0, count - first.count))
                rest -= count
                buffer.sent(count, &writer)
                if !isAll {
                    inFlight = buffer.pin(&writer)
                    takenInFlight = 0
                }
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ count: Int) {
        wire += bytes[..<count]
        parse()
    }

    func remove(_ removable: NativeSendBuffer.Removable) -> [UInt64]? { buffer.remove(removable, &writer) }

    /// Removes what may have arrived in an earlier session.
    func removeArrived(_ marks: [UInt64]) -> [UInt64] { buffer.removeArrived(marks, &writer) }

    func acknowledge(to number: Int) {
        acknowledged = number
        buffer.acknowledge(to: UInt64(number), &writer)
    }

    func isFull(at now: UInt64) { buffer.becameFull(now) }
    func movedOn(at now: UInt64) { buffer.movedOn(now) }

    func rewind() {
        _ = buffer.rewind(&writer, isInFlight: inFlight != nil)
        inFlight = nil
        wire = []
        arrived = []
    }

    func resume(from number: Int) {
        acknowledged = number
        buffer.resume(from: UInt64(number), &writer)
    }

    func beginSession() { buffer.markRedelivered(frameByteCountMax: 1_000) }

    private func parse() {
        while wire.count >= 4 {
            let length = Int(wire[1]) | Int(wire[2]) << 8 | Int(wire[3]) << 16
            guard wire.count >= 4 + length else { return }
            guard length > 0 else {
                wire.removeFirst(4)
                continue
            }
            let number = wire[(4 + length - 8)..<(4 + length)].reversed().reduce(0) { $0 << 8 | Int($1) }
            let isRedelivered = wire[0] & NativeKind.headers != 0
            if number > 0 { arrived.append(Arrival(number: number, isRedelivered: isRedelivered)) }
            wire.removeFirst(4 + length)
        }
    }
}
