public import HarkWire

/// What precedes an event's tail on the wire: whose it is, its number, how far it has come and what it is routed by.
@usableFromInline
enum MeshHead {
    /// - Parameters:
    ///   - node: the writer's number of the node that has emitted the event.
    ///   - key: likewise; nil when it has none.
    ///   - inlineKey: of what has no number.
    static func write(
        _ node: Int, _ sequence: UInt64, _ hopCount: UInt8, _ key: Int?, _ inlineKey: MeshKey?,
        to bytes: inout ByteWriter
    ) {
        if let key { return write(node, sequence, hopCount, key: key, to: &bytes) }
        write(node, sequence, hopCount, key: -1, to: &bytes)
        let text = inlineKey?.bytes ?? []
        bytes.appendLEB128(UInt64(text.count))
        text.withUnsafeBytes { bytes.append($0) }
    }

    @inlinable @inline(__always)
    static func write(_ node: Int, _ sequence: UInt64, _ hopCount: UInt8, key: Int, to bytes: inout ByteWriter) {
        bytes.appendLEB128(UInt64(truncatingIfNeeded: node))
        bytes.appendLEB128(sequence)
        bytes.append(hopCount)
        bytes.appendLEB128(UInt64(truncatingIfNeeded: key &+ 1))
    }
}
