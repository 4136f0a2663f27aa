internal import CContest
internal import Hark
internal import HarkProtocol
internal import HarkWire

/// The codec without a socket: one event is encoded and decoded, with the same fields as C's and Node's.
///
/// Uses the writers and readers behind `emit` and `on`, which are not public; see `insider` in `Package.swift`.
struct Codec {
    private let pool = ChunkPool()
    private let meter: UnsafeMutablePointer<contest_meter>

    init(seconds: Double) {
        meter = contest_meter_create(1, seconds)
    }

    /// Native, with types that are known: nothing but the fields themselves is ever made.
    func typed() throws {
        var writer = ArgumentWriter(pool: pool)
        let (reference, payment) = ("abcdefghijklmnopqrstuvwx", Payment())
        var sequence = 1_234_567
        try measure {
            sequence += 1
            writer.bytes.beginFrame()
            writer.write("order.created")
            writer.write(sequence)
            writer.write(98.765)
            writer.write(reference)
            payment.encode(into: &writer)
            var reader = ArgumentReader(writer.bytes.frameBytes())
            let name = try reader.readString()
            let received = (try reader.readInteger(Int.self), try reader.readDouble(), try reader.readString())
            let paid = try Payment(reading: &reader)
            guard name == "order.created", received.0 == sequence, paid.id == payment.id else {
                throw ContestError.wrongEvent
            }
            writer.bytes.abandonFrame()
        }
    }

    /// Native, through a tree of values.
    func dynamic() throws {
        var writer = ArgumentWriter(pool: pool)
        var event = Self.event
        try measure {
            event.next()
            writer.bytes.beginFrame()
            for value in event.values { writer.write(value) }
            var reader = ArgumentReader(writer.bytes.frameBytes())
            for index in event.values.indices {
                let value = try reader.readValue()
                if index == 1, value.int != event.sequence { throw ContestError.wrongEvent }
            }
            writer.bytes.abandonFrame()
        }
    }

    /// As JSON, as the dialects of older libraries send and receive it: arguments become native bytes, those a message,
    /// and back.
    func json() throws {
        var writer = ArgumentWriter(pool: pool)
        var message = ByteWriter(pool: pool)
        var event = JSONEvent(pool: pool)
        let name = Array("order.created".utf8)
        let (reference, payment) = ("abcdefghijklmnopqrstuvwx", Payment())
        var sequence = 1_234_567
        try measure {
            sequence += 1
            writer.bytes.beginFrame()
            writer.write(sequence)
            writer.write(98.765)
            writer.write(reference)
            payment.encode(into: &writer)
            message.beginFrame()
            name.withUnsafeBytes { JSONEvent.write($0, writer.bytes.frameBytes(), into: &message) }
            guard try event.read(message.frameBytes()), event.name.count == name.count else {
                throw ContestError.wrongEvent
            }
            var reader = ArgumentReader(event.arguments)
            let received = (try reader.readInteger(Int.self), try reader.readDouble(), try reader.readString())
            let paid = try Payment(reading: &reader)
            guard received.0 == sequence, paid.id == payment.id else { throw ContestError.wrongEvent }
            writer.bytes.abandonFrame()
            message.abandonFrame()
        }
    }

    /// As BSON, as an Eventcast datagram carries it: the arguments become native bytes, those a document with one
    /// field, and back. What is in the meta there is the first argument here, so that Node's event has no more in it.
    func bson() throws {
        var writer = ArgumentWriter(pool: pool)
        var payload = ByteWriter(pool: pool)
        var arguments = ByteWriter(pool: pool)
        let (reference, payment) = ("abcdefghijklmnopqrstuvwx", Payment())
        var sequence = 1_234_567
        try measure {
            sequence += 1
            writer.bytes.beginFrame()
            writer.write("order.created")
            writer.write(sequence)
            writer.write(98.765)
            writer.write(reference)
            payment.encode(into: &writer)
            payload.beginFrame()
            try EventcastPayload.write(arguments: writer.bytes.frameBytes(), to: &payload)
            arguments.beginFrame()
            guard try EventcastPayload.transcode(payload.frameBytes(), to: &arguments) == 5 else {
                throw ContestError.wrongEvent
            }
            var reader = ArgumentReader(arguments.frameBytes())
            let name = try reader.readString()
            let received = (try reader.readInteger(Int.self), try reader.readDouble(), try reader.readString())
            let paid = try Payment(reading: &reader)
            guard name == "order.created", received.0 == sequence, paid.id == payment.id else {
                throw ContestError.wrongEvent
            }
            writer.bytes.abandonFrame()
            payload.abandonFrame()
            arguments.abandonFrame()
        }
    }

    private struct DynamicEvent {
        var values: [Value]
        var sequence = 1_234_567

        mutating func next() {
            sequence += 1
            values[1] = .int(Int64(sequence))
        }
    }

    private static let event = DynamicEvent(
        values: [
            "order.created", 0, 98.765, "abcdefghijklmnopqrstuvwx",
            ["id": 4_711, "paid": true, "customer": "Ada Lovelace"],
        ])

    /// Events between two looks at the clock.
    private static let batch = 1_024

    @inline(__always)
    private func measure(_ body: () throws -> Void) throws {
        repeat {
            for _ in 0..<Self.batch { try body() }
        } while contest_meter_sent(meter, UInt64(Self.batch))
        contest_meter_report(meter)
    }
}

extension ContestantHark {
    /// Runs the codec.
    /// - Parameter variant: `typed`, `dynamic`, `json` or `bson`.
    public static func codec(seconds: Double, variant: String) throws {
        let codec = Codec(seconds: seconds)
        switch variant {
        case "typed": try codec.typed()
        case "dynamic": try codec.dynamic()
        case "json": try codec.json()
        case "bson": try codec.bson()
        default: throw ContestError.unknownVariant(variant)
        }
    }
}
