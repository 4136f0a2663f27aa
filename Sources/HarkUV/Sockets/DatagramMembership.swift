internal import HarkWire

/// A group that a port has joined.
struct DatagramMembership: Equatable {
    let group: DatagramAddress
    /// The interface as it was asked for.
    let interface: String?
    /// The number that the interface had then; 0 when the system has chosen.
    var index: UInt32
}
