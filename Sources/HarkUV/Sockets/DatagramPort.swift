package import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A datagram socket that sends and receives as many datagrams with one call as the system can.
///
/// Several of one machine may share a port, as with `UDPSocket`. Whoever opened it closes it one day.
@EventLoop
package final class DatagramPort {
    /// 4 MiB: what arrives while the loop is busy for a few milliseconds. Systems give less unless they are told to
    /// give more; `receiveBufferByteCount` tells.
    package static nonisolated let receiveBufferByteCountWanted = 4 * 1024 * 1024

    /// 2 ms without a further attempt when the system has no room and does not tell when it has: 500 in a second.
    package static nonisolated let patience: UInt64 = 2

    /// Hears what happens here. Set it before `startReceiving`.
    @exclusivity(unchecked) package weak var receiver: (any DatagramPortReceiver)?

    /// Where `DatagramTarget.group` goes: one group, or the members one by one.
    package var targets: [DatagramAddress] {
        didSet { try? useInterface() }
    }

    /// The address really bound.
    package let localAddress: DatagramAddress

    /// The interface to send to groups through: its name, number or address; nil when the system chooses.
    package let interface: String?

    private let lane: any DatagramLane
    @exclusivity(unchecked) private var sender: DatagramSender
    private let isPlain: Bool

    package private(set) var isOpen = true
    /// Whether the receiver will be told that there is room.
    @exclusivity(unchecked) private var isAwaitingRoom = false
    /// Whether the system said that there was room, and nothing has been sent since.
    @exclusivity(unchecked) private var wasToldOfRoom = false
    private var isReceiving = false
    private lazy var pause = LoopTimer { [weak self] in self?.pauseEnds() }

    /// Datagrams that have arrived and were not received, as far as is known: the system had no room for them, or they
    /// were too long. What the system has put together counts once.
    @exclusivity(unchecked) package private(set) var dropCount = 0

    /// How often the system told that what was sent before was refused.
    package private(set) var refusalCount = 0

    // For `+Groups`.
    var memberships: [DatagramMembership] = []
    var interfaceIndex: UInt32 = 0
    /// The longest datagram that the way to the targets carries in one piece, in bytes.
    package internal(set) var datagramByteCountMax = 0

    /// Binds a socket. It does not receive yet.
    ///
    /// - Parameters:
    ///   - address: its port may be 0, which lets the system choose.
    ///   - targets: where `DatagramTarget.group` goes.
    ///   - interface: to send to groups through: its name, number or address.
    ///   - hopCount: how far multicasts get, 0...255; 1 stays within the network.
    ///   - unicastHopCount: how far what goes to one address gets, 1...255; nil for as far as the system has it.
    ///   - isLoopingBack: whether members on this machine receive what is sent to groups.
    ///   - path: the fastest way that may be taken.
    /// - Throws: `.addressInUse`, `.addressNotAvailable`, `.permissionDenied`; `.noDevice` when there is no such
    ///   interface; `.invalid` for other numbers of hops.
    package init(
        boundTo address: DatagramAddress, targets: [DatagramAddress] = [], interface: String? = nil,
        hopCount: Int = 1, unicastHopCount: Int? = nil, isLoopingBack: Bool = true, path: DatagramPath = .fastest,
        inbox: DatagramInbox? = nil
    ) throws(UVError) {
        self.targets = targets
        self.interface = interface
        let lane: any DatagramLane
        var isSegmenting = false
        #if os(Linux)
            if path == .plain {
                lane = try PlainDatagramLane(boundTo: SocketAddress(address))
            } else {
                let polled = try PolledDatagramLane(
                    boundTo: SocketAddress(address), receivingInto: inbox ?? DatagramInbox.shared)
                isSegmenting = path == .segmented && polled.useRuns()
                lane = polled
            }
        #else
            lane = try PlainDatagramLane(boundTo: SocketAddress(address))
        #endif
        self.lane = lane
        isPlain = lane is PlainDatagramLane
        sender = DatagramSender(isSegmenting: isSegmenting)
        do throws(UVError) {
            localAddress = DatagramAddress(try lane.socket.localAddress())
            try lane.socket.setMulticastHops(hopCount, isIPv6: address.isIPv6)
            if let unicastHopCount { try lane.socket.setUnicastHops(unicastHopCount, isIPv6: address.isIPv6) }
            try lane.socket.setMulticastLoopback(isLoopingBack, isIPv6: address.isIPv6)
            // Systems have a limit of their own, and some refuse what is over it.
            try? lane.socket.set(SOL_SOCKET, SO_RCVBUF, to: Int32(Self.receiveBufferByteCountWanted))
        } catch {
            lane.close()
            throw error
        }
        do throws(UVError) {
            try useInterface()
        } catch {
            lane.close()
            throw error
        }
        lane.port = self
    }

    /// The way that datagrams take now.
    package var path: DatagramPath { isPlain ? .plain : sender.isSegmenting ? .segmented : .batched }

    /// For options, as long as the port is open.
    func socket() throws(UVError) -> SocketDescriptor {
        guard isOpen else { throw .cancelled }
        return lane.socket
    }

    /// The descriptor, which stays the port's; nil when it is closed.
    package var descriptor: Int32? { isOpen ? lane.socket.number : nil }

    /// How much the system keeps for this port until it is received, in bytes as the system counts them; 0 when the
    /// port is closed.
    package var receiveBufferByteCount: Int { Int((try? socket().get(SOL_SOCKET, SO_RCVBUF)) ?? 0) }

    // MARK: Receiving

    package func startReceiving() throws(UVError) {
        guard isOpen else { throw .cancelled }
        isReceiving = true
        if !pause.isScheduled { try lane.setReceiving(true) }
    }

    /// Receives no more. What was read already is still told.
    package func stopReceiving() {
        guard isOpen else { return }
        isReceiving = false
        try? lane.setReceiving(false)
    }

    // MARK: Sending

    /// Sends as many of the datagrams as go at once, in order. What could not be sent is counted, and not tried again.
    ///
    /// When fewer than all are taken, `receiver.portHasRoom` is called later, and until then nothing is sent. Give the
    /// others again then, first and in the same order: the port may have given the next one to some of its targets.
    package func send(_ runs: ContiguousArray<DatagramRun>) -> DatagramSendResult {
        var result = DatagramSendResult()
        guard isOpen else {
            result.error = .cancelled
            return result
        }
        guard !isAwaitingRoom else { return result }
        var attempts = 0
        result = sender.send(runs, targets: targets) { batch, first in
            attempts += 1
            return lane.send(batch, from: first)
        }
        guard let obstacle = result.obstacle else {
            wasToldOfRoom = false
            return result
        }
        isAwaitingRoom = true
        // A system that says there is room and then has none would be asked for ever.
        let isMisled = wasToldOfRoom && attempts == 1
        wasToldOfRoom = false
        guard obstacle == .fullBuffer, lane.canAwaitRoom, !isMisled, (try? lane.awaitRoom()) != nil else {
            rest()
            return result
        }
        return result
    }

    private func rest() {
        if !pause.isScheduled { pause.schedule(at: TimerHeap.now + Self.patience) }
    }

    private func pauseEnds() {
        guard isOpen else { return }
        if isReceiving {
            do throws(UVError) { try lane.setReceiving(true) } catch { receiver?.receiveFailed(error) }
        }
        if isAwaitingRoom, isOpen { hasRoom() }
    }

    private func hasRoom() {
        isAwaitingRoom = false
        receiver?.portHasRoom()
    }

    // MARK: Lane

    func laneHasRoom() {
        guard isAwaitingRoom else { return }
        wasToldOfRoom = true
        hasRoom()
    }

    func laneReceived(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress) {
        receiver?.received(bytes, segmentByteCount: segmentByteCount, from: source)
    }

    func laneDropped(_ count: Int) { dropCount += count }

    func laneFailed(_ error: UVError) {
        // It is about what was sent, and sending tells nothing of it.
        if error == .connectionRefused {
            refusalCount += 1
            return
        }
        // It may stay. Then there is nothing to receive, at once and for ever.
        try? lane.setReceiving(false)
        rest()
        receiver?.receiveFailed(error)
    }

    func laneEnded() {
        receiver?.receiveFailed(.cancelled)
        close()
    }

    // MARK: Life

    /// Ends it now. Nothing is called back afterwards.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        pause.cancel()
        memberships = []
        lane.close()
    }
}
