import Foundation
import Hark
import Synchronization
import Testing

/// The command `hark` as another process.
final class Command: Sendable {
    /// 180 s: a process that has not ended by then is killed, and what waits for it fails.
    private static let secondsMax = 180.0

    private let process: Process
    private let input = Pipe()
    private let lines: AsyncStream<String>
    private let errors = Pipe()
    private let reading = DispatchSemaphore(value: 0)

    /// With arguments, or with one line of them.
    ///
    /// - Parameter isRead: whether its output is read from the beginning, or only after `read()`.
    convenience init(_ arguments: String..., isRead: Bool = true) throws {
        let arguments = arguments.count == 1 ? arguments[0].split(separator: " ").map { String($0) } : arguments
        try self.init(arguments: arguments, isRead: isRead)
    }

    /// - Parameters:
    ///   - inputFile: what it reads, instead of what is said here.
    ///   - errors: where its errors go, instead of being kept here.
    ///   - terminal: what it reads and shows things on, instead of being heard and spoken to here.
    ///   - environment: what it finds there besides, or instead of, what all processes find.
    init(
        arguments: [String], isRead: Bool = true, inputFile: String? = nil, errors errorsTerminal: FileHandle? = nil,
        terminal: FileHandle? = nil, environment: [String: String] = [:]
    ) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = try Self.executable.get()
        process.arguments = arguments
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        if let terminal {
            process.standardInput = terminal
        } else if let inputFile {
            process.standardInput = try FileHandle(forReadingFrom: URL(filePath: inputFile))
        } else {
            process.standardInput = input
        }
        if let terminal {
            process.standardOutput = terminal
            try output.fileHandleForWriting.close()
        } else {
            process.standardOutput = output
        }
        if let errorsTerminal { process.standardError = errorsTerminal } else { process.standardError = errors }
        if isRead { reading.signal() }
        lines = AsyncStream { [reading] continuation in
            Thread.detachNewThread {
                reading.wait()
                var rest = Data()
                while case let data = output.fileHandleForReading.nextBytes(), !data.isEmpty {
                    rest += data
                    while let end = rest.firstIndex(of: 0x0A) {
                        continuation.yield(String(decoding: rest[..<end], as: UTF8.self))
                        rest = Data(rest[(end + 1)...])
                    }
                }
                if !rest.isEmpty { continuation.yield(String(decoding: rest, as: UTF8.self)) }
                continuation.finish()
            }
        }
        try process.run()
        self.process = process
        // Not what is kept with it: its pipes are closed as soon as nobody needs them.
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.secondsMax) { [weak process] in
            if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        Self.keep(self)
    }

    // MARK: Life

    /// What the test that runs has started. Optimised code lets go of a command after the last line that names it,
    /// which may be before the process has read what it was told there.
    private static let kept = Mutex<(test: String, commands: [Command])>(("", []))

    /// Keeps a command until another test starts one, or all tests have ended.
    private static func keep(_ command: Command) {
        _ = endsAtExit
        let test = Test.current.map { "\($0.id)" } ?? ""
        // Those of the test before end here, outside of the lock.
        let ended = kept.withLock { kept in
            guard kept.test != test else {
                kept.commands.append(command)
                return [Command]()
            }
            defer { kept = (test, [command]) }
            return kept.commands
        }
        withExtendedLifetime(ended) {}
    }

    private static let endsAtExit: Void = {
        atexit { Command.kept.withLock { $0.commands = [] } }
    }()

    deinit {
        // In order, so that socket files are removed.
        if process.isRunning { kill(process.processIdentifier, SIGTERM) }
    }

    /// Next to the tests, where the package manager builds it.
    static let executable = Result {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path.count > 1 {
            let file = folder.appending(path: "hark")
            if FileManager.default.isExecutableFile(atPath: file.path), !file.hasDirectoryPath { return file }
            folder.deleteLastPathComponent()
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// A path for a socket that no other test uses.
    static func socket() -> String {
        NSTemporaryDirectory() + "hark-\(UInt64.random(in: 0 ... .max)).sock"
    }

    // MARK: Output

    /// Starts to read its output.
    func read() { reading.signal() }

    func nextLine() async throws -> String {
        var iterator = lines.makeAsyncIterator()
        return try #require(await iterator.next(), "the command ended before it said what was expected")
    }

    /// The next line that tells of this; others are passed over.
    func next(_ type: String) async throws -> String {
        while true {
            let line = try await nextLine()
            if line.hasPrefix("{\"type\":\"\(type)\"") { return line }
        }
    }

    /// All lines until it ends.
    func rest() async -> [String] {
        var rest: [String] = []
        for await line in lines { rest.append(line) }
        return rest
    }

    /// The id of the peer that has connected.
    func nextPeer() async throws -> String {
        let line = try await next("connect")
        return try #require(line.split(separator: "\"").dropLast().last.map { String($0) })
    }

    /// Where it listens.
    func nextURL() async throws -> String {
        let line = try await next("listening")
        return try #require(line.split(separator: "\"").dropLast().last.map { String($0) })
    }

    /// What it says next on standard error.
    func nextErrors() async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [errors] in
                let data = errors.fileHandleForReading.nextBytes()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }

    // MARK: Input

    func say(_ line: String) throws { try write(line + "\n") }

    func write(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    func endInput() throws { try input.fileHandleForWriting.close() }

    // MARK: Ending

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Its exit status and what it said on standard error.
    func end() async -> (status: Int32, errors: String) {
        _ = await rest()
        let text = errors.fileHandleForReading.allBytes()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    func status() async -> Int32 { await end().status }
}
