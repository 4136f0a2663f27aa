import Foundation
import Hark
import Logging

/// One connection for one purpose: connect, do it, close in order.
struct Call: Sendable {
    let endpoint: Endpoint
    let dialect: Dialect
    let credentials: Value?
    /// For everything together.
    let timeout: Duration
    let progress: ProgressStyle
    let logLevel: Logger.Level

    init(
        _ server: ServerArgument, _ dialect: DialectOptions, _ credentials: CredentialOptions,
        _ patience: PatienceOptions, _ progress: ProgressOptions, _ logging: LogOptions
    ) throws {
        endpoint = try server.endpoint
        self.dialect = dialect.dialect.dialect
        self.credentials = try credentials.value
        timeout = .seconds(patience.timeout)
        self.progress = progress.progress
        logLevel = logging.logLevel
    }

    /// - Throws: `Failure`.
    @EventLoop
    func run(_ body: @escaping @EventLoop (Client) async throws -> Void) async throws {
        var options = Client.Options()
        options.dialect = dialect
        options.credentials = credentials
        options.reconnects = false
        options.logger.logLevel = logLevel
        // The overall timer decides, so that running out of time is always the same status.
        options.timing.connect = timeout * 2
        options.timing.handshake = timeout * 2
        let client = Client(to: endpoint, options: options)
        let outcome = Outcome()
        let progress = Progress(progress, state(of: client))
        progress.start()
        let interrupt = try SignalWatch(SIGINT) { exit(ExitStatus.interrupted.rawValue) }
        let timer = LoopTimer { outcome.settle(Failure(.timeout, "no answer from \(endpoint) within \(timeout)")) }
        timer.schedule(at: TimerHeap.now + UInt64(timeout / .milliseconds(1)))
        client.once(.connectError) { outcome.settle(Failure(connecting: $0)) }
        client.once(.connect) {
            Task { @EventLoop in
                do {
                    try await body(client)
                    await client.close()
                    outcome.settle(nil)
                } catch {
                    outcome.settle(Self.failure(error))
                }
            }
        }
        client.connect()
        let failure = await outcome.value()
        timer.cancel()
        interrupt.close()
        await client.close()
        progress.stop()
        if let failure { throw failure }
    }

    @EventLoop
    private func state(of client: Client) -> @EventLoop () -> ProgressState? {
        let began = Nanoseconds.now
        let seconds = timeout / .seconds(1)
        return {
            let elapsed = Double(Nanoseconds.now - began) / 1e9
            var state = ProgressState(stage: client.isConnected ? "waiting for the answer" : "connecting")
            state.share = min(1, elapsed / seconds)
            state.secondsLeft = seconds - elapsed
            return state
        }
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as HarkError: Failure(error)
        default: Failure(.failure, "\(error)")
        }
    }
}
