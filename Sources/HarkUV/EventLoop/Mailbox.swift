public import HarkWire

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Handles records that other threads have posted, in the order of posting.
package protocol RecordReceiver: AnyObject {
    /// Handles one record. The bytes are valid during the call.
    func receive(record: UnsafeRawBufferPointer)
}

/// Where records go. Other threads hold it, only the loop looks inside.
@usableFromInline
package final class MailboxTarget: @unchecked Sendable {
    private var object: (any RecordReceiver)?

    /// Cleared when the receiver closes; until then the two keep each other alive.
    @EventLoop package var receiver: (any RecordReceiver)? {
        get { object }
        set { object = newValue }
    }

    package init() {}

    package init(_ receiver: some RecordReceiver) { object = receiver }
}

/// The door into the loop: one first-in, first-out queue for the executor's jobs and for records.
///
/// An emit from another thread is a record, not a closure: its bytes are appended to a shared chunk, so posting
/// allocates nothing in steady state, and a job enqueued after it runs after it. A pthread mutex guards the queue,
/// which the thread sanitizer understands.
package final class Mailbox: @unchecked Sendable {
    /// 64 MiB: what other threads may have posted and the loop has not taken yet, in bytes.
    package static let byteCountMax = 64 * 1024 * 1024

    /// 8 scratches: as many as threads emit at the same moment, about. More are freed.
    private static let spareScratchCountMax = 8

    enum Record: UInt8 {
        case job, preferringJob, delivery
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let pool = ChunkPool()
    private var writer: ByteWriter
    private var scratches: [Scratch] = []

    init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        writer = ByteWriter(pool: pool)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// What happens to the queue's owner is decided under the same lock, so that nobody wakes a loop that is gone.
    func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    var isEmpty: Bool { writer.isEmpty }

    /// Appends a job. Call it with the lock held.
    func append(_ job: LoopJob) {
        writer.beginFrame()
        writer.append((job.prefersLoop ? Record.preferringJob : .job).rawValue)
        writer.appendLittleEndian(unsafeBitCast(job.job, to: UInt.self))
    }

    /// Appends a record for `target`, which is retained until it has been delivered. Call it with the lock held.
    func append(_ bytes: UnsafeRawBufferPointer, for target: MailboxTarget) -> Bool {
        guard writer.byteCount + bytes.count <= Self.byteCountMax else { return false }
        writer.beginFrame()
        writer.append(Record.delivery.rawValue)
        writer.appendLittleEndian(UInt(bitPattern: Unmanaged.passRetained(target).toOpaque()))
        writer.appendLittleEndian(bytes.count)
        writer.append(bytes)
        return true
    }

    /// Everything posted so far. Call it with the lock held.
    func takeAll() -> ChunkQueue {
        writer.seal()
        defer { writer.sealed = ChunkQueue() }
        return writer.sealed
    }

    /// Runs the records of `chunks` in order. Call it on the loop thread, without the lock.
    func deliver(_ chunks: ChunkQueue, runJob: (LoopJob) -> Void) {
        var chunks = chunks
        while let chunk = chunks.popFirst() {
            var reader = ByteReader(chunk.bytes(from: 0))
            while let kind = reader.readByte().flatMap(Record.init), let word = reader.readLittleEndian(UInt.self) {
                switch kind {
                case .job, .preferringJob:
                    let job = unsafeBitCast(word, to: UnownedJob.self)
                    runJob(LoopJob(job: job, prefersLoop: kind == .preferringJob))
                case .delivery:
                    guard let object = UnsafeRawPointer(bitPattern: word),
                        let bytes = reader.readLittleEndian(Int.self).flatMap({ reader.read($0) })
                    else { preconditionFailure("a record in the mailbox is cut off") }
                    let target = Unmanaged<MailboxTarget>.fromOpaque(object).takeRetainedValue()
                    EventLoop.enter((target, bytes)) { $0.receiver?.receive(record: $1) }
                }
            }
            withLock { pool.put(chunk) }
        }
    }
}

// MARK: - Scratch

/// A private writer in which a thread encodes a record before it is appended to the queue. Encoding calls the user's
/// code, which may emit again: the lock is not held meanwhile.
@usableFromInline
package final class Scratch {
    @exclusivity(unchecked) @usableFromInline package var arguments: ArgumentWriter

    init() { arguments = ArgumentWriter(pool: ChunkPool()) }
}

extension Mailbox {
    /// A writer for one record. Give it back with `put`.
    package func takeScratch() -> Scratch {
        let scratch = withLock { scratches.popLast() } ?? Scratch()
        scratch.arguments.bytes.beginFrame()
        return scratch
    }

    /// Call it with the lock held.
    func put(_ scratch: Scratch) {
        let isLarge = scratch.arguments.bytes.frameByteCount > ByteChunk.standardByteCount
        scratch.arguments.bytes.abandonFrame()
        // The memory of one large record is not kept for the small ones that follow.
        if isLarge { scratch.arguments.bytes.removeAll() }
        if scratches.count < Self.spareScratchCountMax { scratches.append(scratch) }
    }
}
