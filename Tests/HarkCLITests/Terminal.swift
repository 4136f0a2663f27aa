import Foundation
import Testing

/// A terminal that nobody sits at.
final class Terminal: Sendable {
    // Linux' TIOCSPTLCK and TIOCGPTN; the functions around them are shown to those who define `_GNU_SOURCE` only.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// What a process takes for its terminal.
    let end: FileHandle
    private let own: FileHandle

    init() throws {
        own = try #require(FileHandle(forUpdatingAtPath: "/dev/ptmx"))
        var lock: Int32 = 0
        var number: UInt32 = 0
        try #require(ioctl(own.fileDescriptor, Self.setLock, &lock) == 0)
        try #require(ioctl(own.fileDescriptor, Self.getNumber, &number) == 0)
        end = try #require(FileHandle(forUpdatingAtPath: "/dev/pts/\(number)"))
    }

    /// Types something.
    func type(_ text: String) throws { try own.write(contentsOf: Data(text.utf8)) }

    /// What is shown, up to this text.
    func read(until text: String) throws -> String {
        var shown = ""
        while !shown.contains(text) {
            let data = own.nextBytes()
            try #require(!data.isEmpty, "only this was shown: \(shown)")
            shown += String(decoding: data, as: UTF8.self)
        }
        return shown
    }
}
