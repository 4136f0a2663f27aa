import HarkWire

/// Values that are the same in each run.
enum BSONRandom {
    static func value(_ depth: Int, _ random: inout SplitMix) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 11 : 9), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .int(Int64.random(in: -9...9, using: &random) &* (1 &<< Int64.random(in: 0...62, using: &random)))
        case 3: .int(.random(in: .min ... .max, using: &random))
        case 4: .double(Double(Int.random(in: -9...9, using: &random)) / 4)
        case 5: .string(text(&random))
        case 6: .bytes(Bytes(Array(text(&random).utf8)))
        case 7: .date(milliseconds: .random(in: -8_640_000_000_000_000...8_640_000_000_000_000, using: &random))
        case 8: .regex(pattern: "^a", options: ["", "g", "i", "gm", "gim"].randomElement(using: &random) ?? "")
        case 9: .array((0..<Int.random(in: 0...30, using: &random)).map { _ in value(depth - 1, &random) })
        default: .object(object(depth - 1, &random))
        }
    }

    private static func object(_ depth: Int, _ random: inout SplitMix) -> Value.Object {
        let count = Int.random(in: 0...30, using: &random)
        return Value.Object((0..<count).map { ("\($0)é", value(depth, &random)) })
    }

    private static func text(_ random: inout SplitMix) -> String {
        let part = ["a", "é", "漢", "\0", "\""].randomElement(using: &random) ?? ""
        return String(repeating: part, count: .random(in: 0...20, using: &random))
    }

    /// The value with its numbers as doubles have them, whole ones as integers.
    static func inJavaScript(_ value: Value) -> Value {
        switch value {
        case .int(let number): inJavaScript(.double(Double(number)))
        case .double(let number): inJavaScript(number)
        case .array(let elements): .array(elements.map(inJavaScript))
        case .object(let object): .object(Value.Object(object.map { ($0.key, inJavaScript($0.value)) }))
        default: value
        }
    }

    private static func inJavaScript(_ number: Double) -> Value {
        guard abs(number) <= 0x1p53, let integer = Int64(exactly: number) else { return .double(number) }
        return .int(integer)
    }
}
