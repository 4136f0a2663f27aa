import CFaultInjector
import Foundation
import Hark
import Testing

/// System calls that fail, one at a time, while a server and a client go about their business.
@Suite(.timeLimit(.minutes(60)))
struct SystemFaultTests {
    private struct Silence: Error {}
    private struct Stranger: Error {}

    /// What a system may answer to each call.
    private static let faults: [(call: hark_fault_call, errors: [Int32])] = [
        (HARK_FAULT_SOCKET, [EMFILE, ENFILE, ENOMEM, ENOBUFS, EACCES, EAFNOSUPPORT]),
        (
            HARK_FAULT_CONNECT,
            [
                ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EACCES, EPERM, EINTR, ECONNRESET,
                EAGAIN, ENOENT,
            ]
        ),
        (HARK_FAULT_BIND, [EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL, ENOMEM, EROFS, ENOENT]),
        (HARK_FAULT_LISTEN, [EADDRINUSE, EINVAL, EOPNOTSUPP]),
        (
            HARK_FAULT_ACCEPT,
            [EMFILE, ENFILE, ENOMEM, ENOBUFS, EINTR, ECONNABORTED, EPROTO, EPERM, EAGAIN, EINVAL, ETIMEDOUT]
        ),
        (HARK_FAULT_READ, [ECONNRESET, ETIMEDOUT, EINTR, EIO, ENOMEM, ENOBUFS, EHOSTUNREACH, EAGAIN]),
        (HARK_FAULT_WRITE, [EPIPE, ECONNRESET, EINTR, EAGAIN, ENOBUFS, ENOMEM, EHOSTUNREACH, EIO, ETIMEDOUT]),
        (HARK_FAULT_SETSOCKOPT, [EINVAL, ENOPROTOOPT, ENOMEM]),
        (HARK_FAULT_GETSOCKNAME, [ENOBUFS, EINVAL]),
        (HARK_FAULT_GETPEERNAME, [ENOBUFS, ENOTCONN, EINVAL]),
        (HARK_FAULT_SHUTDOWN, [ENOTCONN, EINVAL]),
        (HARK_FAULT_OPEN, [EMFILE, ENFILE, EACCES, ENOMEM, ELOOP]),
        (HARK_FAULT_FLOCK, [EINTR, ENOLCK, EWOULDBLOCK]),
        (HARK_FAULT_UNLINK, [EACCES, EBUSY, EROFS, ENOENT]),
        (HARK_FAULT_GETADDRINFO, [EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_NONAME, EAI_SYSTEM]),
    ]

    @Test(.enabled(if: hark_faults_are_possible(), "sanitizers want the system's calls for themselves"))
    func `whichever call fails and however, it is an error or made up for, and the next attempt works`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let depth = SweepSize.of(quick: 1, full: 8, soak: 30)
                var missed: [UInt32] = []
                for (call, errors) in Self.faults {
                    var hits = 0
                    for number in 1...depth {
                        for error in errors.prefix(SweepSize.of(quick: 2, full: 20, soak: 20)) {
                            for wire in Wire.sockets { hits += try await Self.attempt(wire, call, number, error) }
                        }
                    }
                    if hits == 0 { missed.append(call.rawValue) }
                }
                #expect(missed.isEmpty, "calls that nobody made")
            }
        }
    }

    /// Runs everything with one fault, and everything again without.
    @EventLoop
    private static func attempt(
        _ wire: Wire, _ call: hark_fault_call, _ number: Int, _ error: Int32
    ) async throws -> Int {
        hark_fault_arm(call, Int32(number), error)
        var hits: Int32 = 0
        try await endpoint(wire) { endpoint in
            do {
                try await converse(at: endpoint)
            } catch let error as HarkError {
                // Only who cannot listen has nothing to come back to.
                if error.code == .gaveUp || error.code == .timeout { throw error }
            }
            hits = hark_fault_disarm()
            try await converse(at: endpoint)
        }
        return Int(hits)
    }

    @EventLoop
    private static func endpoint(_ wire: Wire, _ body: @EventLoop (Endpoint) async throws -> Void) async throws {
        switch wire {
        case .unix: try await SocketPath.with { try await body(.unix($0)) }
        case .tcp, .simulated, .narrow: try await body(.tcp("localhost", port: 0))
        }
    }

    /// Listens, connects, sends there and back, asks, and closes.
    @EventLoop
    private static func converse(at endpoint: Endpoint) async throws {
        var options = Server.Options()
        options.logger = World.silence
        options.timing.close = .milliseconds(200)
        options.authorize = { hello, _ in
            guard hello.credentials != .string("foe") else { throw Stranger() }
        }
        let server = Server(options: options)
        var clientOptions = Client.Options()
        clientOptions.logger = World.silence
        clientOptions.timing.close = .milliseconds(200)
        clientOptions.timing.handshake = .seconds(1)
        clientOptions.reconnection.deadline = .seconds(5)
        clientOptions.reconnection.retryDelay = .fixed(.milliseconds(5))
        clientOptions.reconnection.reconnectDelay = .fixed(.milliseconds(5))
        do {
            server.on("n") { (bytes: Bytes) in server.emit("n", bytes) }
            try server.reply(to: "double") { (n: Int) in 2 * n }
            let client = Client(to: try await server.listen(on: endpoint), options: clientOptions)
            do {
                var heard = 0
                client.on("n") { (_: Bytes) in heard += 1 }
                client.connect()
                try await client.connected()
                for _ in 0..<3 { client.emit("n", Bytes(repeatElement(1, count: 50_000))) }
                try await client.emit("n", Bytes(), ack: .within(.seconds(10)))
                // A connection that breaks takes the request with it, and there is another one. What was emitted comes
                // ahead of the answer.
                for _ in 0..<10 where heard < 4 {
                    try await client.connected()
                    let _: Int? = try? await client.request("double", 21)
                }
                guard heard >= 4 else { throw Silence() }
                // Somebody who is turned away.
                clientOptions.credentials = .string("foe")
                let foe = try? await Client.connect(to: client.endpoint, options: clientOptions)
                guard foe == nil else { throw Silence() }
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        } catch {
            await server.close()
            throw error
        }
        await server.close()
    }
}
