/// Writers for those who have something to write only now and then.
///
/// Belongs to one thread; not `Sendable`.
@usableFromInline
package final class WriterPool {
    /// A writer that is borrowed.
    @usableFromInline
    package final class Borrowed {
        /// Through an accessor: other modules would check each access at run time.
        @inlinable package var writer: ByteWriter {
            _read { yield storage }
            _modify { yield &storage }
        }

        @exclusivity(unchecked) @usableFromInline var storage: ByteWriter

        fileprivate init(_ pool: ChunkPool) { storage = ByteWriter(pool: pool) }
    }

    /// 128 writers: as many as are in use in a busy turn, about. More are freed.
    private static let spareCountMax = 128

    private let chunks: ChunkPool
    @exclusivity(unchecked) private var spare: [Borrowed] = []

    /// - Parameter chunks: where the writers take their memory from.
    package init(_ chunks: ChunkPool) { self.chunks = chunks }

    /// An empty writer.
    package func borrow() -> Borrowed { spare.popLast() ?? Borrowed(chunks) }

    /// Takes a writer back, which is empty.
    package func giveBack(_ borrowed: Borrowed) {
        if spare.count < Self.spareCountMax { spare.append(borrowed) }
    }
}
