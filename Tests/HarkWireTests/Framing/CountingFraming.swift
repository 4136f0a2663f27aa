import HarkWire

/// Counts the bytes that a framing passes.
struct CountingFraming<Inner: MessageFraming>: MessageFraming {
    final class Counter {
        var byteCount = 0
    }

    var inner: Inner
    let counter: Counter

    static var skipsEmptyMessages: Bool { Inner.skipsEmptyMessages }
    var isMidMessage: Bool { inner.isMidMessage }

    mutating func scan(_ input: UnsafeRawBufferPointer) -> FramingScan {
        let scan = inner.scan(input)
        counter.byteCount += scan.passed
        return scan
    }

    /// How many bytes are passed in reading a stream byte by byte.
    static func passedByteCount(_ framing: Inner, _ stream: [UInt8]) -> Int {
        let counter = Counter()
        _ = Splitting.steps(
            CountingFraming(inner: framing, counter: counter), stream.indices.map { stream[$0...$0] })
        return counter.byteCount
    }
}
