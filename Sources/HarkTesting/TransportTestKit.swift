public import Hark

/// What every transport promises, as checks that any of them can run.
///
/// ```swift
/// @Test(arguments: TransportTestKit.Check.allCases)
/// func `the transport keeps its promise`(_ check: TransportTestKit.Check) async throws {
///     try await TransportTestKit(MyTransport(), on: .tcp("127.0.0.1", port: 0)).run(check)
/// }
/// ```
@EventLoop
public struct TransportTestKit {
    /// One promise.
    public enum Check: String, CaseIterable, Sendable {
        /// Everything written arrives, in order, whatever it is cut into.
        case everythingArrivesInOrder
        /// Each chunk given to `write` is answered by `wrote` once, and nothing is taken meanwhile.
        case oneWrotePerWrite
        /// Nothing is called back before the call that caused it has returned.
        case nothingIsCalledBackAtOnce
        /// Who has ended its half is read to its end, and the other half still works.
        case endOfStreamIsNotAnError
        /// Closing is final, may be repeated, and is silent for who does it.
        case closingIsFinal
        /// An address without a listener fails with `.connect`.
        case nobodyThereIsAnError
        /// An attempt that was cancelled is never heard of again.
        case cancelledAttemptsAreSilent
        /// An address in use is refused with `.addressInUse`.
        case addressInUseIsRefused
        /// Who does not read slows the sender down, and loses nothing.
        case whoDoesNotReadLosesNothing
        /// The acceptor knows the address really bound.
        case boundAddressIsKnown
        /// A receiver may stop the reading within a read and hand over to another, which gets what follows.
        case receiversMayBeReplaced
    }

    /// 16 MiB: more than a system's sockets hold on their way, 4 MiB at the writer and 6 MiB at the reader on Linux.
    private static let loadByteCount = 16 << 20

    private let transport: any Transport
    private let endpoint: Endpoint
    private let waiting: (@escaping @EventLoop () -> Bool) async throws -> Void

    /// - Parameters:
    ///   - transport: what is tested.
    ///   - endpoint: an address that it can listen on; with port 0 where it has ports.
    ///   - waiting: returns when the condition holds. By default the loop goes on in the meantime; in a simulation time
    ///     must be told to pass: `{ try simulation.run(until: $0) }`.
    public init(
        _ transport: any Transport, on endpoint: Endpoint,
        waiting: ((@escaping @EventLoop () -> Bool) async throws -> Void)? = nil
    ) {
        self.transport = transport
        self.endpoint = endpoint
        self.waiting =
            waiting ?? { condition in
                while !condition() { await Self.nextTurn() }
            }
    }

    /// Runs one check.
    ///
    /// - Throws: `TransportFault` when the promise is broken, or what the transport throws.
    public func run(_ check: Check) async throws {
        switch check {
        case .everythingArrivesInOrder: try await checkOrder()
        case .oneWrotePerWrite: try await checkWrites()
        case .nothingIsCalledBackAtOnce: try await checkCallbacks()
        case .endOfStreamIsNotAnError: try await checkEnd()
        case .closingIsFinal: try await checkClosing()
        case .nobodyThereIsAnError: try await checkNobody()
        case .cancelledAttemptsAreSilent: try await checkCancelling()
        case .addressInUseIsRefused: try await checkAddressInUse()
        case .whoDoesNotReadLosesNothing: try await checkBackPressure()
        case .boundAddressIsKnown: try await checkAddress()
        case .receiversMayBeReplaced: try await checkReplacing()
        }
    }

    // MARK: Checks

    private func checkOrder() async throws {
        try await withPair { dialler, acceptor in
            let load = Self.load(300_000)
            for end in [dialler, acceptor] { end.send(load, piece: 7_001) }
            try await waiting { dialler.bytes.count >= load.count && acceptor.bytes.count >= load.count }
            try expect(dialler.bytes == load && acceptor.bytes == load, "bytes were lost, repeated or changed")
            try expect(dialler.failures.isEmpty && acceptor.failures.isEmpty, "an error although nothing is wrong")
        }
    }

    private func checkWrites() async throws {
        try await withPair { dialler, acceptor in
            let load = Self.load(Self.loadByteCount)
            dialler.send(load, piece: 64 << 10)
            try await waiting { acceptor.bytes.count >= load.count && dialler.isIdle }
            try expect(dialler.wrote == dialler.writes && dialler.writes > 0, "`wrote` was not called once per write")
            try expect(!dialler.tookDuringWrite, "`tryWrite` took bytes while a chunk was on its way")
            try expect(acceptor.bytes == load, "bytes were lost, repeated or changed")
        }
    }

    private func checkCallbacks() async throws {
        try await withPair { dialler, acceptor in
            dialler.send(Self.load(Self.loadByteCount), piece: 64 << 10)
            acceptor.connection.stopReading()
            acceptor.connection.startReading()
            dialler.connection.shutdown()
            try await waiting { acceptor.endCount > 0 }
            try expect(!dialler.wasCalledWithin && !acceptor.wasCalledWithin, "called back from within a call")
        }
    }

    private func checkEnd() async throws {
        try await withPair { dialler, acceptor in
            let load = Self.load(100_000)
            dialler.send(load, piece: 10_000)
            try await waiting { dialler.isIdle }
            dialler.connection.shutdown()
            try await waiting { acceptor.endCount > 0 }
            try expect(acceptor.failures.isEmpty, "the end of the stream was reported as an error")
            try expect(acceptor.bytes == load, "the end came before the bytes that were written before it")
            acceptor.send(load, piece: 10_000)
            try await waiting { dialler.bytes.count >= load.count }
            try expect(dialler.bytes == load && dialler.endCount == 0, "the other half ended too")
        }
    }

    private func checkClosing() async throws {
        try await withPair { dialler, acceptor in
            dialler.connection.close()
            dialler.connection.close()
            try await waiting { acceptor.endCount > 0 }
            acceptor.connection.close()
            try expect(dialler.endCount == 0 && dialler.wrote == 0, "who closes was called back")
            try expect(acceptor.endCount == 1, "the end was reported more than once")
        }
    }

    private func checkNobody() async throws {
        // Another program may be given the port in the meantime, but not again and again.
        for _ in 0..<5 where try await isNobodyThere() { return }
        throw TransportFault("connected to an address where nobody listens")
    }

    private func isNobodyThere() async throws -> Bool {
        let bound = try bind { _ in }
        bound.close()
        var results: [Result<any Connection, HarkError>] = []
        let attempt = transport.dial(bound.endpoint) { results.append($0) }
        try expect(results.isEmpty, "called back from within `dial`")
        try await waiting { !results.isEmpty }
        return try withExtendedLifetime(attempt) {
            try expect(results.count == 1, "called back \(results.count) times")
            switch results[0] {
            case .success(let connection):
                connection.close()
                return false
            case .failure(let error):
                try expect(error.code == .connect, "the code is \(error.code), not connect")
                return true
            }
        }
    }

    private func checkCancelling() async throws {
        var accepted: [any Connection] = []
        let acceptor = try bind { if case .success(let connection) = $0 { accepted.append(connection) } }
        defer { acceptor.close() }
        var called = 0
        let attempt = transport.dial(acceptor.endpoint) { _ in called += 1 }
        attempt.cancel()
        attempt.cancel()
        var second: (any Connection)?
        _ = transport.dial(acceptor.endpoint) { second = try? $0.get() }
        try await waiting { second != nil }
        try expect(called == 0, "a cancelled attempt was completed")
        second?.close()
        for connection in accepted { connection.close() }
    }

    private func checkAddressInUse() async throws {
        let first = try bind { _ in }
        defer { first.close() }
        do {
            let second = try transport.listen(on: first.endpoint) { _ in }
            second.close()
        } catch {
            return try expect(error.code == .addressInUse, "the code is \(error.code), not addressInUse")
        }
        throw TransportFault("two listen on the same address")
    }

    private func checkBackPressure() async throws {
        try await withPair { dialler, acceptor in
            acceptor.connection.stopReading()
            let load = Self.load(Self.loadByteCount)
            dialler.send(load, piece: 64 << 10)
            for _ in 0..<10 { await Self.nextTurn() }
            try expect(!dialler.isIdle, "everything was taken although nobody reads")
            acceptor.connection.startReading()
            try await waiting { acceptor.bytes.count >= load.count && dialler.isIdle }
            try expect(acceptor.bytes == load, "bytes were lost, repeated or changed")
        }
    }

    private func checkAddress() async throws {
        let acceptor = try bind { _ in }
        defer { acceptor.close() }
        try expect(acceptor.endpoint.port != 0, "the port is said to be 0")
    }

    private func checkReplacing() async throws {
        try await withPair { dialler, acceptor in
            let load = Self.load(300_000)
            acceptor.connection.stopReading()
            let relay = TransportRelay(acceptor.connection)
            acceptor.connection.startReading()
            dialler.send(load, piece: 7_001)
            try await waiting { relay.byteCount >= load.count }
            try expect(relay.bytes == load, "bytes were lost, repeated or changed when the receiver was replaced")
            try expect(relay.next?.wasCalledWithin == false, "called back from within a call")
        }
    }

    // MARK: Parts

    private func bind(
        _ accept: @escaping @EventLoop (Result<any Connection, HarkError>) -> Void
    ) throws -> any Acceptor {
        try transport.listen(on: endpoint, accept: accept)
    }

    private func withPair(_ body: (TransportProbe, TransportProbe) async throws -> Void) async throws {
        var accepted: TransportProbe?
        let acceptor = try bind { result in accepted = (try? result.get()).map { TransportProbe($0) } }
        defer { acceptor.close() }
        var dialled: TransportProbe?
        _ = transport.dial(acceptor.endpoint) { result in dialled = (try? result.get()).map { TransportProbe($0) } }
        try await waiting { accepted != nil && dialled != nil }
        guard let accepted, let dialled else { throw TransportFault("no connection") }
        defer {
            accepted.connection.close()
            dialled.connection.close()
        }
        try await body(dialled, accepted)
    }

    private func expect(_ condition: Bool, _ message: String) throws {
        guard condition else { throw TransportFault(message) }
    }

    private static func load(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(count))
        // 4 093, a prime: what is displaced by any round number shows.
        let block = (0..<4_093).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var load: [UInt8] = []
        load.reserveCapacity(count + block.count)
        while load.count < count { load.append(contentsOf: block) }
        return Array(load.prefix(count))
    }

    /// Lets the loop look at its sockets.
    private static func nextTurn() async {
        await withCheckedContinuation { continuation in
            let timer = Environment.live.clock.timer { continuation.resume() }
            timer.schedule(at: Environment.live.clock.now)
        }
    }
}
