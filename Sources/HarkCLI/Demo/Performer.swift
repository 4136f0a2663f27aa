import Foundation
import Hark

/// A process of a scene: this command again, with other arguments.
@EventLoop
final class Performer {
    let name: String
    private let process = Process()
    private let input = Pipe()
    private let lines: AsyncStream<String>

    init(_ name: String, _ arguments: [String]) throws {
        self.name = name
        let output = Pipe()
        process.executableURL = Bundle.main.executableURL
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        lines = stream
        try process.run()
        Self.read(output.fileHandleForReading, continuation)
    }

    private nonisolated static func read(_ file: FileHandle, _ continuation: AsyncStream<String>.Continuation) {
        Thread.detachNewThread {
            var splitter = LineSplitter()
            let add = { (line: LineSplitter.Line) in
                if case .whole(let bytes) = line { continuation.yield(String(decoding: bytes, as: UTF8.self)) }
            }
            while case let data = file.availableData, !data.isEmpty { splitter.append(Array(data)[...], add) }
            splitter.end(add)
            continuation.finish()
        }
    }

    var processID: Int32 { process.processIdentifier }

    // MARK: Talking

    /// The next line of its output.
    ///
    /// - Throws: `Failure` when there is none.
    func nextLine() async throws -> String {
        var iterator = lines.makeAsyncIterator()
        guard let line = await iterator.next(isolation: EventLoop.shared) else {
            throw Failure(.failure, "the \(name) ended, or time ran out, before it said what was expected")
        }
        return line
    }

    /// The next object of this type in its output. Others are passed over.
    func next(_ type: String) async throws -> Value {
        while true {
            let line = try await nextLine()
            if let value = try? Value(json: Array(line.utf8)), value["type"]?.string == type { return value }
        }
    }

    func emit(_ name: String, _ arguments: Value...) throws {
        try tell(["emit": .string(name), "args": .array(arguments)])
    }

    /// Writes a line of its input.
    func tell(_ line: Value) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    // MARK: Ending

    /// Waits until it has ended.
    func status() async -> Int32 {
        for await _ in lines {}
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Ends it at once, as a crash would.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
