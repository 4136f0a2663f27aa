import HarkProtocol
import HarkWire
import Testing

@Suite struct NativeGroupStreamTests {
    private let now = Instant(milliseconds: 10)

    /// The body of a datagram without an event in it.
    private func body(_ number: UInt64, ordinal: UInt64, first: UInt8 = 0, content: [UInt8] = [0]) -> [UInt8] {
        [number, ordinal].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
            + [first, 0] + content
    }

    /// A datagram arrives, and what can be read is read.
    private func arrive(
        _ number: UInt64, ordinal: UInt64 = 0, _ stream: inout NativeGroupStream, room: Int = 1 << 20
    ) -> (arrival: NativeGroupStream.Arrival, read: [UInt64], losses: [NativeGroupStream.Loss]) {
        var (read, losses): ([UInt64], [NativeGroupStream.Loss]) = ([], [])
        let body = body(number, ordinal: ordinal == 0 ? number : ordinal)
        let arrival = body.withUnsafeBytes { bytes in
            let arrival = stream.arrive(number, bytes, room: room, now, due: now + 5)
            if arrival == .next { self.read(bytes, &stream, &read, &losses) }
            return arrival
        }
        drain(&stream, &read, &losses)
        return (arrival, read, losses)
    }

    private func drain(
        _ stream: inout NativeGroupStream, _ read: inout [UInt64], _ losses: inout [NativeGroupStream.Loss]
    ) {
        while let datagram = stream.following() {
            self.read(UnsafeRawBufferPointer(datagram), &stream, &read, &losses)
            datagram.deallocate()
        }
        if let loss = stream.settle() { losses.append(loss) }
    }

    private func read(
        _ bytes: UnsafeRawBufferPointer, _ stream: inout NativeGroupStream, _ read: inout [UInt64],
        _ losses: inout [NativeGroupStream.Loss]
    ) {
        guard let data = NativeGroupData(reading: bytes) else { return }
        if let loss = stream.begin(data, room: 1 << 20) { losses.append(loss) }
        read.append(data.sequence)
        // One event in each.
        stream.finish(eventCount: 1)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `in any order they are read in order, each once`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var stream = NativeGroupStream(next: 0, ordinal: 0)
        var read: [UInt64] = []
        for group in 0..<20 as Range<UInt64> {
            var numbers = Array(group * 20..<group * 20 + 20)
            numbers += numbers.filter { _ in Bool.random(using: &random) }
            for number in numbers.shuffled(using: &random) { read += arrive(number, &stream).read }
        }
        #expect(read == Array(0..<400))
        let (byteCount, isComplete) = (stream.byteCount, stream.gaps.isEmpty)
        #expect(byteCount == 0 && isComplete)
    }

    @Test func `what is given up is counted, to the event`() {
        var stream = NativeGroupStream(next: 0, ordinal: 0)
        #expect(arrive(0, &stream).read == [0])
        #expect(arrive(3, ordinal: 30, &stream).arrival == .kept)
        #expect(arrive(5, ordinal: 50, &stream).arrival == .kept)
        let gaps = stream.gaps.gaps.map(\.numbers)
        #expect(gaps == [1..<3, 4..<5])
        stream.giveUp(below: 3)
        var (read, losses): ([UInt64], [NativeGroupStream.Loss]) = ([], [])
        drain(&stream, &read, &losses)
        #expect(read == [3] && losses == [.init(eventCount: 29, datagramCount: 2)])
        #expect(arrive(1, &stream).arrival == .repeated)
        let rest = arrive(4, ordinal: 31, &stream)
        // Between events 31 and 50 the sender has numbered others that never were.
        #expect(rest.read == [4, 5] && rest.losses == [.init(eventCount: 18, datagramCount: 0)])
    }

    @Test func `a loss at the end is known when the sender says how far it is`() {
        var stream = NativeGroupStream(next: 0, ordinal: 0)
        _ = arrive(0, &stream)
        stream.announce(4, now, due: now)
        stream.claim(4, ordinal: 11)
        var loss = stream.settle()
        #expect(loss == nil)
        stream.giveUpFirst()
        let following = stream.following()
        loss = stream.settle()
        #expect(following == nil && loss == .init(eventCount: 10, datagramCount: 3))
        loss = stream.settle()
        #expect(loss == nil)
    }

    @Test func `what has no room counts as missing`() {
        var stream = NativeGroupStream(next: 0, ordinal: 0)
        #expect(arrive(2, &stream, room: 10).arrival == .refused)
        var (byteCount, missing) = (stream.byteCount, stream.gaps.missingCount)
        #expect(byteCount == 0 && missing == 3)
        // The next one needs none.
        #expect(arrive(0, &stream, room: 0).read == [0])
        #expect(arrive(2, &stream).arrival == .kept)
        #expect(arrive(1, &stream, room: 0).read == [1, 2])
        (byteCount, missing) = (stream.byteCount, stream.gaps.missingCount)
        #expect(byteCount == 0 && missing == 0)
    }

    @Test func `what is far ahead is not waited for all the way`() {
        var stream = NativeGroupStream(next: 0, ordinal: 0)
        _ = arrive(0, &stream)
        _ = arrive(1 << 40, &stream)
        let missing = stream.gaps.missingCount
        #expect(missing == NativeGroupStream.numberCountMax)
        stream.giveUpFirst()
        var (read, losses): ([UInt64], [NativeGroupStream.Loss]) = ([], [])
        drain(&stream, &read, &losses)
        #expect(read == [1 << 40])
        let lost: UInt64 = 0xFF_FFFF_FFFF
        #expect(losses == [.init(eventCount: lost, datagramCount: lost)])
    }

    @Test func `there are never too many gaps`() {
        var stream = NativeGroupStream(next: 0, ordinal: 0)
        for number in 0..<5_000 as Range<UInt64> { _ = arrive(2 * number + 1, &stream) }
        let count = stream.gaps.gaps.count
        #expect(count <= SequenceGaps.countMax)
    }
}
