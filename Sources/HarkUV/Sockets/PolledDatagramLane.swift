internal import CHarkSockets
internal import CLibUV
internal import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Datagrams several with one call, on a descriptor of its own: libuv only tells when it is readable or writable.
@EventLoop
final class PolledDatagramLane: UVHandle, DatagramLane {
    /// 4 calls that receive, then others have their turn: 64 messages, 4 MiB.
    private static nonisolated let callsPerTurnMax = 4

    @exclusivity(unchecked) var port: DatagramPort?
    let socket: SocketDescriptor
    private let inbox: DatagramInbox

    private var isReceiving = false
    private var isAwaitingRoom = false
    /// Whether the system has no calls for several.
    private var isSendingOneByOne = false
    private var isReceivingOneByOne = false
    @exclusivity(unchecked) private var lastDropCount: UInt32 = 0

    init(boundTo address: SocketAddress, receivingInto inbox: DatagramInbox) throws(UVError) {
        self.inbox = inbox
        socket = try SocketDescriptor.datagram(boundTo: address)
        super.init(UV_POLL)
        do throws(UVError) {
            try activate(uv_poll_init(EventLoop.executor.current.pointer, pointer(), socket.number))
        } catch {
            socket.close()
            throw error
        }
        // Kernels that do not count leave it at 0.
        _ = hark_ask_for_drops(socket.number)
    }

    /// Asks for runs instead of single datagrams.
    ///
    /// - Returns: whether they may be sent. The kernel may also put together what arrives, or not.
    func useRuns() -> Bool {
        guard hark_probe_segments(socket.number) == 0 else { return false }
        _ = hark_ask_for_runs(socket.number)
        return true
    }

    // MARK: Waiting

    var canAwaitRoom: Bool { true }

    func setReceiving(_ isReceiving: Bool) throws(UVError) {
        guard self.isReceiving != isReceiving else { return }
        self.isReceiving = isReceiving
        try watch()
    }

    func awaitRoom() throws(UVError) {
        isAwaitingRoom = true
        try watch()
    }

    /// Has libuv tell what is waited for.
    private func watch() throws(UVError) {
        guard isOpen else { throw .cancelled }
        let events =
            (isReceiving ? UV_READABLE.rawValue : 0) | (isAwaitingRoom ? UV_WRITABLE.rawValue : 0)
        guard events != 0 else { return try UVError.check(uv_poll_stop(pointer())) }
        let status = uv_poll_start(pointer(), Int32(events)) { @Sendable handle, status, events in
            guard let handle else { return }
            UVHandle.enter(handle.pointee.data, of: PolledDatagramLane.self, with: (status, events)) { lane, news in
                lane.polled(news.0, news.1)
            }
        }
        try UVError.check(status)
    }

    private func polled(_ status: Int32, _ events: Int32) {
        guard status == 0 else { return stumbled(UVError(status)) }
        if isAwaitingRoom, events & Int32(UV_WRITABLE.rawValue) != 0 {
            isAwaitingRoom = false
            do throws(UVError) { try watch() } catch { port?.laneFailed(error) }
            port?.laneHasRoom()
        }
        if isReceiving, isOpen, events & Int32(UV_READABLE.rawValue) != 0 { receive() }
    }

    /// The system has put an error on the socket, and libuv has stopped watching.
    private func stumbled(_ error: UVError) {
        // Asking for it takes it away.
        let code = (try? socket.get(SOL_SOCKET, SO_ERROR)) ?? 0
        port?.laneFailed(code == 0 ? error : UVError(-code))
        guard isOpen else { return }
        // Whoever waits for room finds out by sending.
        let wasAwaitingRoom = isAwaitingRoom
        isAwaitingRoom = false
        do throws(UVError) { try watch() } catch { port?.laneFailed(error) }
        if wasAwaitingRoom { port?.laneHasRoom() }
    }

    // MARK: Receiving

    private func receive() {
        for _ in 0..<Self.callsPerTurnMax {
            let count = inbox.receive(from: socket, isOneByOne: isReceivingOneByOne)
            guard count > 0 else {
                if count == UVError.notImplemented.code, !isReceivingOneByOne {
                    isReceivingOneByOne = true
                } else if count == UVError.wouldBlock.code || count == 0 {
                    return
                } else if count != UVError.interrupted.code {
                    port?.laneFailed(UVError(count))
                    guard isReceiving, isOpen else { return }
                }
                continue
            }
            for index in 0..<Int(count) {
                deliver(inbox.arrival(index))
                guard isOpen else { return }
            }
            guard isReceiving, isReceivingOneByOne || count == inbox.messageCountMax else { return }
        }
    }

    private func deliver(_ arrival: hark_arrival) {
        if arrival.drop_count != lastDropCount, arrival.drop_count != 0 {
            // The kernel's counter starts again at 0 one day.
            port?.laneDropped(Int(arrival.drop_count &- lastDropCount))
            lastDropCount = arrival.drop_count
        }
        let segmentByteCount =
            arrival.segment_byte_count == 0 ? arrival.byte_count : arrival.segment_byte_count
        guard !arrival.is_truncated else {
            port?.laneDropped((arrival.byte_count - 1) / segmentByteCount + 1)
            return
        }
        port?.laneReceived(
            UnsafeRawBufferPointer(start: arrival.bytes, count: arrival.byte_count),
            segmentByteCount: segmentByteCount, from: DatagramAddress(arrival.source))
    }

    // MARK: Sending

    func send(_ batch: DatagramBatch, from first: Int) -> Int32 {
        let status = batch.send(from: first, on: socket, isOneByOne: isSendingOneByOne)
        guard status == UVError.notImplemented.code, !isSendingOneByOne else { return status }
        isSendingOneByOne = true
        return batch.send(from: first, on: socket, isOneByOne: true)
    }

    // MARK: Life

    override func loopEnds() {
        port?.laneEnded()
        close()
    }

    override func close() {
        guard isOpen else { return }
        port = nil
        super.close()
        // libuv has let go of the descriptor already.
        socket.close()
    }
}
