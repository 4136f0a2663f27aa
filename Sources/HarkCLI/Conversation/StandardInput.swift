import Foundation
import Hark

/// Standard input as lines, read by a thread of its own that waits while they are being carried out.
///
/// It is never more than one block ahead: what is not read stays with whoever writes it.
enum StandardInput {
    /// 64 KiB: as much as a pipe holds.
    private static let blockByteCount = 64 * 1024

    /// Starts to read.
    ///
    /// - Parameters:
    ///   - element: what a line means, and its number from 1; nil for a line that means nothing.
    ///   - end: what its end means.
    ///   - consume: called with what a block of lines means and how many bytes were read for it, and not again before
    ///     it has returned.
    static func read<Element: Sendable>(
        of element: @escaping @Sendable (LineSplitter.Line, Int) -> Element?, end: Element,
        consume: @escaping @EventLoop @Sendable ([Element], Int) async -> Void
    ) {
        Thread.detachNewThread {
            let isConsumed = DispatchSemaphore(value: 1)
            var splitter = LineSplitter()
            var number = 0
            var block = [UInt8](repeating: 0, count: blockByteCount)
            var isEnded = false
            var byteCount = 0
            while !isEnded {
                let count = readBlock(&block)
                var elements: [Element] = []
                let add = { (line: LineSplitter.Line) in
                    number += 1
                    if let element = element(line, number) { elements.append(element) }
                }
                byteCount += count
                if count > 0 {
                    splitter.append(block[..<count], add)
                } else {
                    splitter.end(add)
                    elements.append(end)
                    isEnded = true
                }
                guard !elements.isEmpty else { continue }
                isConsumed.wait()
                Task { @EventLoop [elements, byteCount] in
                    await consume(elements, byteCount)
                    isConsumed.signal()
                }
                byteCount = 0
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
