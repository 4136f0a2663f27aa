internal import CContest
internal import NIOCore

/// Serves, waits for the answer, and serves again.
final class PingPongSender: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let meter: UnsafeMutablePointer<contest_meter>
    private let payload: [UInt8]
    private var frames = Frames()
    private var buffer: ByteBuffer
    private var began: UInt64 = 0

    init(meter: Meter, size: Int) {
        self.meter = meter.pointer
        payload = Array(repeating: 0x5A, count: size)
        buffer = ByteBufferAllocator().buffer(capacity: max(ContestantNIO.bufferByteCount, 4 + size))
    }

    func channelActive(context: ChannelHandlerContext) {
        began = contest_nanoseconds()
        serve(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var count = 0
        let meter = meter
        frames.read(unwrapInboundIn(data)) { payload in
            meter.pointee.checksum &+= UInt64(payload.count) + UInt64(payload[payload.count - 1])
            count += 1
        }
        guard count > 0 else { return }
        began = contest_meter_round_trip(meter, began)
        if contest_meter_is_over(meter, began) {
            context.close(promise: nil)
        } else {
            serve(context)
        }
    }

    private func serve(_ context: ChannelHandlerContext) {
        buffer.clear()
        payload.withUnsafeBytes { _ = Frames.write($0, into: &buffer) }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
