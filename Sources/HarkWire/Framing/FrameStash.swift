/// Holds the beginning of a frame until the rest has arrived.
///
/// Frames that arrive whole never pass through here: they are decoded where they were read. Memory grows with the
/// bytes that have arrived, not with the length that a header claims.
package struct FrameStash: ~Copyable {
    private let pool: ChunkPool
    private let byteCountMax: Int
    private var chunk: ByteChunk?

    /// - Parameter byteCountMax: what grows to make room for more does not grow beyond that, unless it has to.
    package init(pool: ChunkPool, byteCountMax: Int = .max) {
        self.pool = pool
        self.byteCountMax = byteCountMax
    }

    package var byteCount: Int { chunk?.count ?? 0 }
    package var isEmpty: Bool { chunk == nil }

    /// What is stashed; valid until the next change.
    package var bytes: UnsafeRawBufferPointer {
        chunk?.bytes(from: 0) ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Moves bytes from the front of `input` here until `byteCount` are stashed or `input` is used up.
    ///
    /// - Returns: whether `byteCount` bytes are stashed.
    package mutating func fill(from input: inout UnsafeRawBufferPointer, to byteCount: Int) -> Bool {
        let count = min(byteCount - self.byteCount, input.count)
        if count > 0, let start = input.baseAddress {
            let chunk = reserve(self.byteCount + count)
            (chunk.base + chunk.count).copyMemory(from: start, byteCount: count)
            chunk.count += count
            input = UnsafeRawBufferPointer(rebasing: input[count...])
        }
        return self.byteCount >= byteCount
    }

    /// Hands the stashed bytes over, to be given back with `recycle`.
    package mutating func take() -> ByteChunk? {
        defer { chunk = nil }
        return chunk
    }

    package func recycle(_ chunk: ByteChunk) { pool.put(chunk) }

    package mutating func removeAll() {
        if let chunk = take() { pool.put(chunk) }
    }

    private mutating func reserve(_ byteCount: Int) -> ByteChunk {
        if let chunk, chunk.capacity >= byteCount { return chunk }
        let wanted = chunk == nil ? byteCount : max(byteCount, min(byteCount * 2, byteCountMax))
        let larger = pool.take(byteCount: wanted)
        if let chunk {
            larger.base.copyMemory(from: chunk.base, byteCount: chunk.count)
            larger.count = chunk.count
            pool.put(chunk)
        }
        chunk = larger
        return larger
    }
}
