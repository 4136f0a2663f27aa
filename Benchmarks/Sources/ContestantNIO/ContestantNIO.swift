public import CContest
internal import NIOCore
internal import NIOPosix

/// The rival in Swift: SwiftNIO, tuned by hand. Frames are cut out of each read without `ByteToMessageDecoder`, and a
/// turn's frames leave as one buffer. The pipeline holds one handler.
public enum ContestantNIO {
    /// Runs one end of a flood. Returns when the connection ended.
    /// - Throws: what SwiftNIO throws when it cannot bind or connect.
    public static func flood(_ task: contest_task) throws {
        let meter = Meter(task.is_receiver ? contest_stride(task.size) : 1, seconds: task.seconds)
        if task.is_receiver {
            try listen(task) { FloodReceiver(meter: meter) }
        } else {
            try connect(task, FloodSender(meter: meter, size: task.size))
        }
        contest_meter_report(meter.pointer)
    }

    /// Runs one end of a ping-pong. Returns when the connection ended.
    /// - Throws: what SwiftNIO throws when it cannot bind or connect.
    public static func pingPong(_ task: contest_task) throws {
        let meter = Meter(task.is_receiver ? 16 : 1, seconds: task.seconds)
        if task.is_receiver {
            try listen(task) { PingPongReceiver(meter: meter) }
        } else {
            try connect(task, PingPongSender(meter: meter, size: task.size))
        }
        contest_meter_report(meter.pointer)
    }

    /// Serves one connection on the calling thread.
    private static func listen(
        _ task: contest_task, _ handler: @escaping @Sendable () -> some ChannelInboundHandler
    ) throws {
        var task = task
        let (address, path) = (String(cString: task.address), task.is_unix)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bootstrap = ServerBootstrap(group: group)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: bufferByteCount))
            .childChannelOption(.maxMessagesPerRead, value: 32)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if !path { try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1) }
                    try channel.pipeline.syncOperations.addHandler(handler())
                    let ended = channel.parent
                    channel.closeFuture.whenComplete { _ in ended?.close(promise: nil) }
                }
            }
        let server =
            try path
            ? bootstrap.bind(unixDomainSocketPath: address).wait()
            : bootstrap.bind(host: address, port: Int(task.port)).wait()
        contest_print_ready(&task, UInt16(server.localAddress?.port ?? 0))
        try server.closeFuture.wait()
        try group.syncShutdownGracefully()
    }

    private static func connect(_ task: contest_task, _ handler: some ChannelInboundHandler & Sendable) throws {
        let (address, path) = (String(cString: task.address), task.is_unix)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bootstrap = ClientBootstrap(group: group)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: bufferByteCount))
            .channelOption(.writeBufferWaterMark, value: .init(low: bufferByteCount, high: 4 * bufferByteCount))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if !path { try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let channel =
            try path
            ? bootstrap.connect(unixDomainSocketPath: address).wait()
            : bootstrap.connect(host: address, port: Int(task.port)).wait()
        try channel.closeFuture.wait()
        try group.syncShutdownGracefully()
    }

    static let bufferByteCount = Int(CONTEST_BUFFER_BYTES)
}
