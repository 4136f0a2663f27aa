internal import CContest
internal import NIOCore

/// Counts frames.
final class FloodReceiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let meter: UnsafeMutablePointer<contest_meter>
    private var frames = Frames()

    init(meter: Meter) {
        self.meter = meter.pointer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let meter = meter
        frames.read(unwrapInboundIn(data)) { payload in
            contest_meter_received(meter, payload.count, payload[payload.count - 1])
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
