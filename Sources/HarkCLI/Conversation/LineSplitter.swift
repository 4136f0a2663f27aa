/// Cuts bytes into lines. The last one needs no newline.
struct LineSplitter {
    enum Line {
        case whole(ArraySlice<UInt8>)
        case tooLong
    }

    /// 1 MiB: the longest event that the other side accepts by default.
    static let byteCountMax = 1 << 20

    /// The beginning of a line that has not ended yet.
    private var begun: [UInt8] = []
    /// The line is too long already; the rest of it is passed over.
    private var isSkipping = false

    /// Calls `body` for each line that ends in `bytes`.
    mutating func append(_ bytes: ArraySlice<UInt8>, _ body: (Line) -> Void) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            finish(with: rest[..<end], body)
            rest = rest[(end + 1)...]
        }
        guard !isSkipping else { return }
        if begun.count + rest.count > Self.byteCountMax {
            begun = []
            isSkipping = true
        } else {
            begun.append(contentsOf: rest)
        }
    }

    /// There is no more.
    mutating func end(_ body: (Line) -> Void) {
        if isSkipping || !begun.isEmpty { finish(with: [], body) }
    }

    private mutating func finish(with tail: ArraySlice<UInt8>, _ body: (Line) -> Void) {
        defer {
            begun.removeAll(keepingCapacity: true)
            isSkipping = false
        }
        if isSkipping || begun.count + tail.count > Self.byteCountMax { return body(.tooLong) }
        body(.whole(begun.isEmpty ? tail : begun[...] + tail))
    }
}
