package import Logging
internal import Synchronization

/// From which level on something logs, for all copies of its logger: those of a node's connections as well.
package final class LogThreshold: Sendable {
    private let current: Mutex<Logger.Level>

    package init(_ level: Logger.Level) { current = Mutex(level) }

    package var level: Logger.Level {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// The same logger, but for the level.
    package func applied(to logger: Logger) -> Logger {
        var target = logger.handler
        // What is logged at all is decided before.
        target.logLevel = .trace
        return Logger(label: logger.label) { [target] _ in Handler(threshold: self, target: target) }
    }

    private struct Handler: LogHandler {
        let threshold: LogThreshold
        var target: any LogHandler

        var logLevel: Logger.Level {
            get { threshold.level }
            set { threshold.level = newValue }
        }

        var metadata: Logger.Metadata {
            get { target.metadata }
            set { target.metadata = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { target[metadataKey: key] }
            set { target[metadataKey: key] = newValue }
        }

        func log(event: LogEvent) { target.log(event: event) }
    }
}
