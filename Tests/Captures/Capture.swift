import Foundation

/// Bytes recorded from the programs that a dialect talks to, in `Tests/Fixtures/FOLDER/NAME.json`.
package struct Capture: Decodable, Sendable {
    /// What one side wrote, up to where the other one began.
    package struct Chunk: Decodable, Sendable {
        /// `client` is the side that connected, the other one is `server`.
        package let from: String
        package let bytes: [UInt8]
        /// Counted from 1, where there is more than one.
        package let connection: Int

        private enum CodingKeys: String, CodingKey {
            case from, hex, connection
        }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            from = try fields.decode(String.self, forKey: .from)
            connection = try fields.decodeIfPresent(Int.self, forKey: .connection) ?? 1
            let digits = Array(try fields.decode(String.self, forKey: .hex)).compactMap(\.hexDigitValue)
            bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        }
    }

    package let description: String
    package let direction: String
    package let chunks: [Chunk]

    private enum CodingKeys: String, CodingKey {
        case description, direction, chunks
    }

    /// One recording, as `Capture.named("Uhura/handshake")`.
    package static func named(_ path: String) throws -> Capture {
        try JSONDecoder().decode(Capture.self, from: Data(contentsOf: fixtures.appending(path: "\(path).json")))
    }

    /// All recordings of a folder, in the order of their names.
    package static func all(in folder: String) throws -> [(name: String, capture: Capture)] {
        try FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: folder).path)
            .filter { $0.hasSuffix(".json") }.sorted()
            .map { file in
                let name = String(file.dropLast(5))
                return (name, try named("\(folder)/\(name)"))
            }
    }

    /// What one side wrote on one connection.
    package func bytes(from side: String, connection: Int = 1) -> [UInt8] {
        chunks.filter { $0.from == side && $0.connection == connection }.flatMap(\.bytes)
    }

    private static let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")
}
