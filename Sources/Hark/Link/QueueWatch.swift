internal import HarkUV

/// What a link looks after while too much waits, or what waits has a time to live. There is none while all is well.
@EventLoop
final class QueueWatch {
    /// Owns this.
    private unowned let link: NativeLink

    /// Since when more has waited than the high-water mark over this connection, in ms.
    var congestedSince: UInt64?
    private var slowTimer: (any EventTimer)?

    /// When events are looked at whose time may be over, in ms; nil when none waits.
    private(set) var nextExpiry: UInt64?
    private var expiryTimer: (any EventTimer)?

    /// The connection is about to be ended because of what waits.
    var isEnding = false

    /// Those who wait for room, the first of them first.
    private var arrivals: [RoomWaiter] = []
    /// One of them has been told to emit.
    var isAdmitting = false

    init(_ link: NativeLink) { self.link = link }

    /// Whether there is nothing to look after.
    var isIdle: Bool { congestedSince == nil && nextExpiry == nil && !hasArrivals && !isAdmitting && !isEnding }

    // MARK: Room

    var hasArrivals: Bool { arrivals.contains(where: \.isWaiting) }

    /// - Parameter isNext: it had been let in, and stands in front of the others.
    func add(_ waiter: RoomWaiter, isNext: Bool) {
        // Those whose time is over stand in front.
        if arrivals.first?.isWaiting == false { arrivals.removeAll { !$0.isWaiting } }
        if isNext { arrivals.insert(waiter, at: 0) } else { arrivals.append(waiter) }
    }

    func takeFirstArrival() -> RoomWaiter? {
        arrivals.firstIndex(where: \.isWaiting).map { index in
            defer { arrivals.removeFirst(index + 1) }
            return arrivals[index]
        }
    }

    func takeArrivals() -> [RoomWaiter] {
        defer { arrivals = [] }
        return arrivals
    }

    // MARK: Time

    // The timers know the link only by its watch: while a timer runs it may be gone.

    func checkSlowness(at deadline: UInt64) {
        if slowTimer == nil {
            slowTimer = link.environment.clock.timer { [weak self] in self?.link.isStillCongested() }
        }
        slowTimer?.schedule(at: deadline)
    }

    /// The congestion is over, or its connection.
    func recovered() {
        congestedSince = nil
        slowTimer?.cancel()
    }

    func checkExpiry(at deadline: UInt64) {
        guard deadline < nextExpiry ?? .max else { return }
        nextExpiry = deadline
        if expiryTimer == nil {
            expiryTimer = link.environment.clock.timer { [weak self] in
                self?.nextExpiry = nil
                self?.link.expiryIsDue()
            }
        }
        expiryTimer?.schedule(at: deadline)
    }

    /// Nothing will be sent any more.
    func stop() {
        recovered()
        expiryTimer?.cancel()
        nextExpiry = nil
    }
}
