import Hark

/// A connection to the admin console of a running process, in its JSON Lines mode: one question at a time.
@EventLoop
final class ConsoleConnection: ConnectionReceiver {
    /// Hears sentences that are no answers.
    var tell: @EventLoop (String) -> Void = { StandardError.write("hark: \($0)") }

    private let endpoint: Endpoint
    private let patience: Duration
    private var connection: (any Connection)?
    private var splitter = LineSplitter()
    private var outgoing = ByteWriter(pool: ChunkPool())
    private var isWriting = false
    private var question: (id: Value, continuation: CheckedContinuation<Result<Value, Failure>, Never>)?
    /// Why there is no connection any more.
    private var ending: Failure?

    /// - Parameter patience: for the connection, and again for each answer.
    init(_ endpoint: Endpoint, patience: Duration) {
        self.endpoint = endpoint
        self.patience = patience
    }

    /// - Throws: `Failure` when there is no connection in time.
    func connect() async throws(Failure) {
        let outcome = Outcome()
        let attempt = Environment.live.transport.dial(endpoint) { [weak self] result in
            switch result {
            case .failure(let error): outcome.settle(Failure(connecting: error))
            case .success(let connection):
                guard let self, !outcome.isSettled else { return connection.close() }
                self.connection = connection
                connection.receiver = self
                connection.startReading()
                outcome.settle(nil)
            }
        }
        let timer = timer { outcome.settle(Failure(.timeout, "no connection to \(self.endpoint) within \($0)")) }
        let failure = await outcome.value()
        timer.cancel()
        if let failure {
            attempt.cancel()
            throw failure
        }
    }

    /// Asks, and waits for the answer: an object with `ok`, `result` or `error`, and the id of the request.
    ///
    /// - Throws: `Failure` when there is none.
    func ask(_ request: ConsoleRequest) async throws(Failure) -> Value {
        if let ending { throw ending }
        precondition(question == nil, "one question at a time")
        let timer = timer { self.settle(.failure(Failure(.timeout, "no answer from \(self.endpoint) within \($0)"))) }
        let result = await withCheckedContinuation { continuation in
            question = (request.id, continuation)
            outgoing.append(Array("\(request.line)\n".utf8).span.bytes)
            write()
        }
        timer.cancel()
        return try result.get()
    }

    func close() {
        connection?.close()
        connection = nil
    }

    private func timer(_ action: @escaping @EventLoop (Duration) -> Void) -> LoopTimer {
        let timer = LoopTimer { [patience] in action(patience) }
        timer.schedule(at: TimerHeap.now + UInt64(patience / .milliseconds(1)))
        return timer
    }

    private func settle(_ result: Result<Value, Failure>) {
        let continuation = question?.continuation
        question = nil
        continuation?.resume(returning: result)
    }

    private func end(_ reason: String) {
        let failure = ending ?? Failure(.connection, "the connection to \(endpoint) is lost: \(reason)")
        ending = failure
        close()
        settle(.failure(failure))
    }

    private func write() {
        guard !isWriting, let connection else { return }
        outgoing.seal()
        guard let chunk = outgoing.takeChunk() else { return }
        isWriting = true
        do throws(HarkError) {
            try connection.write(chunk, from: 0)
        } catch {
            end(error.message)
        }
    }

    // MARK: ConnectionReceiver

    func received(_ bytes: RawSpan) {
        let block = bytes.withUnsafeBytes { Array($0) }
        splitter.append(block[...]) { take($0) }
    }

    func readEnded(_ error: HarkError?) { end(error?.message ?? "the process has ended it") }

    func wrote(_ error: HarkError?) {
        isWriting = false
        if let error { end(error.message) } else { write() }
    }

    private func take(_ line: LineSplitter.Line) {
        switch line {
        case .tooLong:
            settle(.failure(Failure(.failure, "the answer is longer than \(LineSplitter.byteCountMax) bytes")))
        case .whole(let bytes):
            // A console that is used to people may have put its prompt ahead.
            let answer = try? Value(json: bytes.drop { $0 != UInt8(ascii: "{") })
            guard let answer, answer["ok"]?.bool != nil else {
                let text = String(decoding: bytes, as: UTF8.self).trimmingPrefix { $0.isWhitespace }
                if !text.isEmpty { tell("\(endpoint) says: \(Value.string(String(text)))") }
                return
            }
            let id = answer["id"] ?? .null
            if let question, id == question.id {
                settle(.success(answer))
            } else if id.isNull, answer["ok"]?.bool == false {
                // Not about a question: whoever is refused is told before anything is asked.
                end(answer["error"]?.string ?? "it was refused")
            }
        }
    }
}
