import Foundation
import Synchronization

/// Emits numbers from 0 on, as events called "n": so many as fast as they are taken, and then one in a while until it
/// is told to stop.
final class NumberedEvents: Sendable {
    private let isOver = Flag()
    private let total = Mutex<Int?>(nil)
    private let hasEnded = Flag()

    init(_ count: Int, from emitter: Command) {
        Thread.detachNewThread { [self] in
            var number = 0
            while number < count || !isOver.isSet {
                // Waits while the node reads nothing, because too much waits to be sent.
                guard (try? emitter.say(#"{"emit":"n","args":[\#(number)]}"#)) != nil else { break }
                number += 1
                if number >= count { isOver.wait(seconds: 0.005) }
            }
            total.withLock { $0 = number }
            hasEnded.set()
        }
    }

    /// Stops it.
    ///
    /// - Returns: how many there are.
    func end() -> Int {
        isOver.set()
        hasEnded.wait(seconds: 120)
        return total.withLock { $0 } ?? 0
    }

    /// The number of an event's line; nil for all other lines.
    static func number(_ line: String) -> Int? {
        let start = #"{"type":"event","name":"n","args":["#
        guard line.hasPrefix(start) else { return nil }
        return Int(line.dropFirst(start.count).prefix { $0 != "]" })
    }
}
