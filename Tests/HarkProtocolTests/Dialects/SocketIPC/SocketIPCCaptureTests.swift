import Captures
import HarkProtocol
import HarkWire
import Testing

/// What the original has sent, as it was recorded.
struct SocketIPCCaptureTests {
    /// Each recorded stream by its name.
    private static func streams() throws -> [(name: String, bytes: [UInt8])] {
        try Capture.all(in: "SocketIPC").flatMap { name, capture in
            ["client", "server"].flatMap { side in
                (1...3).map { ("\(name), \(side) \($0)", capture.bytes(from: side, connection: $0)) }
            }
        }.filter { !$0.1.isEmpty }
    }

    @Test func `recorded messages are read wherever they are cut`() throws {
        let streams = try Self.streams()
        #expect(streams.count == 27)
        for (name, bytes) in streams {
            let whole = SocketIPCReading([bytes])
            #expect(!whole.effects.isEmpty && !whole.words.contains("!"), "\(name)")
            if bytes.count < 1_000 {
                for cut in 1..<bytes.count {
                    let halves = SocketIPCReading([Array(bytes[..<cut]), Array(bytes[cut...])])
                    #expect(halves.effects == whole.effects, "\(name) cut at \(cut)")
                }
            }
            let single = SocketIPCReading(SocketIPCReading.pieces(of: bytes, [bytes.count < 1_000 ? 1 : 97]))
            #expect(single.effects == whole.effects, "\(name) in pieces")
        }
    }

    @Test func `recorded messages are written byte by byte`() throws {
        // Documented is that an empty topic is sent as "none"; the original sends it, and leaves out an absent one.
        for (name, bytes) in try Self.streams() where !name.hasPrefix("odd-topics") {
            var written: [UInt8] = []
            for case .event(let topic, let arguments) in SocketIPCReading([bytes]).effects {
                written += SocketIPCReading.written(topic, arguments)
            }
            #expect(written == bytes, "\(name)")
        }
    }

    @Test func `odd topics are heard as the original hears them`() throws {
        let bytes = try Capture.named("SocketIPC/odd-topics").bytes(from: "client")
        #expect(SocketIPCReading([bytes]).words == [" 1", "undefined 2", "é 漢 3"])
    }
}
