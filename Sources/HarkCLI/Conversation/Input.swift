import Foundation
import Hark

/// A line of standard input as what it asks for.
enum Input: Sendable {
    case instruction(Instruction, line: Int)
    case refused(String, line: Int)
    case ended

    /// How much there is to read, where that can be known: standard input is a file.
    static var fileByteCount: Int? {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return max(0, Int(status.st_size) - max(0, Int(lseek(STDIN_FILENO, 0, SEEK_CUR))))
    }

    /// Starts to read. `consume` is called with a block of lines and how many bytes were read for it, and not again
    /// before it has returned.
    static func read(_ consume: @escaping @EventLoop @Sendable ([Input], Int) async -> Void) {
        StandardInput.read(of: Input.init, end: .ended, consume: consume)
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
}
