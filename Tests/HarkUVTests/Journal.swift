import HarkUV

/// What happened on the loop, in order, for a test to wait for.
@EventLoop
final class Journal<Entry: Sendable> {
    private(set) var entries: [Entry] = []
    private var read = 0
    private var reader: CheckedContinuation<Entry, Never>?

    func add(_ entry: Entry) {
        entries.append(entry)
        guard let reader else { return }
        self.reader = nil
        read += 1
        reader.resume(returning: entry)
    }

    /// The next entry that was not read yet.
    func next() async -> Entry {
        if read < entries.count {
            read += 1
            return entries[read - 1]
        }
        return await withCheckedContinuation { reader = $0 }
    }

    /// The first `count` entries.
    func first(_ count: Int) async -> [Entry] {
        while read < count { _ = await next() }
        return entries
    }
}
