/// What a link needs now and then. Most links of a large server only wait, and need none of it.
@EventLoop
final class LinkOccasions {
    /// Emitters that wait for acknowledgements.
    @exclusivity(unchecked) var waiters = AcknowledgementTable<AcknowledgementWaiter>()

    /// Requests that wait for their replies, and the number of the next one.
    var requests: [UInt64: PendingRequest] = [:]
    var nextRequest: UInt64 = 1

    /// Requests of the other side that are worked on.
    var answeringCount = 0

    /// Events whose work goes on after their listeners have returned, oldest first.
    var deferred = DeferredEvents()

    /// The values that both sides share.
    var data: SharedData?

    /// Client: the session that can be continued over another connection.
    var ticket: SessionTicket?

    /// Who waits for the end of the connection, and for room in the queue.
    var closing: CheckedContinuation<Void, Never>?
    var drainWaiters: WaitingTasks?

    /// Who waits until nothing is unacknowledged.
    var settlingWaiters: WaitingTasks?

    /// What is looked after while a frame arrives in parts.
    var frameWatch: FrameWatch?

    /// Client: why nobody tries to connect any more; nil while somebody does.
    var gaveUp: HarkError?

    /// Ends the time that the other side gets to hear what became of its last events.
    var lingerTimer: (any EventTimer)?

    /// What is looked after while too much waits, or what waits has a time to live.
    var watch: QueueWatch?

    /// The name of the event that is being dispatched, if it came in full.
    var nameText = ""
}
