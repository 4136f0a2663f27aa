/// How a simulated network treats what it carries. What is random comes from the simulation's seed.
public struct NetworkConditions: Sendable, Hashable {
    /// How long bytes, connections and refusals are on their way. 1 to 5 ms by default, in whole milliseconds.
    public var latency: ClosedRange<Duration>

    /// How many bytes arrive at once, so that what was written apart arrives together and the other way round. 1 byte
    /// to 16 KiB by default.
    public var segmentByteCount: ClosedRange<Int>

    /// How many bytes one direction of a connection holds between writer and reader; beyond, writes are partial and
    /// wait. 64 KiB by default.
    public var bufferByteCount: Int

    /// One attempt to connect in so many is refused. 0, the default, is none.
    public var refusalOneIn: Int

    /// One segment in so many is the last before the connection breaks. 0, the default, is none.
    public var cutOneIn: Int

    /// One datagram in so many is lost, on its way to each receiver by itself. 0, the default, is none.
    public var lossOneIn = 0

    /// How many datagrams in a row are lost then. 1 by default.
    public var lossBurst = 1...1

    /// One datagram in so many arrives twice. 0, the default, is none.
    public var duplicateOneIn = 0

    /// One datagram in so many takes up to the whole of `latency`, and others overtake it; the others take the least.
    /// 0, the default, is none.
    public var reorderOneIn = 0

    /// - Parameters: see the properties of the same names.
    public init(
        latency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(5),
        segmentByteCount: ClosedRange<Int> = 1...(16 << 10),
        bufferByteCount: Int = 64 << 10, refusalOneIn: Int = 0, cutOneIn: Int = 0
    ) {
        self.latency = latency
        self.segmentByteCount = segmentByteCount
        self.bufferByteCount = bufferByteCount
        self.refusalOneIn = refusalOneIn
        self.cutOneIn = cutOneIn
    }

    /// A local network on a good day.
    public static let ordinary = NetworkConditions()

    /// Bytes arrive one by one or a few at a time, after up to 50 ms, through a buffer of 1 KiB.
    public static let narrow = NetworkConditions(
        latency: .zero ... .milliseconds(50), segmentByteCount: 1...64, bufferByteCount: 1 << 10)

    /// As `narrow`, and connections are refused and break.
    public static let hostile = NetworkConditions(
        latency: .zero ... .milliseconds(50), segmentByteCount: 1...512, bufferByteCount: 1 << 10, refusalOneIn: 4,
        cutOneIn: 200)
}
