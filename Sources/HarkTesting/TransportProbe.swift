internal import Hark

/// One end of a connection under test: it sends like a link and notes all that it is called with.
@EventLoop
final class TransportProbe: ConnectionReceiver {
    let connection: any Connection
    private(set) var bytes: [UInt8] = []
    private(set) var failures: [HarkError] = []
    private(set) var endCount = 0
    private(set) var writes = 0
    private(set) var wrote = 0
    private(set) var wasCalledWithin = false
    private(set) var tookDuringWrite = false

    private var unsent: ArraySlice<UInt8> = []
    private let pool = ChunkPool()
    private var piece = 0
    private var isWriting = false
    private var isWithin = false

    init(_ connection: any Connection) {
        self.connection = connection
        connection.receiver = self
        within { connection.startReading() }
    }

    /// Whether everything has been taken.
    var isIdle: Bool { unsent.isEmpty && !isWriting }

    /// Sends `load` in pieces of `piece` bytes, each at once as far as it goes and then as a chunk.
    func send(_ load: [UInt8], piece: Int) {
        self.piece = piece
        unsent = load[...]
        proceed()
    }

    private func proceed() {
        let nothing: [UInt8] = []
        while !unsent.isEmpty, !isWriting {
            let next = Array(unsent.prefix(piece))
            unsent = unsent.dropFirst(piece)
            let middle = next.count / 3
            let head = Array(next[..<middle])
            let body = Array(next[middle...])
            do {
                let taken = try withinThrowing { () throws(HarkError) -> Int in
                    try connection.tryWrite(head.span.bytes, body.span.bytes)
                }
                guard taken < next.count else { continue }
                isWriting = true
                writes += 1
                var writer = ByteWriter(pool: pool)
                writer.append(next.span.bytes)
                writer.seal()
                guard let chunk = writer.takeChunk() else { return }
                try withinThrowing { () throws(HarkError) in try connection.write(chunk, from: taken) }
                if try connection.tryWrite(next.span.bytes, nothing.span.bytes) > 0 { tookDuringWrite = true }
            } catch {
                failures.append(error)
                unsent = []
                return
            }
        }
    }

    private func within(_ call: () -> Void) {
        isWithin = true
        call()
        isWithin = false
    }

    private func withinThrowing<Result>(_ call: () throws(HarkError) -> Result) throws(HarkError) -> Result {
        isWithin = true
        defer { isWithin = false }
        return try call()
    }

    private func note() { if isWithin { wasCalledWithin = true } }

    // MARK: ConnectionReceiver

    func received(_ bytes: RawSpan) {
        note()
        bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
    }

    func readEnded(_ error: HarkError?) {
        note()
        endCount += 1
        if let error { failures.append(error) }
    }

    func wrote(_ error: HarkError?) {
        note()
        wrote += 1
        isWriting = false
        if let error { failures.append(error) }
        proceed()
    }
}
