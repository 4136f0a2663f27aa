import ArgumentParser
import Hark

/// How to watch the connection, to connect again, and when to give up.
struct ReconnectOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Keep trying when there is no connection; otherwise end with status 3.")
    var retry = true

    @Option(
        help: ArgumentHelp(
            """
            The wait between attempts before the first connection: N, or MIN-MAX for a random wait from 0 to MIN, \
            with a bound that doubles up to MAX; for socket-ipc from MIN to MAX, and also after a failed attempt to \
            connect again. (default: 1000-30000; uhura, streamitter: 100-60000; socket-ipc: 1000)
            """, valueName: "ms"),
        transform: { try DelayArgument($0) })
    var retryDelay: DelayArgument?

    @Option(
        help: ArgumentHelp(
            """
            The same after the loss of a connection. (default: 100-30000; uhura, streamitter: 100-60000; \
            socket-ipc: 100)
            """, valueName: "ms"),
        transform: { try DelayArgument($0) })
    var reconnectDelay: DelayArgument?

    @Option(help: ArgumentHelp("End with status 3 after so many failed attempts in a row.", valueName: "n"))
    var attemptsMax: Int?

    @Option(help: ArgumentHelp("End with status 3 after so long without a connection.", valueName: "seconds"))
    var deadline: Double?

    @Option(help: ArgumentHelp("Tell so often on standard error how long a ping takes.", valueName: "seconds"))
    var ping: Double?

    func validate() throws {
        try Duration.check(timeout: ping, of: "--ping")
        if let attemptsMax, attemptsMax < 1 {
            throw ValidationError("--attempts-max must be 1 or more, not \(attemptsMax)")
        }
        try Duration.check(timeout: deadline, of: "--deadline")
        let isAskedFor = retryDelay != nil || reconnectDelay != nil || attemptsMax != nil || deadline != nil
        if !retry, isAskedFor {
            throw ValidationError("with --no-retry there is one attempt; leave the other options about attempts out")
        }
    }

    /// - Parameter options: with the dialect, whose defaults hold for what is not given.
    func apply(to options: inout Client.Options, in dialect: DialectName) {
        // Otherwise `autoReconnect()` is called, as the dialects document it.
        if !retry { options.reconnects = false }
        if let retryDelay { options.reconnection.retryDelay = retryDelay.delay(in: dialect) }
        if let reconnectDelay { options.reconnection.reconnectDelay = reconnectDelay.delay(in: dialect) }
        options.reconnection.attemptsMax = attemptsMax
        options.reconnection.deadline = deadline.map { .seconds($0) }
    }
}
