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
        writer.append(
            sealed: ByteChunk(showing: chunk, from: 0, to: chunk.byteCount, mark: writer.mark + UInt64(count)))
    }

    /// Sends until nothing is left, the window is full, or `limit` bytes are sent.
    func send(atMost limit: Int = .max) {
        var rest = limit
        while rest > 0 {
            let bytes = buffer.next(&writer, fullChunksOnly: false, limits: limits)
            let count = min(bytes.count, rest)
            guard count > 0 else { return }
            wire += bytes[..<count]
            rest -= count
            buffer.sent(count, &writer)
            parse()
        }
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
        _ = buffer.rewind(&writer, isInFlight: false)
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
