import HarkWire

/// What holds for any bytes read as typed arguments: up to eight bytes say as which types, up to a zero byte, the rest
/// are the arguments. The fuzzer looks for bytes that break it.
enum ArgumentReaderInvariant {
    private struct Line: Codable, Equatable, EventArgument {
        var name: String
        var count: Int?
        var parts: [Line]
        var digest: Bytes
    }

    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        let types = bytes.prefix(8).prefix { $0 != 0 }
        var reader = ArgumentReader(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(types.count + 1)))
        for type in types {
            do {
                if let violation = try violation(type, &reader) { return "\(type): \(violation)" }
            } catch {
                return error.description.isEmpty ? "an error without a description" : nil
            }
        }
        return nil
    }

    private static func violation(
        _ type: UInt8, _ reader: inout ArgumentReader
    ) throws(ArgumentError) -> String? {
        switch type & 15 {
        case 0: return check(try Int(reading: &reader))
        case 1: return check(try UInt8(reading: &reader))
        case 2: return check(try Double(reading: &reader).bitPattern)
        case 3: return check(try String(reading: &reader))
        case 4: return check(try Bytes(reading: &reader))
        case 5: return check(try [Int?](reading: &reader))
        case 6: return check(try [String: [Bool]](reading: &reader))
        case 7: return check(try Line(reading: &reader))
        case 8: return check(try Line?(reading: &reader))
        case 9: return check(try [UInt64](reading: &reader))
        case 10: return check(try Float(reading: &reader).bitPattern)
        case 11: _ = try Value(reading: &reader)
        case 12: return check(try [[String]](reading: &reader))
        case 13: _ = try reader.withBytes { $0.byteCount }
        case 14: _ = reader.nextKind
        default: try reader.skip()
        }
        return nil
    }

    private static func check<Argument: EventArgument & Equatable>(_ argument: Argument) -> String? {
        guard let written = try? Wire.encode(argument) else { return "read but not written" }
        guard let again = try? Wire.decode(Argument.self, from: written) else { return "written but not read" }
        return again == argument ? nil : "reads back as something else"
    }
}
