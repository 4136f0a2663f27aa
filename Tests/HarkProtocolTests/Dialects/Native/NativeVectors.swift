/// The recorded frames in `Tests/Fixtures/Native/frames.txt`: `name: hex digits | what the receiver makes of it`.
struct NativeVectors {
    struct Vector {
        let name: String
        let bytes: [UInt8]
        let meaning: String
    }

    let all: [Vector]

    init() throws {
        all = try Fixture.text("Tests/Fixtures/Native/frames.txt").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { line in
                let name = line.prefix { $0 != ":" }
                let parts = line.dropFirst(name.count + 1).split(separator: "|", omittingEmptySubsequences: false)
                return Vector(
                    name: String(name), bytes: Self.bytes(hex: parts[0]),
                    meaning: parts[1].trimmingPrefix(" ").description)
            }
    }

    subscript(name: String) -> Vector? { all.first { $0.name == name } }

    /// Frames that are understood and never written so far.
    static let flagged: [[UInt8]] = [
        // An event with the header {"x": 1}, one with the origin 3, 200, 2, and one with both in full.
        bytes(hex: "45 06 00 00 01 a1 61 78 01 05"),
        bytes(hex: "25 06 00 00 03 c8 01 02 01 06"),
        bytes(hex: "e6 09 00 00 03 04 05 02 68 69 a0 07 08"),
        // Kind 31 of a later version.
        bytes(hex: "9f 02 00 00 ff ff"),
    ]

    static func bytes(hex text: some StringProtocol) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
