internal import CContest
internal import NIOCore

/// Counts frames.
final class FloodReceiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onFrame: Frames.OnFrame
    private var frames = Frames()

    init(meter: Meter) {
        let meter = meter.pointer
        onFrame = { payload in contest_meter_received(meter, payload.count, payload[payload.count - 1]) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        frames.read(unwrapInboundIn(data), onFrame)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
