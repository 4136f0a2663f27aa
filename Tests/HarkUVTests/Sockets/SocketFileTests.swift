import Foundation
import HarkUV
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SocketFileTests {
    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    private static func inode(of path: String) -> ino_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_ino : nil
    }

    /// A socket file as a process leaves it that was killed.
    private static func makeStale(_ path: String) throws {
        let file = try SocketFile.listen(at: path, mode: 0o600)
        file.closeWithoutUnlinking()
    }

    @Test(arguments: [106, 107, 108, 109, 4000])
    func `a path is as long as an address holds, or refused`(byteCount: Int) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(byteCount: byteCount)
        guard byteCount > PipeSocket.pathByteCountMax else {
            let file = try SocketFile.listen(at: path, mode: 0o600)
            #expect(Self.mode(of: path) == 0o600)
            return file.discard()
        }
        #expect(throws: UVError.nameTooLong) { try SocketFile.listen(at: path, mode: 0o600) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.root).isEmpty)
    }

    @Test(arguments: ["", "\0hark", "/tmp/hark\0.sock"])
    func `a path that C would read differently is refused`(path: String) {
        #expect(throws: UVError.invalid) { try SocketFile.listen(at: path, mode: 0o600) }
    }

    @Test func `the file has its mode under any umask, and never a wider one`() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            for (number, mask) in ([0o000, 0o022, 0o077, 0o177, 0o777] as [mode_t]).enumerated() {
                for mode: mode_t in [0o600, 0o660, 0o666, 0o777] {
                    umask(mask)
                    let path = directory.path("\(number)-\(mode)")
                    let file = try SocketFile.listen(at: path, mode: mode)
                    #expect(Self.mode(of: path) == mode)
                    file.discard()
                }
            }
        }
    }

    @Test func `a watcher never sees a wider mode`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        let (ready, done) = (Tally(), Tally())
        let widest = Tally()
        Thread { [path] in
            ready.add()
            while done.count == 0 {
                if let mode = Self.mode(of: path), mode & ~0o600 != 0 { widest.add() }
            }
            ready.add()
        }.start()
        ready.wait()
        for _ in 0..<300 { try SocketFile.listen(at: path, mode: 0o600).discard() }
        done.add()
        ready.wait()
        #expect(widest.count == 0)
    }

    @Test func `a stale file is replaced`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        try Self.makeStale(path)
        let file = try SocketFile.listen(at: path, mode: 0o640)
        #expect(Self.mode(of: path) == 0o640)
        file.discard()
        #expect(Self.mode(of: path) == nil)
    }

    @Test func `a live owner keeps its file`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        let owner = try SocketFile.listen(at: path, mode: 0o600)
        let inode = Self.inode(of: path)
        #expect(throws: UVError.addressInUse) { try SocketFile.listen(at: path, mode: 0o600) }
        #expect(Self.inode(of: path) == inode)
        owner.discard()
    }

    @Test func `an owner that accepts nobody is alive`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        let owner = try SocketFile.listen(at: path, mode: 0o600)
        // More than the backlog holds.
        var waiting: [Int32] = []
        while waiting.count < 2000, let descriptor = try? Descriptors.connecting(to: path) {
            waiting.append(descriptor)
        }
        #expect(waiting.count < 2000)
        #expect(throws: UVError.addressInUse) { try SocketFile.listen(at: path, mode: 0o600) }
        for descriptor in waiting { close(descriptor) }
        owner.discard()
    }

    @Test func `what is not a socket is never touched`() throws {
        let directory = try TemporaryDirectory()
        let live = directory.path("live")
        let owner = try SocketFile.listen(at: live, mode: 0o600)
        try Self.makeStale(directory.path("stale"))
        try "precious".write(toFile: directory.path("file"), atomically: false, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: directory.path("folder"), withIntermediateDirectories: false)
        for (link, target) in [("to-live", live), ("to-stale", directory.path("stale")), ("dangling", "nowhere")] {
            #expect(symlink(target, directory.path(link)) == 0)
        }
        let names = ["file", "folder", "to-live", "to-stale", "dangling"]
        let before = names.map { Self.inode(of: directory.path($0)) }
        for name in names {
            #expect(throws: UVError.notSocket) { try SocketFile.listen(at: directory.path(name), mode: 0o600) }
        }
        #expect(names.map { Self.inode(of: directory.path($0)) } == before)
        #expect(try String(contentsOfFile: directory.path("file"), encoding: .utf8) == "precious")
        owner.discard()
    }

    @Test func `giving up removes our own file, not a successor's`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        let first = try SocketFile.listen(at: path, mode: 0o600)
        #expect(unlink(path) == 0)
        let second = try SocketFile.listen(at: path, mode: 0o600)
        let inode = Self.inode(of: path)
        first.discard()
        #expect(Self.inode(of: path) == inode)
        second.discard()
        #expect(Self.inode(of: path) == nil)
    }

    @Test func `a directory that is missing, or no directory, is an error`() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: UVError.notFound) { try SocketFile.listen(at: directory.path("a/b"), mode: 0o600) }
        try "".write(toFile: directory.path("file"), atomically: false, encoding: .utf8)
        #expect(throws: UVError.self) { try SocketFile.listen(at: directory.path("file/b"), mode: 0o600) }
    }

    @Test func `a path without a directory is one in the current directory`() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            #expect(chdir(directory.root) == 0)
            let file = try SocketFile.listen(at: "socket", mode: 0o600)
            #expect(Self.mode(of: directory.path("socket")) == 0o600)
            file.discard()
        }
    }

    @Test func `a failure leaves no descriptor behind`() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let path = directory.path("socket")
            let owner = try SocketFile.listen(at: path, mode: 0o600)
            func descriptorCount() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
            }
            let before = try descriptorCount()
            for _ in 0..<20 {
                for path in [path, directory.root, directory.path("a/b")] {
                    #expect(throws: UVError.self) { try SocketFile.listen(at: path, mode: 0o600) }
                }
            }
            // The system's own libraries open a few when they are first needed.
            #expect(try descriptorCount() - before < 20)
            owner.discard()
        }
    }
}
