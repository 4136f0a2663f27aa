import Hark

/// Writes each message as a line: the topic, a space, and a text.
final class LineTranscoder: Transcoder {
    struct NotText: Error {}

    func encode(_ message: TopicMessage) throws -> [UInt8]? {
        guard let text = message.message?.string else { throw NotText() }
        return Array("\(message.topic ?? "") \(text)\n".utf8)
    }

    func makeDecoder() -> any TranscoderDecoding { LineDecoder() }
}

/// Keeps the beginning of a line until the rest has arrived.
final class LineDecoder: TranscoderDecoding {
    private var kept: [UInt8] = []

    func decode(_ bytes: RawSpan, deliver: (Result<TopicMessage, any Error>) -> Void) {
        bytes.withUnsafeBytes { kept.append(contentsOf: $0) }
        while let end = kept.firstIndex(of: UInt8(ascii: "\n")) {
            let parts = String(decoding: kept[..<end], as: UTF8.self).split(separator: " ", maxSplits: 1)
            kept.removeSubrange(...end)
            if parts.count == 2 {
                deliver(.success(TopicMessage(topic: String(parts[0]), message: .string(String(parts[1])))))
            } else {
                deliver(.failure(LineTranscoder.NotText()))
            }
        }
    }
}
