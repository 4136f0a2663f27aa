import Hark

/// Messages as a length, and a CBOR-free form of a topic and a text: enough to be no JSON.
///
/// ```
/// u16 length of the rest │ u8 length of the topic │ topic │ text
/// ```
final class BinaryTranscoder: Transcoder {
    struct Refusal: Error {}

    func encode(_ message: TopicMessage) throws -> [UInt8]? {
        if message.topic == "skip" { return nil }
        guard let text = message.message?.string else { throw Refusal() }
        return Self.encoded(message.topic ?? "", text)
    }

    func makeDecoder() -> any TranscoderDecoding { Decoder() }

    static func encoded(_ topic: String, _ text: String) -> [UInt8] {
        let body = [UInt8(topic.utf8.count)] + topic.utf8 + text.utf8
        return [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    /// Refuses topics that are called `refused`, and throws for `thrown`.
    private final class Decoder: TranscoderDecoding {
        private var kept: [UInt8] = []

        func decode(_ bytes: RawSpan, deliver: (Result<TopicMessage, any Error>) -> Void) throws {
            bytes.withUnsafeBytes { kept.append(contentsOf: $0) }
            while kept.count >= 2 {
                let end = 2 + (Int(kept[0]) << 8) + Int(kept[1])
                guard end > 2, kept.count >= end else { return }
                let topicEnd = min(3 + Int(kept[2]), end)
                let topic = String(decoding: kept[3..<topicEnd], as: UTF8.self)
                let text = String(decoding: kept[topicEnd..<end], as: UTF8.self)
                kept.removeFirst(end)
                if topic == "thrown" { throw Refusal() }
                if topic == "refused" {
                    deliver(.failure(Refusal()))
                } else {
                    deliver(.success(TopicMessage(topic: topic.isEmpty ? nil : topic, message: .string(text))))
                }
            }
        }
    }
}
