import ArgumentParser
import Hark

/// How to watch the connection, to connect again, and when to give up.
struct ReconnectOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Keep trying when there is no connection; otherwise end with status 3.")
    var retry = true

    @Option(
        help: ArgumentHelp(
            "The wait between attempts before the first connection: N, or MIN-MAX for a random wait from 0 to MIN, "
                + "with a bound that doubles up to MAX. (default: 1000-30000)", valueName: "ms"),
        transform: { try RetryDelay(argument: $0) })
    var retryDelay: RetryDelay?

    @Option(
        help: ArgumentHelp(
            "The same after the loss of a connection. (default: 100-30000)", valueName: "ms"),
        transform: { try RetryDelay(argument: $0) })
    var reconnectDelay: RetryDelay?

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

    func apply(to options: inout Client.Options) {
        options.reconnects = retry
        if let retryDelay { options.reconnection.retryDelay = retryDelay }
        if let reconnectDelay { options.reconnection.reconnectDelay = reconnectDelay }
        options.reconnection.attemptsMax = attemptsMax
        options.reconnection.deadline = deadline.map { .seconds($0) }
    }
}
