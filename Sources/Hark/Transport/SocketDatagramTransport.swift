package import HarkUV
package import HarkWire

/// UDP sockets of the loop.
@EventLoop
package final class SocketDatagramTransport: DatagramTransport {
    package static nonisolated let shared = SocketDatagramTransport()

    private nonisolated init() {}

    package func open(_ binding: DatagramBinding) throws(HarkError) -> any DatagramSocket {
        try PortDatagramSocket(binding)
    }

    package func ownAddress(on interface: String?, isIPv6: Bool) throws(HarkError) -> DatagramAddress {
        let interfaces = try Self.interfaces()
        guard let interface else {
            // The first that leads out of this machine, as originals have it.
            let external = interfaces.first { !$0.isLoopback && $0.address.isIPv6 == isIPv6 }
            let loopback =
                isIPv6 ? DatagramAddress(ipv6: 0, 1, port: 0) : DatagramAddress(ipv4: 0x7F00_0001, port: 0)
            return external.map { DatagramAddress($0.address) } ?? loopback
        }
        guard let found = NetworkInterface.find(interface, among: interfaces) else {
            throw HarkError(
                .invalidOptions,
                "there is no interface \"\(interface)\" that is up; there are "
                    + Self.names(interfaces).joined(separator: ", "))
        }
        let own = interfaces.filter { $0.index == found.index && $0.address.isIPv6 == isIPv6 }
        return DatagramAddress((own.first { $0 == found } ?? own.first ?? found).address)
    }

    package func interfaceNames(isIPv6: Bool) throws(HarkError) -> [String] {
        Self.names(try Self.interfaces().filter { $0.address.isIPv6 == isIPv6 })
    }

    private static func interfaces() throws(HarkError) -> [NetworkInterface] {
        do throws(UVError) { return try NetworkInterface.all() } catch {
            throw HarkError(.system, "the network interfaces cannot be listed: \(error)", cause: error)
        }
    }

    private static func names(_ interfaces: [NetworkInterface]) -> [String] {
        var names: [String] = []
        for interface in interfaces where !names.contains(interface.name) { names.append(interface.name) }
        return names
    }
}

/// A port of the loop as a `DatagramSocket`.
@EventLoop
private final class PortDatagramSocket: DatagramSocket {
    var receiver: (any DatagramReceiver)?
    private let port: DatagramPort

    init(_ binding: DatagramBinding) throws(HarkError) {
        do throws(UVError) {
            port = try DatagramPort(
                boundTo: binding.address, targets: binding.targets, interface: binding.interface,
                hopCount: binding.hopCount, unicastHopCount: binding.unicastHopCount,
                isLoopingBack: binding.isLoopingBack)
        } catch {
            throw HarkError(binding: Endpoint(binding.address), on: binding.interface, error)
        }
        port.receiver = self
    }

    var localAddress: DatagramAddress { port.localAddress }

    var datagramByteCountMax: Int { port.datagramByteCountMax }

    func join(_ group: DatagramAddress, from sources: [DatagramAddress], on interface: String?) throws(HarkError) {
        do throws(UVError) { try port.join(group, from: sources, on: interface) } catch {
            throw HarkError(binding: Endpoint(group), on: interface, error)
        }
    }

    func leave(_ group: DatagramAddress, on interface: String?) throws(HarkError) {
        do throws(UVError) { try port.leave(group, on: interface) } catch {
            throw HarkError(binding: Endpoint(group), on: interface, error)
        }
    }

    func startReceiving() throws(HarkError) {
        do throws(UVError) { try port.startReceiving() } catch { throw HarkError(receiving: error) }
    }

    func send(_ runs: ContiguousArray<DatagramRun>) -> DatagramSending {
        let result = port.send(runs)
        return DatagramSending(
            count: result.count, failedCount: result.failedCount, error: result.error.map { HarkError(sending: $0) })
    }

    func close() {
        receiver = nil
        port.close()
    }
}

extension PortDatagramSocket: DatagramPortReceiver {
    func received(_ bytes: UnsafeRawBufferPointer, segmentByteCount: Int, from source: DatagramAddress) {
        receiver?.received(bytes, segmentByteCount: segmentByteCount, from: source)
    }

    func portHasRoom() { receiver?.socketHasRoom() }

    func receiveFailed(_ error: UVError) { receiver?.receiveFailed(HarkError(receiving: error)) }
}

extension Endpoint {
    init(_ address: DatagramAddress) { self = .udp(address.host, port: Int(address.port)) }
}

extension HarkError {
    init(binding endpoint: Endpoint, on interface: String?, _ error: UVError) {
        guard error == .noDevice else {
            self.init(listeningOn: endpoint, error)
            return
        }
        self.init(
            .invalidOptions,
            "cannot use \(endpoint): there is no interface \"\(interface ?? "")\" that is up; "
                + "give its name, number or address",
            cause: error)
    }

    init(sending error: UVError) { self.init(.system, "a datagram could not be sent: \(error)", cause: error) }

    init(receiving error: UVError) { self.init(.system, "nothing could be received: \(error)", cause: error) }
}
