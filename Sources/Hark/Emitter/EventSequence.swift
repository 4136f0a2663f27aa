internal import HarkUV

/// What `events(_:buffering:)` does when events arrive faster than they are taken.
public enum EventBuffering: Sendable, Hashable {
    /// Keeps the newest `count`, drops the oldest.
    case newest(_ count: Int)
    /// Keeps the oldest `count`, drops what arrives beyond.
    case oldest(_ count: Int)
}

/// The events of one name, for `for await`. Bounded: what does not fit is counted in `dropped`.
public struct EventSequence: AsyncSequence, Sendable {
    /// An event.
    public typealias Element = Event

    let source: EventSource

    /// How many events were dropped because nobody took them in time.
    @EventLoop public var dropped: Int { source.dropped }

    /// Starts to take events. They were collected since the sequence was made.
    public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    /// Takes one event after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let source: EventSource

        /// The next event; nil when the emitter is closed or the task is cancelled.
        public mutating func next() async -> Event? {
            await next(isolation: #isolation)
        }

        /// The next event; nil when the emitter is closed or the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Event? {
            let source = source
            return await withTaskCancellationHandler {
                await source.next()
            } onCancel: {
                EventLoop.task { source.finish() }
            }
        }
    }
}

/// Collects events between a listener and the task that takes them.
@EventLoop
final class EventSource {
    private let buffering: EventBuffering
    private var events: [Event] = []
    private var head = 0
    private var waiter: CheckedContinuation<Event?, Never>?
    private var isFinished = false
    private(set) var dropped = 0
    var onFinish: (@EventLoop () -> Void)?

    nonisolated init(buffering: EventBuffering) { self.buffering = buffering }

    func add(_ event: Event) {
        guard !isFinished else { return }
        if let waiter {
            self.waiter = nil
            waiter.resume(returning: event)
            return
        }
        switch buffering {
        case .newest(let limit):
            if events.count - head >= Swift.max(limit, 1) {
                _ = take()
                dropped += 1
            }
        case .oldest(let limit):
            if events.count - head >= Swift.max(limit, 1) {
                dropped += 1
                return
            }
        }
        events.append(event)
    }

    func next() async -> Event? {
        if head < events.count { return take() }
        if isFinished || waiter != nil { return nil }
        return await withCheckedContinuation { waiter = $0 }
    }

    func finish() {
        guard !isFinished else { return }
        isFinished = true
        waiter?.resume(returning: nil)
        waiter = nil
        onFinish?()
        onFinish = nil
    }

    private func take() -> Event {
        let event = events[head]
        head += 1
        if head >= 64, head * 2 >= events.count {
            events.removeFirst(head)
            head = 0
        }
        return event
    }
}
