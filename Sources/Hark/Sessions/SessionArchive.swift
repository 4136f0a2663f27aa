internal import HarkProtocol
internal import HarkUV

/// Hands the sessions of a server to its store: one call at a time, of each session the latest state.
@EventLoop
final class SessionArchive {
    private enum Change {
        /// Asked for when its turn comes.
        case save(Peer, token: NativeIdentifier)
        case remove
    }

    private let store: any SessionStore
    private let expiry: Duration
    private let report: (HarkError) -> Void
    private var changes: [NativeIdentifier: Change] = [:]
    /// Whose turn it is, in the order of the first change.
    private var order: [NativeIdentifier] = []
    private var work: Task<Void, Never>?

    /// - Parameter report: is told what the store throws.
    init(_ store: any SessionStore, keepFor expiry: Duration, report: @escaping (HarkError) -> Void) {
        self.store = store
        self.expiry = expiry
        self.report = report
    }

    /// The record that `claim` proves to be its own, if there is one.
    func find(_ claim: NativeSessionClaim) async -> SessionRecord? {
        await finish()
        do {
            guard let bytes = try await store.load(claim.id.description) else { return nil }
            guard let record = SessionRecord(bytes) else {
                report(HarkError(.system, "the session store has returned something that it was not given"))
                return nil
            }
            return record.token.isSecretlyEqual(to: claim.token) ? record : nil
        } catch {
            report(failure(error))
            return nil
        }
    }

    func save(_ id: NativeIdentifier, _ peer: Peer, token: NativeIdentifier) { add(.save(peer, token: token), id) }
    func remove(_ id: NativeIdentifier) { add(.remove, id) }

    /// Waits until the store has everything.
    func finish() async { while let work { await work.value } }

    private func add(_ change: Change, _ id: NativeIdentifier) {
        if changes.updateValue(change, forKey: id) == nil { order.append(id) }
        if work == nil { work = EventLoop.task { await self.run() } }
    }

    private func run() async {
        while !order.isEmpty {
            let batch = order
            order = []
            for id in batch {
                guard let change = changes.removeValue(forKey: id) else { continue }
                do { try await apply(change, id.description) } catch { report(failure(error)) }
            }
        }
        work = nil
    }

    private func apply(_ change: Change, _ key: String) async throws {
        switch change {
        case .save(let peer, let token):
            let record = SessionRecord(token: token, peer: peer.number, data: peer.data.stored)
            try await store.save(key, record.bytes, keepFor: expiry)
        case .remove: try await store.remove(key)
        }
    }

    private func failure(_ error: any Error) -> HarkError {
        HarkError(.system, "the session store has failed: \(error)", cause: error)
    }
}
