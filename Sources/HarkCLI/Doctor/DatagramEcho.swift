import Foundation

/// A datagram that is sent from one socket of this process to another.
struct DatagramEcho {
    /// 500 ms: on the way from a process to itself nothing takes a hundredth of it.
    private static let patience = 500
    /// 64 bytes: no setting of any network makes them too many.
    private static let byteCount = 64

    enum Outcome {
        /// It took so many nanoseconds.
        case arrived(Int)
        case lost
        case refused(DatagramProbe.Refusal)
    }

    /// Sends a datagram to an address of this machine.
    static func unicast(to address: DatagramProbe.Address) -> Outcome {
        run(to: address) { (receiver, sender) throws(DatagramProbe.Refusal) in }
    }

    /// Sends a datagram to a group, through an interface; 0 leaves it to the system which.
    static func multicast(to group: DatagramProbe.Address, through interface: UInt32) -> Outcome {
        run(to: group) { (receiver, sender) throws(DatagramProbe.Refusal) in
            try receiver.join(group, on: interface)
            try sender.sendWithin(interface)
        }
    }

    private static func run(
        to address: DatagramProbe.Address,
        _ prepare: (borrowing DatagramProbe, borrowing DatagramProbe) throws(DatagramProbe.Refusal) -> Void
    ) -> Outcome {
        do throws(DatagramProbe.Refusal) {
            let receiver = try DatagramProbe()
            let sender = try DatagramProbe()
            try prepare(receiver, sender)
            // Others may send to the same port meanwhile.
            let token = (0..<byteCount).map { _ in UInt8.random(in: 0...255) }
            let began = Nanoseconds.now
            try sender.send(token, to: address, port: receiver.port)
            while let datagram = receiver.receive(within: patience) {
                if datagram == token { return .arrived(Nanoseconds.now - began) }
            }
            return .lost
        } catch {
            return .refused(error)
        }
    }
}
