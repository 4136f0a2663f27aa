import Foundation
import HarkUV
import Testing

/// Permissions bind everybody but the superuser, so these give that up first.
@Suite(.timeLimit(.minutes(2)))
struct DirectoryLockTests {
    private static func dropPrivileges(in directory: borrowing TemporaryDirectory) {
        guard geteuid() == 0 else { return }
        // Nobody, by convention.
        chown(directory.root, 65534, 65534)
        setegid(65534)
        seteuid(65534)
    }

    @Test func `a directory that cannot be written is an error`() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            Self.dropPrivileges(in: directory)
            chmod(directory.root, 0o500)
            #expect(throws: UVError.permissionDenied) {
                try SocketFile.listen(at: directory.path("socket"), mode: 0o600)
            }
        }
    }

    @Test func `where the lock cannot be had a free name is taken, and a stale one left alone`() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            Self.dropPrivileges(in: directory)
            // Names can be used and made, but not listed.
            chmod(directory.root, 0o300)
            let path = directory.path("socket")
            let file = try SocketFile.listen(at: path, mode: 0o600)
            #expect(throws: UVError.addressInUse) { try SocketFile.listen(at: path, mode: 0o600) }
            file.closeWithoutUnlinking()
            #expect(throws: UVError.permissionDenied) { try SocketFile.listen(at: path, mode: 0o600) }
            #expect(access(path, F_OK) == 0)
        }
    }

    @Test func `somebody who keeps the lock for ever cannot block us`() throws {
        let directory = try TemporaryDirectory()
        let descriptor = open(directory.root, O_RDONLY)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX) == 0)
        #expect(throws: UVError.timedOut) { try SocketFile.listen(at: directory.path("socket"), mode: 0o600) }
        #expect(flock(descriptor, LOCK_UN) == 0)
        try SocketFile.listen(at: directory.path("socket"), mode: 0o600).discard()
    }

    // MARK: Racing

    /// Starters in all, racing for one name: threads of several processes, since the lock excludes both.
    private static let starterCount = Sweep.size(quick: 48, full: 1000, soak: 4000)
    private static let processCount = 4

    @Test func `Sweep: of many starters at once exactly one owns the name`() async throws {
        let directory = try TemporaryDirectory()
        let root = directory.root
        for isStale in [false, true] {
            let path = "\(root)/\(isStale ? "stale" : "free")"
            if isStale { try SocketFile.listen(at: path, mode: 0o600).closeWithoutUnlinking() }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<Self.processCount {
                    group.addTask {
                        await #expect(processExitsWith: .success) { [path = path as String] in
                            try await Self.race(for: path)
                        }
                    }
                }
            }
            #expect(try Self.byteCount(of: path + ".owners") == 1)
        }
    }

    private static func race(for path: String) async throws {
        try await meet(at: path + ".start")
        let done = Tally()
        let threadCount = starterCount / processCount
        let won = Winners()
        for _ in 0..<threadCount {
            Thread {
                if let file = try? SocketFile.listen(at: path, mode: 0o600) { won.add(file) }
                done.add()
            }.start()
        }
        done.wait(for: threadCount)
        for _ in won.files { try append(to: path + ".owners") }
        try await meet(at: path + ".end")
        // The owner's name leads to a live socket still.
        do {
            close(try Descriptors.connecting(to: path))
        } catch let error as UVError where error == .wouldBlock {
            // Alive, and its backlog is full of those who have asked whether it is.
        }
        try await meet(at: path + ".leave")
        for file in won.files { file.discard() }
    }

    /// Returns when all processes have called it.
    private static func meet(at path: String) async throws {
        try append(to: path)
        while try byteCount(of: path) < processCount { await LoopTurns.pause(milliseconds: 1) }
    }

    private static func append(to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        try UVError.check(Int32(write(descriptor, "x", 1)))
        close(descriptor)
    }

    private static func byteCount(of path: String) throws -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
