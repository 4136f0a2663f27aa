/// Chunks waiting to be sent, oldest first.
@usableFromInline
package struct ChunkQueue {
    /// Those before `head` have left. A place that is empty costs no counting of references when a chunk leaves it.
    @usableFromInline var chunks: [ByteChunk?] = []
    @usableFromInline var head = 0
    /// The bytes in all of them.
    @usableFromInline package internal(set) var byteCount = 0

    @usableFromInline package init() {}

    @inlinable package var isEmpty: Bool { head == chunks.count }

    package var first: ByteChunk? { isEmpty ? nil : chunks[head] }

    package var count: Int { chunks.count - head }

    /// The chunk at `index`, counted from the oldest.
    package subscript(index: Int) -> ByteChunk {
        guard let chunk = chunks[head + index] else { preconditionFailure("a chunk that has left is asked for") }
        return chunk
    }

    /// The mark of the oldest chunk.
    package var firstMark: UInt64? { isEmpty ? nil : chunks[head]?.mark }

    package mutating func append(_ chunk: consuming ByteChunk) {
        byteCount += chunk.count
        chunks.append(chunk)
    }

    /// Puts a chunk in front of the one at `index`, counted from the oldest.
    package mutating func insert(_ chunk: ByteChunk, at index: Int) {
        chunks.insert(chunk, at: head + index)
        byteCount += chunk.count
    }

    /// Takes out the chunk at `index`, counted from the oldest.
    package mutating func remove(at index: Int) -> ByteChunk {
        let chunk = self[index]
        chunks.remove(at: head + index)
        byteCount -= chunk.count
        if isEmpty {
            chunks.removeAll(keepingCapacity: true)
            head = 0
        }
        return chunk
    }

    /// A chunk that is here has so many bytes less than before.
    package mutating func shortened(by count: Int) { byteCount -= count }

    /// Gives the chunk at `index`, counted from the oldest, memory of its own, so that it can be changed.
    package mutating func makeOwn(_ index: Int, from pool: ChunkPool) {
        let chunk = self[index]
        guard chunk.isView else { return }
        let copy = pool.take(byteCount: chunk.count)
        copy.base.copyMemory(from: chunk.base, byteCount: chunk.count)
        copy.count = chunk.count
        copy.mark = chunk.mark
        chunks[head + index] = copy
        pool.put(chunk)
    }

    package mutating func popFirst() -> ByteChunk? {
        guard head < chunks.count, let chunk = chunks[head].take() else { return nil }
        head += 1
        byteCount -= chunk.count
        if head == chunks.count {
            chunks.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 32, head * 2 >= chunks.count {
            chunks.removeFirst(head)
            head = 0
        }
        return chunk
    }
}
