internal import HarkUV
internal import HarkWire

/// A socket's membership in a group, which is lost with the interface and has to be made sure of.
@EventLoop
struct GroupMembership {
    let socket: any DatagramSocket
    let group: DatagramAddress
    let interface: String?

    func renew() throws(HarkError) { try socket.join(group, on: interface) }
}
