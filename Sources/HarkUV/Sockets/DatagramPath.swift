/// How datagrams get to the kernel and back. Each way works wherever the one before does not.
package enum DatagramPath: Hashable, Sendable, CaseIterable {
    /// As runs that the kernel cuts and puts together (`UDP_SEGMENT` and `UDP_GRO` of Linux), several with one call.
    case segmented
    /// One by one, several with one call (`sendmmsg` and `recvmmsg` of Linux).
    case batched
    /// One by one, each with a call of its own, through libuv.
    case plain

    /// The fastest that this system may have. Sockets find out what the kernel thinks of it.
    package static var fastest: DatagramPath {
        #if os(Linux)
            .segmented
        #else
            .plain
        #endif
    }
}
