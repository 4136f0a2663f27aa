package import HarkWire

/// Gives runs of datagrams to the kernel, in order, with as few calls as possible, and knows where it stopped.
///
/// What goes to the group goes to each of its targets. A datagram is done when it was tried with all of them; when the
/// socket is full in the middle, the next call goes on there.
package struct DatagramSender: ~Copyable {
    /// 64 datagrams with one call (`UDP_MAX_SEGMENTS` of the first kernels that have it).
    package static let segmentCountMax = 64

    /// 65 507 bytes with one call: as a datagram, it has to fit a packet.
    package static let runByteCountMax = UDPSocket.byteCountMax

    /// Datagrams that come next, and are not at their beginning.
    private struct Remainder {
        var count: Int
        /// Those ahead of this target have got them.
        var target: Int
        /// Whether one of these could not be sent it.
        var hasFailed: Bool
        /// Whether the kernel does not cut them.
        var isUncut: Bool
    }

    /// A message of the batch.
    private struct Message {
        var datagramCount: Int
        /// How many targets these datagrams go to, and which of them this is.
        var targetCount: Int
        var target: Int
    }

    /// Where it stands: all that is ahead is done.
    private struct Place {
        var run = 0
        var datagram = 0
        /// Of the datagrams of the next message: the next target, and whether an earlier one failed.
        var target = 0
        var hasFailed = false
    }

    private let batch = DatagramBatch()
    private var messages: [Message] = []
    private var remainders: [Remainder] = []

    /// Whether runs are given to the kernel as they are. Ends when it turns out that the kernel does not cut them.
    package private(set) var isSegmenting: Bool

    /// Longer datagrams are sent one by one: the kernel does not cut what does not fit the way there.
    private var segmentByteCountMax = runByteCountMax

    /// Why a run was refused whose datagrams are sent one by one now. If they leave, it was the cutting.
    private var refusal: UVError?

    package init(isSegmenting: Bool) {
        self.isSegmenting = isSegmenting
        messages.reserveCapacity(DatagramBatch.countMax)
    }

    /// - Parameter transmit: is given a batch and the index of a message; sends from there on, and returns how many
    ///   messages, or the error of the first one.
    package mutating func send(
        _ runs: ContiguousArray<DatagramRun>, targets: [DatagramAddress],
        transmit: (DatagramBatch, Int) -> Int32
    ) -> DatagramSendResult {
        var result = DatagramSendResult()
        var place = Place()
        while result.obstacle == nil, fill(from: place, runs, targets) {
            place.target = messages[0].target
            place.hasFailed = remainders.first?.hasFailed ?? false
            var index = 0
            while index < messages.count {
                let status = transmit(batch, index)
                if status > 0 {
                    sent(messages[index])
                    for message in messages[index..<index + Int(status)] {
                        settle(message, &place, &result, runs)
                    }
                    index += Int(status)
                } else if status != UVError.interrupted.code {
                    guard refused(messages[index], UVError(status), &place, &result, runs) else { break }
                    index += 1
                }
            }
            // The batch may have ended among the targets.
            if index == messages.count, let last = messages.last, last.target + 1 < last.targetCount {
                keep(last, from: last.target + 1, place)
            }
        }
        return result
    }

    /// Whether the next message may be tried after this one was not sent.
    private mutating func refused(
        _ message: Message, _ error: UVError, _ place: inout Place, _ result: inout DatagramSendResult,
        _ runs: ContiguousArray<DatagramRun>
    ) -> Bool {
        switch error {
        case .wouldBlock, UVError(0):
            keep(message, from: message.target, place)
            result.obstacle = .fullBuffer
        case .noBuffers, .noMemory:
            keep(message, from: message.target, place)
            result.obstacle = .noBuffers
        case .invalid, .messageTooLong, .inputOutput, .noProtocolOption, .notSupported:
            if message.datagramCount > 1 {
                refusal = error
                keep(message, from: message.target, place, isUncut: true)
                if error == .messageTooLong { segmentByteCountMax = runs[place.run].segmentByteCount - 1 }
            } else {
                fallthrough
            }
        default:
            refusal = nil
            result.error = error
            place.hasFailed = true
            settle(message, &place, &result, runs)
            return true
        }
        return false
    }

    /// A message has left. When its run had been refused as a whole, it was the cutting that the kernel refused.
    private mutating func sent(_ message: Message) {
        guard let refusal, message.datagramCount == 1 else { return }
        self.refusal = nil
        // What is too long today may fit another way; all else stays as it is.
        if refusal != .messageTooLong { isSegmenting = false }
    }

    /// A message has left, or cannot.
    private mutating func settle(
        _ message: Message, _ place: inout Place, _ result: inout DatagramSendResult,
        _ runs: ContiguousArray<DatagramRun>
    ) {
        place.target = message.target + 1
        guard place.target == message.targetCount else { return }
        result.count += message.datagramCount
        if place.hasFailed { result.failedCount += message.datagramCount }
        place.datagram += message.datagramCount
        if place.datagram == runs[place.run].count { (place.run, place.datagram) = (place.run + 1, 0) }
        takeRemainder(message.datagramCount)
        place.target = remainders.first?.target ?? 0
        place.hasFailed = remainders.first?.hasFailed ?? false
    }

    private mutating func takeRemainder(_ count: Int) {
        guard !remainders.isEmpty else { return }
        remainders[0].count -= count
        if remainders[0].count == 0 { remainders.removeFirst() }
    }

    /// Remembers how far the datagrams of a message got: the next one to get them is `target`.
    private mutating func keep(_ message: Message, from target: Int, _ place: Place, isUncut: Bool = false) {
        let isUncut = isUncut || remainders.first?.isUncut ?? false
        guard target > 0 || place.hasFailed || isUncut else { return }
        takeRemainder(message.datagramCount)
        let remainder = Remainder(
            count: message.datagramCount, target: target, hasFailed: place.hasFailed, isUncut: isUncut)
        remainders.insert(remainder, at: 0)
    }

    // MARK: Filling

    /// Nobody receives what is sent to port 0, and the kernel says so.
    private static let nowhere = DatagramAddress(ipv4: 0, port: 0)

    /// Puts the messages that come next into the batch.
    ///
    /// - Returns: whether there are any.
    private mutating func fill(
        from place: Place, _ runs: ContiguousArray<DatagramRun>, _ targets: [DatagramAddress]
    ) -> Bool {
        batch.removeAll()
        messages.removeAll(keepingCapacity: true)
        var datagram = place.datagram
        var (remainderIndex, usedCount) = (0, 0)
        for run in runs[min(place.run, runs.count)...] {
            let runCount = run.count
            while datagram < runCount {
                var count = segmentCount(of: run, from: datagram, runCount)
                var target = 0
                if remainderIndex < remainders.count {
                    let remainder = remainders[remainderIndex]
                    count = remainder.isUncut ? 1 : min(count, remainder.count - usedCount)
                    target = remainder.target
                    usedCount += count
                    if usedCount == remainder.count { (remainderIndex, usedCount) = (remainderIndex + 1, 0) }
                }
                append(run, from: datagram, count, to: targets, from: target)
                guard messages.count < DatagramBatch.countMax else { return true }
                datagram += count
            }
            datagram = 0
        }
        return !messages.isEmpty
    }

    /// How many datagrams of a run go with one message.
    private func segmentCount(of run: DatagramRun, from datagram: Int, _ runCount: Int) -> Int {
        let byteCount = run.segmentByteCount
        guard isSegmenting, runCount - datagram > 1, byteCount <= segmentByteCountMax else { return 1 }
        return min(Self.segmentCountMax, max(1, Self.runByteCountMax / byteCount), runCount - datagram)
    }

    /// Adds datagrams of a run for all of its targets, or as many as there is room for.
    private mutating func append(
        _ run: DatagramRun, from datagram: Int, _ count: Int, to targets: [DatagramAddress], from first: Int
    ) {
        let byteCount = run.segmentByteCount
        let start = datagram * byteCount
        let bytes = UnsafeRawBufferPointer(
            rebasing: run.bytes[start..<min(start + count * byteCount, run.bytes.count)])
        let segmentByteCount = count > 1 ? byteCount : 0
        guard case .group = run.target, !targets.isEmpty else {
            let target = if case .address(let address) = run.target { address } else { Self.nowhere }
            messages.append(Message(datagramCount: count, targetCount: 1, target: 0))
            return batch.append(bytes, segmentByteCount: segmentByteCount, to: target)
        }
        // There may be fewer targets than there were.
        var index = min(first, targets.count - 1)
        while index < targets.count, messages.count < DatagramBatch.countMax {
            messages.append(Message(datagramCount: count, targetCount: targets.count, target: index))
            batch.append(bytes, segmentByteCount: segmentByteCount, to: targets[index])
            index += 1
        }
    }
}
