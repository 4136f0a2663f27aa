internal import HarkUV
internal import HarkWire

/// A socket's membership in a group, which is lost with the interface and has to be made sure of.
@EventLoop
struct GroupMembership {
    let socket: any DatagramSocket
    let group: DatagramAddress
    /// Whose datagrams are wanted; everybody's when there are none.
    let sources: [DatagramAddress]
    let interfaces: Interfaces
    let transport: any DatagramTransport

    enum Interfaces {
        /// One: its name, number or address; nil for the system's choice.
        case one(String?)
        /// All that are up, also those that come later.
        case all
    }

    /// - Throws: when the group can be joined through none of the interfaces.
    func renew() throws(HarkError) {
        switch interfaces {
        case .one(let interface): try socket.join(group, from: sources, on: interface)
        case .all:
            var failure: HarkError?
            var count = 0
            for name in try transport.interfaceNames(isIPv6: group.isIPv6) {
                do throws(HarkError) {
                    try socket.join(group, from: sources, on: name)
                    count += 1
                } catch { failure = error }
            }
            if count == 0, let failure { throw failure }
        }
    }
}
