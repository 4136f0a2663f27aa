import Foundation
import Hark

/// Standard input as instructions, read by a thread of its own that waits while they are being carried out.
///
/// It is never more than one block ahead: what is not read stays with whoever writes it.
enum Input: Sendable {
    case instruction(Instruction, line: Int)
    case refused(String, line: Int)
    case ended

    /// 64 KiB: as much as a pipe holds.
    private static let blockByteCount = 64 * 1024

    /// How much there is to read, where that can be known: standard input is a file.
    static var fileByteCount: Int? {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return max(0, Int(status.st_size) - max(0, Int(lseek(STDIN_FILENO, 0, SEEK_CUR))))
    }

    /// Starts to read. `consume` is called with a block of lines and how many bytes were read for it, and not again
    /// before it has returned.
    static func read(_ consume: @escaping @EventLoop @Sendable ([Input], Int) async -> Void) {
        Thread.detachNewThread {
            let isConsumed = DispatchSemaphore(value: 1)
            var splitter = LineSplitter()
            var number = 0
            var block = [UInt8](repeating: 0, count: blockByteCount)
            var isEnded = false
            var byteCount = 0
            while !isEnded {
                let count = readBlock(&block)
                var lines: [Input] = []
                let add = { (line: LineSplitter.Line) in
                    number += 1
                    if let input = Input(line, number) { lines.append(input) }
                }
                byteCount += count
                if count > 0 {
                    splitter.append(block[..<count], add)
                } else {
                    splitter.end(add)
                    lines.append(.ended)
                    isEnded = true
                }
                guard !lines.isEmpty else { continue }
                isConsumed.wait()
                Task { @EventLoop [lines, byteCount] in
                    await consume(lines, byteCount)
                    isConsumed.signal()
                }
                byteCount = 0
            }
        }
    }

    /// Nil for a blank line.
    private init?(_ line: LineSplitter.Line, _ number: Int) {
        switch line {
        case .tooLong:
            self = .refused("the line is longer than \(LineSplitter.byteCountMax) bytes", line: number)
        case .whole(let bytes):
            guard bytes.contains(where: { $0 > 0x20 }) else { return nil }
            do throws(Instruction.Refusal) {
                self = .instruction(try Instruction(line: bytes), line: number)
            } catch {
                self = .refused(error.reason, line: number)
            }
        }
    }

    /// - Returns: 0 at the end, also when reading fails: nothing more will come.
    private static func readBlock(_ block: inout [UInt8]) -> Int {
        while true {
            let count = block.withUnsafeMutableBytes { Foundation.read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var more = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                poll(&more, 1, -1)
            default: return 0
            }
        }
    }
}
