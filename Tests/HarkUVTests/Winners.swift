import HarkUV
import Synchronization

/// Socket files that threads have won in a race.
final class Winners: Sendable {
    private let mutex = Mutex<[SocketFile]>([])

    var files: [SocketFile] { mutex.withLock { $0 } }

    func add(_ file: SocketFile) { mutex.withLock { $0.append(file) } }
}
