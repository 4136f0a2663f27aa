internal import CContest
internal import NIOCore

/// Sends frames as fast as the socket takes them: full buffers, written and flushed one by one, until the turn is over.
final class FloodSender: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let meter: UnsafeMutablePointer<contest_meter>
    private let payload: [UInt8]
    private let turn: Int
    private var buffer: ByteBuffer
    private var isOver = false
    /// A flush may make the channel writable again, which must not start a turn within a turn.
    private var isProducing = false

    init(meter: Meter, size: Int) {
        self.meter = meter.pointer
        payload = Array(repeating: 0x5A, count: size)
        turn = Int(contest_turn(size))
        buffer = ByteBufferAllocator().buffer(capacity: max(ContestantNIO.bufferByteCount, 4 + size))
    }

    func channelActive(context: ChannelHandlerContext) {
        produce(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, !isOver, !isProducing { produce(context) }
    }

    private func produce(_ context: ChannelHandlerContext) {
        isProducing = true
        var count = 0
        payload.withUnsafeBytes { payload in
            // In a local variable it costs no check for exclusive access per message.
            var open = ByteBuffer()
            swap(&open, &buffer)
            while count < turn {
                if Frames.write(payload, into: &open) {
                    count += 1
                } else if context.channel.isWritable {
                    flush(&open, context)
                } else {
                    break
                }
            }
            flush(&open, context)
            swap(&open, &buffer)
        }
        isProducing = false
        if !contest_meter_sent(meter, UInt64(count)) {
            isOver = true
            context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
                context.close(promise: nil)
            }
        } else if context.channel.isWritable {
            context.eventLoop.assumeIsolated().execute { self.produce(context) }
        }
    }

    private func flush(_ open: inout ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(open), promise: nil)
        // Reuses the memory unless it still waits to be written.
        open.clear()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
