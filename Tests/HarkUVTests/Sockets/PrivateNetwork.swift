#if os(Linux)
    import Foundation
    import HarkUV

    /// A network of the calling thread's own, with one interface that comes and goes. It ends with the process, and the
    /// machine's is not touched.
    struct PrivateNetwork {
        static let interface = "hark0"
        static let address = "10.72.75.1"

        private static let command = ["/sbin/ip", "/usr/sbin/ip", "/bin/ip", "/usr/bin/ip"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }

        /// Whether this process may make one. Tried out on a thread that does nothing else.
        static let isPossible: Bool = {
            guard command != nil else { return false }
            let tally = Tally()
            nonisolated(unsafe) var isDone = false
            Thread.detachNewThread {
                isDone = (try? PrivateNetwork().add(mtu: 1_500)) != nil
                tally.add()
            }
            tally.wait()
            return isDone
        }()

        struct Refusal: Error {
            let arguments: [String]
        }

        /// The calling thread leaves the machine's network for good.
        init() throws {
            // In <sched.h>, which Swift does not import in full.
            let newNetwork: Int32 = 0x4000_0000
            guard let symbol = dlsym(nil, "unshare") else { throw Refusal(arguments: []) }
            let unshare = unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
            try UVError.check(unshare(newNetwork))
        }

        func add(mtu: Int) throws {
            // Two ends of a cable, and nobody at the other one.
            try ip("link", "add", Self.interface, "mtu", "\(mtu)", "type", "veth", "peer", "name", "hark1")
            try ip("address", "add", "\(Self.address)/24", "dev", Self.interface)
            try ip("link", "set", "hark1", "up")
            try set("up")
        }

        func remove() throws { try ip("link", "delete", Self.interface) }

        /// `up` or `down`. Returns when it is known everywhere, which takes the kernel a moment.
        func set(_ state: String) throws {
            try ip("link", "set", Self.interface, state)
            let end = TimerHeap.now + 10_000
            while try NetworkInterface.all().contains(where: { $0.name == Self.interface }) != (state == "up") {
                guard TimerHeap.now < end else { throw Refusal(arguments: [state]) }
                sched_yield()
            }
        }

        private func ip(_ arguments: String...) throws {
            guard let command = Self.command else { throw Refusal(arguments: arguments) }
            // A process inherits the network of the thread that starts it, so it is started right here.
            var process = pid_t()
            var words: [UnsafeMutablePointer<CChar>?] = ([command] + arguments).map { strdup($0) }
            words.append(nil)
            defer { for word in words { free(word) } }
            guard posix_spawn(&process, command, nil, nil, words, environ) == 0 else {
                throw Refusal(arguments: arguments)
            }
            var status: Int32 = 0
            guard waitpid(process, &status, 0) == process, status == 0 else { throw Refusal(arguments: arguments) }
        }
    }
#endif
