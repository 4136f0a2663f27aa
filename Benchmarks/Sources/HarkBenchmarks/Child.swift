internal import Foundation

/// A process that was started here, whose output is read line by line.
final class Child {
    private let process = Process()
    private let pipe = Pipe()
    private var unread = Data()

    /// - Throws: when the program cannot be started.
    init(_ program: URL, _ arguments: [String]) throws {
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        try process.run()
        // Otherwise the end of the output would never be seen.
        try pipe.fileHandleForWriting.close()
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// Ends it, whatever it does.
    func end() {
        process.terminate()
        process.waitUntilExit()
    }

    /// The next line of its output. Waits for it.
    /// - Throws: `ChildError.ended` when there is none.
    func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread = Data(unread[unread.index(after: end)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else {
                process.waitUntilExit()
                throw ChildError.ended(arguments: process.arguments ?? [], status: process.terminationStatus)
            }
            unread += more
        }
    }

    /// All that is left of its output, when it has ended.
    /// - Throws: `ChildError.ended` when it failed.
    func output() throws -> String {
        var text = unread
        while case let more = pipe.fileHandleForReading.availableData, !more.isEmpty { text += more }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ChildError.ended(arguments: process.arguments ?? [], status: process.terminationStatus)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
