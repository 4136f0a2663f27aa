package import HarkWire

/// Taking back events that the other side has not counted: to make room, or because their time is over.
extension NativeSendBuffer {
    /// Which events go. The newest, in front of which there shall be room, is none of them.
    package enum Removable {
        /// Those that have waited longest, until `byteCount` bytes are free.
        case oldest(byteCount: Int)
        /// Those that have a newer one of the same name, if that frees `byteCount` bytes.
        case superseded(byteCount: Int)
        /// Those with these marks, ascending, the newest perhaps among them.
        case marked([UInt64])
    }

    /// An event to remove: a range of bytes of the chunk at `index`, or of the writer's open one.
    private struct Cut {
        var index: Int
        var range: Range<Int>
        var mark: UInt64
    }

    /// What makes two events have the same name.
    private enum NameKey: Hashable {
        case number(UInt64)
        case text([UInt8])
    }

    /// Events up to here may have arrived, over this connection or an earlier one; the other side can know of no more.
    package var certainMark: UInt64 { max(acknowledgedMark, arrivedMark, sentMark) }

    /// Removes events that were never sent, over no connection. Between frames only.
    ///
    /// - Returns: the marks that they had, ascending; nil when they would not be enough, and then all are still here.
    package mutating func remove(_ removable: Removable, _ writer: inout ByteWriter) -> [UInt64]? {
        collect(from: &writer)
        let cuts =
            switch removable {
            case .oldest(let byteCount): oldest(byteCount, &writer)
            case .superseded(let byteCount): superseded(byteCount, &writer)
            case .marked(let marks): marked(marks, after: certainMark, &writer)
            }
        guard let cuts else { return nil }
        apply(cuts, &writer)
        return cuts.map(\.mark)
    }

    /// Removes events that may have arrived in an earlier session, before anything is sent in the next.
    ///
    /// - Parameter marks: ascending.
    /// - Returns: those of them that there were.
    package mutating func removeArrived(_ marks: [UInt64], _ writer: inout ByteWriter) -> [UInt64] {
        collect(from: &writer)
        let cuts = marked(marks, after: acknowledgedMark, &writer)
        let arrivedCount = cuts.count { $0.mark <= arrivedMark }
        apply(cuts, &writer)
        arrivedMark -= UInt64(arrivedCount)
        return cuts.map(\.mark)
    }

    // MARK: Finding

    /// Calls `body` with the events behind `sent`, until it returns false.
    private func forEach(
        after sent: UInt64, _ writer: inout ByteWriter, _ body: (MarkedFrames.Frame, Cut) -> Bool
    ) {
        var mark = frontMark
        for index in 0...chunks.count {
            let bytes = index < chunks.count ? chunks[index].bytes(from: 0) : writer.openBytes(from: 0)
            let endMark = index < chunks.count ? chunks[index].mark : writer.mark
            defer { mark = endMark }
            guard endMark > sent else { continue }
            var frames = MarkedFrames(bytes, mark)
            while let frame = frames.next() {
                guard frame.isCounted, frame.mark > sent else { continue }
                let range = frame.offset..<frames.skipFlushes()
                guard body(frame, Cut(index: index, range: range, mark: frame.mark)) else { return }
            }
        }
    }

    private func oldest(_ byteCount: Int, _ writer: inout ByteWriter) -> [Cut]? {
        let newest = writer.mark
        var rest = byteCount
        var cuts: [Cut] = []
        forEach(after: certainMark, &writer) { frame, cut in
            guard rest > 0, frame.mark < newest else { return false }
            rest -= cut.range.count
            cuts.append(cut)
            return true
        }
        return rest > 0 ? nil : cuts
    }

    private func superseded(_ byteCount: Int, _ writer: inout ByteWriter) -> [Cut]? {
        var latest: [NameKey: Cut] = [:]
        var cuts: [Cut] = []
        var rest = byteCount
        forEach(after: certainMark, &writer) { frame, cut in
            if let older = latest.updateValue(cut, forKey: Self.name(of: frame.bytes)) {
                rest -= older.range.count
                cuts.append(older)
            }
            return true
        }
        guard rest <= 0 else { return nil }
        cuts.sort { $0.mark < $1.mark }
        return cuts
    }

    private func marked(_ marks: [UInt64], after sent: UInt64, _ writer: inout ByteWriter) -> [Cut] {
        var rest = marks[...]
        var cuts: [Cut] = []
        forEach(after: sent, &writer) { frame, cut in
            while let mark = rest.first, mark < frame.mark { rest.removeFirst() }
            guard let mark = rest.first else { return false }
            if mark == frame.mark { cuts.append(cut) }
            return true
        }
        return cuts
    }

    private static func name(of frame: UnsafeRawBufferPointer) -> NameKey {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: frame[FrameHeader.byteCount...]))
        let number = reader.readLEB128() ?? 0
        guard frame[0] & NativeKind.mask == NativeKind.namedEvent.rawValue else { return .number(number) }
        return .text(reader.read(Int(clamping: number)).map { Array($0) } ?? [])
    }

    // MARK: Removing

    private mutating func apply(_ cuts: [Cut], _ writer: inout ByteWriter) {
        guard let first = cuts.first else { return }
        var touched: [Int] = []
        var start = 0
        for index in first.index..<chunks.count {
            let end = cuts[start...].firstIndex { $0.index > index } ?? cuts.count
            chunks[index].mark -= UInt64(end)
            guard end > start else { continue }
            chunks.makeOwn(index, from: pool)
            let chunk = chunks[index]
            let byteCount = chunk.count
            chunk.remove(cuts[start..<end].lazy.map(\.range))
            chunks.shortened(by: byteCount - chunk.count)
            touched.append(index)
            start = end
        }
        writer.remove(cuts[start...].lazy.map(\.range))
        writer.mark -= UInt64(cuts.count)
        for index in touched.reversed() where index < chunks.count { tidy(index) }
        if writer.openByteCount == 0 { writer.discardOpen() }
        release(&writer)
    }

    /// Chunks that have become small are put together: a queue of few bytes shall not hold much memory.
    private mutating func tidy(_ index: Int) {
        if chunks[index].count == 0 { return pool.put(chunks.remove(at: index)) }
        if index == sendingIndex { return passSentChunk() }
        for first in [index, index - 1] where first > sendingIndex && first + 1 < chunks.count {
            let chunk = chunks[first]
            let next = chunks[first + 1]
            guard chunk.count + next.count <= chunk.capacity else { continue }
            _ = chunks.remove(at: first + 1)
            chunks.shortened(by: -next.count)
            chunk.append(next)
            pool.put(next)
        }
    }
}
