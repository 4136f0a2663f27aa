public import HarkUV

/// Where a server keeps what its sessions leave behind, so that its clients are known again when it is restarted: a
/// folder, a database, a memory that several servers of a process share.
///
/// A record holds a client's peer name and the values of `peer.data`. Events are not in it: a client that comes back to
/// a server which was restarted begins a new session, under its old name and with the old values. What it had emitted
/// and does not know to be processed comes again, marked.
///
/// The calls come on the loop, one at a time and in order. Whoever has to wait for a disk or a network does so with
/// `await`; only clients that want to be recognised wait too. What is thrown is told to the server's `.error`
/// listeners.
@EventLoop
public protocol SessionStore: AnyObject, Sendable {
    /// The record last saved under `key`; nil when there is none, or its time is over.
    func load(_ key: String) async throws -> [UInt8]?

    /// Keeps `record` for `duration` from now, or until it is saved again. Records are secrets: who can read one can
    /// take its client's place.
    ///
    /// - Parameter key: 32 hexadecimal digits.
    func save(_ key: String, _ record: [UInt8], keepFor duration: Duration) async throws

    /// Forgets a record, if it is there.
    func remove(_ key: String) async throws
}
