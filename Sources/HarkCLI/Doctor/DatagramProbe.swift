import Foundation

/// An IPv4 datagram socket of the system, used without the library: what fails here, the machine does.
struct DatagramProbe: ~Copyable {
    /// A system call that failed.
    struct Refusal: Error {
        let step: String
        let code: Int32

        var reason: String { "\(step): \(String(cString: strerror(code)))" }
    }

    /// An address, first byte on top.
    typealias Address = UInt32
    static let loopback: Address = 0x7F00_0001

    // `linux/in.h`; Swift does not see it.
    private static let receivesForeignGroups: Int32 = 49

    private let number: Int32

    /// Binds a socket to all addresses, on a port of the system's choice.
    init() throws(Refusal) {
        #if canImport(Darwin)
            number = socket(AF_INET, SOCK_DGRAM, 0)
        #else
            number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        #endif
        guard number >= 0 else { throw Refusal(step: "making a socket", code: errno) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        var address = Self.address(0, 0)
        let status = withUnsafePointer(to: &address) { [number] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, Self.addressByteCount) }
        }
        guard status == 0 else {
            let code = errno
            close(number)
            throw Refusal(step: "binding a socket", code: code)
        }
    }

    deinit { close(number) }

    /// The port it is bound to.
    var port: UInt16 {
        var address = sockaddr_in()
        var byteCount = Self.addressByteCount
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(number, $0, &byteCount) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    // MARK: Settings

    /// Sets an option.
    func set(_ level: Int32, _ option: Int32, to value: some BitwiseCopyable, _ step: String) throws(Refusal) {
        var value = value
        let status = setsockopt(number, level, option, &value, socklen_t(MemoryLayout.size(ofValue: value)))
        guard status == 0 else { throw Refusal(step: step, code: errno) }
    }

    /// What an option is set to.
    func get(_ level: Int32, _ option: Int32) -> Int32? {
        var value: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(number, level, option, &value, &byteCount) == 0 ? value : nil
    }

    /// Receives what is sent to a group through an interface; 0 leaves it to the system which.
    func join(_ group: Address, on interface: UInt32) throws(Refusal) {
        #if os(Linux)
            // Otherwise what others on this machine have joined would be received as well.
            try? set(Int32(IPPROTO_IP), Self.receivesForeignGroups, to: Int32(0), "")
        #endif
        try set(Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, to: Self.request(group, interface), "joining the group")
    }

    /// Sends to groups through an interface; 0 leaves it to the system which. Nothing leaves the machine: a hop count
    /// of 0 gets no further.
    func sendWithin(_ interface: UInt32) throws(Refusal) {
        try set(Int32(IPPROTO_IP), IP_MULTICAST_TTL, to: UInt8(0), "limiting the hop count")
        try set(Int32(IPPROTO_IP), IP_MULTICAST_LOOP, to: UInt8(1), "looping back")
        guard interface > 0 else { return }
        try set(Int32(IPPROTO_IP), IP_MULTICAST_IF, to: Self.request(0, interface), "choosing the interface")
    }

    private static func request(_ group: Address, _ interface: UInt32) -> ip_mreqn {
        var request = ip_mreqn()
        request.imr_multiaddr.s_addr = group.bigEndian
        request.imr_ifindex = Int32(bitPattern: interface)
        return request
    }

    // MARK: Interfaces

    // `linux/sockios.h`; Swift does not see it.
    private static let askFlags: UInt = 0x8913
    private static let askSize: UInt = 0x8921

    /// What an interface can do; nil where the system does not tell.
    func flags(of interface: String) -> UInt16? {
        ask(Self.askFlags, interface).map { UInt16($0[0]) | UInt16($0[1]) << 8 }
    }

    /// The longest packet that an interface carries in one piece, in bytes; nil where the system does not tell.
    func packetByteCountMax(of interface: String) -> Int? {
        ask(Self.askSize, interface).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
    }

    /// - Returns: the first four bytes of the answer.
    private func ask(_ question: UInt, _ interface: String) -> [UInt8]? {
        #if os(Linux)
            // `struct ifreq`: a name, and room for the answer.
            var request = [UInt8](repeating: 0, count: 40)
            let nameByteCountMax = 16
            guard interface.utf8.count < nameByteCountMax else { return nil }
            request.replaceSubrange(0..<interface.utf8.count, with: interface.utf8)
            guard ioctl(number, question, &request) == 0 else { return nil }
            return Array(request[nameByteCountMax..<nameByteCountMax + 4])
        #else
            return nil
        #endif
    }

    // MARK: Datagrams

    func send(_ bytes: [UInt8], to address: Address, port: UInt16) throws(Refusal) {
        var target = Self.address(address, port)
        let count = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(number, bytes, bytes.count, 0, $0, Self.addressByteCount)
            }
        }
        guard count == bytes.count else { throw Refusal(step: "sending a datagram", code: errno) }
    }

    /// The next datagram; nil when none comes in time, in milliseconds.
    func receive(within patience: Int) -> [UInt8]? {
        let end = Nanoseconds.now + patience * 1_000_000
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let rest = max(0, (end - Nanoseconds.now + 999_999) / 1_000_000)
            var wish = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            let status = poll(&wish, 1, Int32(rest))
            if status < 0, errno == EINTR { continue }
            guard status > 0 else { return nil }
            let count = recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return Array(buffer[..<count]) }
            guard errno == EINTR || errno == EAGAIN else { return nil }
        }
    }

    private static let addressByteCount = socklen_t(MemoryLayout<sockaddr_in>.size)

    private static func address(_ host: Address, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return address
    }
}
