public import HarkWire

/// An event on its way from another thread to the loop: flags, name, encoded arguments.
///
/// ```
///  u8 flags: 1 volatile, 2 name is resolved,  │ resolved: object address, u64 │ arguments to the end
///            4 local, 8 local by echo policy  │ text: length LEB128, UTF-8    │
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
    let arguments: UnsafeRawBufferPointer

    private static let volatileFlag: UInt8 = 1
    private static let resolvedFlag: UInt8 = 2
    private static let audienceMask: UInt8 = 12

    init(reading record: UnsafeRawBufferPointer) {
        var reader = ByteReader(record)
        let flags = reader.readByte() ?? 0
        isVolatile = flags & Self.volatileFlag != 0
        audience = Audience(rawValue: flags & Self.audienceMask) ?? .remote
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

    static func write(_ name: EventName, for audience: Audience, to output: inout ByteWriter) {
        output.append(resolvedFlag | audience.rawValue)
        output.appendLittleEndian(name.id)
    }

    @usableFromInline
    static func write(_ name: String, isVolatile: Bool, to output: inout ByteWriter) {
        write(name, isVolatile: isVolatile, for: .remote, to: &output)
    }

    static func write(_ name: String, isVolatile: Bool, for audience: Audience, to output: inout ByteWriter) {
        var name = name
        output.append((isVolatile ? volatileFlag : 0) | audience.rawValue)
        name.withUTF8 { utf8 in
            output.appendLEB128(UInt64(utf8.count))
            output.append(UnsafeRawBufferPointer(utf8))
        }
    }
}
