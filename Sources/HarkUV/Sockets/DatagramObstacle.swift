/// Why a socket takes no more datagrams for now.
package enum DatagramObstacle: Equatable, Sendable {
    /// Its buffer is full. The system tells when there is room.
    case fullBuffer
    /// The system is out of buffers, and does not tell when there are some again.
    case noBuffers
}
