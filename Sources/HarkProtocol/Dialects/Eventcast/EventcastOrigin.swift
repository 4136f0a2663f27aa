import HarkWire

/// Which event a datagram is part of, and who has sent it. Its texts are UTF-8 that somebody else keeps alive: when
/// read, the datagram does.
package struct EventcastOrigin {
    package var name: UnsafeRawBufferPointer
    /// The address that takes requests to send again, and its port; empty and 0 where nobody can be asked.
    package var host: UnsafeRawBufferPointer
    package var port: UInt16
    /// What the operating system calls the host.
    package var hostname: UnsafeRawBufferPointer
    /// The node; 16 hex digits unless its program has chosen another.
    package var id: UnsafeRawBufferPointer
    /// When it was sent, as ISO 8601 in milliseconds, by the sender's clock.
    package var time: UnsafeRawBufferPointer

    package init(
        name: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer, port: UInt16, hostname: UnsafeRawBufferPointer,
        id: UnsafeRawBufferPointer, time: UnsafeRawBufferPointer
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.hostname = hostname
        self.id = id
        self.time = time
    }

    /// Where the sender says that it is, which is believed only of the host it is heard from. Originals know IPv4 only:
    /// in a group of IPv6 the text is not read, and the host is the one it is heard from.
    static func address(
        _ host: UnsafeRawBufferPointer, _ port: UInt16, heardFrom source: DatagramAddress
    ) -> DatagramAddress? {
        guard port > 0 else { return nil }
        if source.isIPv6 { return source.with(port: port) }
        guard let address = DatagramAddress(ipv4: host, port: port), address.isSameHost(as: source) else { return nil }
        return address
    }

    /// Writes its fields in the original's order, as the last ones of a meta.
    func write(to output: inout ByteWriter) {
        BSONWriter.write(text: name, BSONWriter.beginElement("name", to: &output), to: &output)
        BSONWriter.write(text: host, BSONWriter.beginElement("host", to: &output), to: &output)
        BSONWriter.write(Int32(port), BSONWriter.beginElement("port", to: &output), to: &output)
        BSONWriter.write(text: hostname, BSONWriter.beginElement("hostname", to: &output), to: &output)
        BSONWriter.write(text: id, BSONWriter.beginElement("id", to: &output), to: &output)
        BSONWriter.write(text: time, BSONWriter.beginElement("time", to: &output), to: &output)
    }
}
