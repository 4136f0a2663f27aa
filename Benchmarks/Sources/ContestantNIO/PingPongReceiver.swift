internal import CContest
internal import NIOCore

/// Sends each frame back, all of one read at once.
final class PingPongReceiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let meter: UnsafeMutablePointer<contest_meter>
    private var frames = Frames()
    private var answer: ByteBuffer

    init(meter: Meter) {
        self.meter = meter.pointer
        answer = ByteBufferAllocator().buffer(capacity: ContestantNIO.bufferByteCount)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.clear()
        let meter = meter
        frames.read(unwrapInboundIn(data)) { payload in
            contest_meter_received(meter, payload.count, payload[payload.count - 1])
            _ = Frames.write(payload, into: &answer)
        }
        if answer.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(answer), promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
