public import Logging

/// What is logged, by component, if anything is: see `Options.log`.
extension MulticastGroup {
    /// The components: the member itself, called as its dialect is, and its console.
    private var components: [String] { [rootComponent, Self.consoleComponent] }

    private var rootComponent: String { "\(options.dialect)" }

    private static nonisolated let consoleComponent = "repl"

    /// From which level on each component logs.
    public func logLevel() -> [String: Logger.Level] {
        Dictionary(uniqueKeysWithValues: logLevels.map { ($0.component, $0.level) })
    }

    /// The same in order, the root first.
    var logLevels: [(component: String, level: Logger.Level)] { components.map { ($0, level(of: $0)) } }

    /// All components log from this level on.
    public func logLevel(_ level: Logger.Level) {
        for component in components { set(level, of: component) }
    }

    /// A component logs from this level on.
    ///
    /// - Parameters:
    ///   - component: `eventcast`, or `native` in that dialect, for the member itself, or `repl` for its console.
    ///   - level: a level of swift-log.
    /// - Throws: `HarkError` with code `.invalidOptions` when there is no such component; then nothing has changed.
    public func logLevel(_ component: String, _ level: Logger.Level) throws(HarkError) {
        guard components.contains(component) else {
            throw HarkError(
                .invalidOptions,
                "there is no component \"\(component)\"; there are \(components.joined(separator: " and "))")
        }
        set(level, of: component)
    }

    private func level(of component: String) -> Logger.Level { chosenLogLevels[component] ?? options.logLevel }

    private func set(_ level: Logger.Level, of component: String) {
        chosenLogLevels[component] = level
        console?.logger = consoleLogger
    }

    /// What the console logs by.
    var consoleLogger: Logger {
        var logger = logger
        // Nothing of the console is critical.
        logger.logLevel = options.log ? level(of: Self.consoleComponent) : .critical
        return logger
    }

    /// Logs something of the member itself.
    func log(_ level: Logger.Level, _ message: Logger.Message, _ metadata: @autoclosure () -> Logger.Metadata) {
        let least = self.level(of: rootComponent)
        guard options.log, level >= least else { return }
        // The level chosen here counts, not the one that the logger came with.
        var logger = logger
        logger.logLevel = least
        logger.log(level: level, message, metadata: metadata())
    }
}
