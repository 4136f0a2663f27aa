import Foundation
import Hark

/// One connection for one purpose: connect, do it, close in order.
struct Call: Sendable {
    let endpoint: Endpoint
    let credentials: Value?
    /// For everything together.
    let timeout: Duration

    init(_ server: ServerArgument, _ credentials: CredentialOptions, _ patience: PatienceOptions) throws {
        endpoint = try server.endpoint
        self.credentials = try credentials.value
        timeout = .seconds(patience.timeout)
    }

    /// - Throws: `Failure`.
    @EventLoop
    func run(_ body: @escaping @EventLoop (Client) async throws -> Void) async throws {
        var options = Client.Options()
        options.credentials = credentials
        options.reconnects = false
        // The overall timer decides, so that running out of time is always the same status.
        options.timing.connect = timeout * 2
        options.timing.handshake = timeout * 2
        let client = Client(to: endpoint, options: options)
        let outcome = Outcome()
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
        if let failure { throw failure }
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as HarkError: Failure(error)
        default: Failure(.failure, "\(error)")
        }
    }
}
