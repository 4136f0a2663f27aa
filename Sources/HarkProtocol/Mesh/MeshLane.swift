public import HarkWire

/// The way of the events of one node and one key, as long as nothing changes: what a busy connection carries is looked
/// up once, and then followed without a look at anything else.
@usableFromInline
package final class MeshLane {
    @usableFromInline let stream: MeshStream
    @usableFromInline let routeVersion: Int
    /// What the other side calls the node and the key; nothing where this node emits.
    @usableFromInline let numbers: (node: UInt64, key: UInt64)
    @usableFromInline let hopCountMax: UInt8

    /// By our numbers.
    @usableFromInline package let node: Int
    @usableFromInline package let key: Int
    package let route: MeshRoute
    package let origin: MeshIdentity

    init(_ stream: MeshStream, _ node: Int, _ key: Int, _ route: MeshRoute, numbers: (UInt64, UInt64), hopLimit: Int) {
        self.stream = stream
        routeVersion = stream.routeVersion
        self.numbers = numbers
        hopCountMax = UInt8(clamping: hopLimit)
        self.node = node
        self.key = key
        self.route = route
        origin = stream.identity
    }

    /// Whether everything is as it was.
    @inlinable package var isValid: Bool { stream.routeVersion == routeVersion }

    /// Whether all who want the events get each as it comes, besides.
    @inlinable package var isOpen: Bool { isValid && stream.lagCount == 0 }

    /// Whether a neighbour gets each as it comes.
    package func isInStep(_ link: Int) -> Bool { stream.child(link)?.state == .inStep }

    /// Tells events of different nodes and keys apart, as well as a number can.
    package static func place(of bytes: UnsafeRawBufferPointer) -> Int {
        var reader = ByteReader(bytes)
        guard let node = reader.readLEB128(), reader.readLEB128() != nil, reader.readByte() != nil,
            let key = reader.readLEB128()
        else { return 0 }
        return Int(truncatingIfNeeded: node &* 5 &+ key) & .max
    }

    /// Takes an event that was received, if it goes this way.
    ///
    /// - Returns: nil when it does not, or something has to be looked at.
    @inlinable @inline(__always)
    package func take(_ bytes: UnsafeRawBufferPointer) -> Step? {
        guard isOpen else { return nil }
        var reader = ByteReader(bytes)
        guard reader.readLEB128() == numbers.node, let sequence = reader.readLEB128(),
            let hopCount = reader.readByte(), reader.readLEB128() == numbers.key, hopCount <= hopCountMax,
            let next = stream.next, sequence >= next, sequence < .max
        else { return nil }
        stream.next = sequence &+ 1
        return Step(sequence: sequence, hopCount: hopCount &+ 1, tail: reader.rest)
    }

    /// An event on its way.
    @usableFromInline
    package struct Step {
        @usableFromInline package let sequence: UInt64
        /// How many nodes have passed it on, this one included.
        @usableFromInline package let hopCount: UInt8
        /// What follows the key.
        @usableFromInline package let tail: UnsafeRawBufferPointer

        @inlinable
        init(sequence: UInt64, hopCount: UInt8, tail: UnsafeRawBufferPointer) {
            self.sequence = sequence
            self.hopCount = hopCount
            self.tail = tail
        }
    }

    /// Writes what precedes an event's tail.
    @inlinable @inline(__always)
    package func writeHead(_ sequence: UInt64, _ hopCount: UInt8, to bytes: inout ByteWriter) {
        MeshHead.write(node, sequence, hopCount, key: key, to: &bytes)
    }
}

extension MeshMachine {
    /// The way that this event has gone, for those that follow; nil when they have to be looked at one by one.
    ///
    /// - Parameter bytes: of the event as it was received.
    package func lane(of arrival: MeshArrival, _ bytes: UnsafeRawBufferPointer) -> MeshLane? {
        var reader = ByteReader(bytes)
        guard let route = arrival.route, let key = arrival.key, let stream = streams[arrival.node],
            let node = reader.readLEB128(), reader.readLEB128() != nil, reader.readByte() != nil,
            let keyNumber = reader.readLEB128(), keyNumber > 0
        else { return nil }
        return MeshLane(
            stream, arrival.node, key, route, numbers: (node, keyNumber), hopLimit: settings.hopLimit)
    }

    /// The way of this node's own events of a key; nil when they have to be looked at one by one.
    package func lane(ofOwn arrival: MeshArrival) -> MeshLane? {
        guard let route = arrival.route, let key = arrival.key, arrival.node == 0 else { return nil }
        return MeshLane(own, 0, key, route, numbers: (0, 0), hopLimit: 0)
    }

    /// This node emits an event that goes by a lane of its own.
    ///
    /// - Returns: its number; nil when it has to be emitted the long way.
    package mutating func emit(_ lane: MeshLane, _ tail: UnsafeRawBufferPointer) -> UInt64? {
        guard lane.isValid, waitingSince == nil else { return nil }
        let sequence = log.next
        let kept = lane.isOpen ? sequence : lane.stream.firstAwaited(from: sequence)
        guard log.append(lane.key, tail, keeping: kept) else { return nil }
        lane.stream.next = sequence &+ 1
        return sequence
    }
}
