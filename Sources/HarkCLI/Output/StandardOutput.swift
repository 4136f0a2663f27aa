import Foundation

/// Standard output as bytes. Waits while its reader is slower; `Output` has a thread that does.
enum StandardOutput {
    /// - Returns: false when nobody reads any more.
    static func write(_ block: [UInt8]) -> Bool {
        var rest = block[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // A terminal or pipe that somebody else has made non-blocking.
                var room = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
