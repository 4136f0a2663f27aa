import HarkProtocol
import HarkUV
import HarkWire
import Logging

/// Joins a connection, what is said over it and the target. One command after the other: what comes meanwhile waits in
/// the socket.
@EventLoop
final class ConsoleConnection: ConnectionReceiver {
    private unowned let console: Console
    private let connection: any Connection
    private let who: PeerInfo
    private var conversation: ConsoleConversation
    /// What was read and not looked at yet: what one read brings, and no more.
    private var waiting: ArraySlice<UInt8> = []
    private var running: Task<Void, Never>?
    private var output = ByteWriter(pool: EventLoop.current.pool)
    /// What the connection is sending, and from where.
    private var inFlight: (chunk: ByteChunk, from: Int)?
    private var greeting: (any EventTimer)?
    /// Nothing more is said.
    private var isEnding = false
    private var isClosed = false

    init(_ connection: any Connection, of console: Console) {
        self.console = console
        self.connection = connection
        who = connection.peerInfo
        conversation = ConsoleConversation(name: console.target.consoleName, object: console.target.consoleObject)
    }

    func start() {
        connection.receiver = self
        connection.startReading()
        greeting = console.clock.timer { [weak self] in self?.greet() }
        greeting?.schedule(at: console.clock.now + Console.silenceMax)
    }

    /// Ends it now. What has not left is dropped.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        greeting?.cancel()
        running?.cancel()
        connection.close()
        inFlight = nil
        output.removeAll()
        console.ended(self, who)
    }

    // MARK: Commands

    private func greet() {
        say(conversation.greet())
    }

    /// Does what was read, up to a command that takes its time.
    private func proceed() {
        while !isClosed, running == nil, !isEnding, let step = conversation.next(&waiting) {
            switch step {
            case .say(let text): say(text)
            case .run(let command): run(command)
            case .end: isEnding = true
            }
        }
        if !isClosed { flush() }
    }

    private func run(_ command: ConsoleCommand) {
        connection.stopReading()
        let target = console.target
        running = EventLoop.task { [weak self] in
            let result: Result<ConsoleAnswer, ConsoleError>
            do {
                result = .success(try await target.carryOut(command))
            } catch { result = .failure(ConsoleError(error)) }
            self?.answer(result)
        }
    }

    private func answer(_ result: Result<ConsoleAnswer, ConsoleError>) {
        guard !isClosed else { return }
        running = nil
        say(conversation.answer(result, byteCountMax: Console.queueByteCountMax))
        proceed()
        if !isClosed, running == nil, !isEnding { connection.startReading() }
    }

    // MARK: Sending

    private func say(_ text: String) {
        guard !isClosed, !text.isEmpty else { return }
        let queued = output.byteCount + (inFlight.map { $0.chunk.count - $0.from } ?? 0)
        if queued + text.utf8.count > Console.queueByteCountMax {
            console.logger.info("console disconnected: it does not read", metadata: ["queued": "\(queued)"])
            return close()
        }
        output.beginFrame()
        output.append(utf8: text)
        flush()
    }

    private func flush() {
        do throws(HarkError) {
            while inFlight == nil, !output.isEmpty {
                let bytes = output.firstBytes()
                let taken = try connection.tryWrite(bytes.bytes, RawSpan())
                guard taken < bytes.count else {
                    output.dropFirst()
                    continue
                }
                guard let chunk = output.takeChunk() else { break }
                inFlight = (chunk, taken)
                try connection.write(chunk, from: taken)
            }
        } catch { return close() }
        if isEnding, inFlight == nil { linger() }
    }

    /// Everything was said. The other side reads it before the connection is closed.
    private func linger() {
        isClosed = true
        greeting?.cancel()
        _ = LingeringConnection(connection, clock: console.clock)
        connection.startReading()
        console.ended(self, who)
    }

    // MARK: ConnectionReceiver

    func received(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { waiting.append(contentsOf: $0) }
        proceed()
    }

    func readEnded(_ error: HarkError?) {
        guard error == nil else { return close() }
        conversation.inputEnded()
        proceed()
    }

    func wrote(_ error: HarkError?) {
        guard error == nil else { return close() }
        if let inFlight { output.recycle(inFlight.chunk) }
        inFlight = nil
        flush()
    }
}
