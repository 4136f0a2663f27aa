public import HarkWire

/// An event on its way from another thread to the loop: flags, name, encoded arguments.
///
/// ```
///  u8 flags: 1 volatile, 2 name is resolved,  │ with 16: expiry │ resolved: object address, u64 │ arguments
///            4 local, 8 local by echo policy, │ in ms, u64      │ text: length LEB128, UTF-8    │ to the end
///            16 has an expiry                 │                 │                               │
/// ```
@usableFromInline
struct PostedEvent {
    enum Name {
        case resolved(EventName)
        case text(UnsafeRawBufferPointer)
    }

    /// Who shall hear it.
    enum Audience: UInt8 {
        /// The other side.
        case remote = 0
        /// The emitter's own listeners.
        case local = 4
        /// Both, or one of them, as the emitter's echo policy says.
        case echo = 8
    }

    let name: Name
    let audience: Audience
    let isVolatile: Bool
    /// When it is not worth sending any more, in ms of `TimerHeap.now`.
    let expiry: UInt64?
    let arguments: UnsafeRawBufferPointer

    private static let volatileFlag: UInt8 = 1
    private static let resolvedFlag: UInt8 = 2
    private static let audienceMask: UInt8 = 12
    private static let expiryFlag: UInt8 = 16

    init(reading record: UnsafeRawBufferPointer) {
        var reader = ByteReader(record)
        let flags = reader.readByte() ?? 0
        isVolatile = flags & Self.volatileFlag != 0
        audience = Audience(rawValue: flags & Self.audienceMask) ?? .remote
        expiry = flags & Self.expiryFlag != 0 ? reader.readLittleEndian(UInt64.self) : nil
        if flags & Self.resolvedFlag != 0 {
            name = .resolved(EventName.at(reader.readLittleEndian(Int.self) ?? 0))
        } else {
            let byteCount = Int(reader.readLEB128() ?? 0)
            name = .text(reader.read(byteCount) ?? UnsafeRawBufferPointer(start: nil, count: 0))
        }
        arguments = reader.rest
    }

    @usableFromInline
    static func write(_ name: EventName, to output: inout ByteWriter) { write(name, for: .remote, to: &output) }

    static func write(
        _ name: EventName, for audience: Audience, until expiry: UInt64? = nil, to output: inout ByteWriter
    ) {
        writeFlags(resolvedFlag | audience.rawValue, expiry, to: &output)
        output.appendLittleEndian(name.id)
    }

    @usableFromInline
    static func write(_ name: String, isVolatile: Bool, to output: inout ByteWriter) {
        write(name, isVolatile: isVolatile, for: .remote, to: &output)
    }

    static func write(
        _ name: String, isVolatile: Bool, for audience: Audience, until expiry: UInt64? = nil,
        to output: inout ByteWriter
    ) {
        var name = name
        writeFlags((isVolatile ? volatileFlag : 0) | audience.rawValue, expiry, to: &output)
        name.withUTF8 { utf8 in
            output.appendLEB128(UInt64(utf8.count))
            output.append(UnsafeRawBufferPointer(utf8))
        }
    }

    private static func writeFlags(_ flags: UInt8, _ expiry: UInt64?, to output: inout ByteWriter) {
        output.append(expiry == nil ? flags : flags | expiryFlag)
        if let expiry { output.appendLittleEndian(expiry) }
    }
}
