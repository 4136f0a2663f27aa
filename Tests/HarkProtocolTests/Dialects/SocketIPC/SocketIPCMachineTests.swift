import HarkProtocol
import HarkWire
import Testing

struct SocketIPCMachineTests {
    private func read(_ text: String) -> [String] { SocketIPCReading([Array(text.utf8)]).words }

    @Test func `a message is an object and two zero bytes`() {
        #expect(read("{\"topic\":\"hello\",\"message\":\"world\"}\0\0") == ["hello \"world\""])
        #expect(read("{\"topic\":\"hello\",\"message\":\"world\"}\0").isEmpty)
    }

    @Test func `an absent message is no argument, and null is one`() {
        #expect(read("{\"topic\":\"t\"}\0\0{\"topic\":\"t\",\"message\":null}\0\0") == ["t", "t null"])
    }

    @Test func `an absent topic is what the original's listeners know it as, an empty one stays empty`() {
        #expect(
            read("{\"message\":2}\0\0{\"topic\":\"\",\"message\":1}\0\0{}\0\0") == ["undefined 2", " 1", "undefined"])
    }

    @Test func `a topic that is no text is what JavaScript makes of it`() {
        #expect(
            read("{\"topic\":1.5}\0\0{\"topic\":true}\0\0{\"topic\":null}\0\0{\"topic\":1e3}\0\0{\"topic\":[]}\0\0")
                == ["1.5", "true", "null", "1000", "!"])
    }

    @Test func `keys come in any order, unknown ones are ignored, and the last of two counts`() {
        #expect(read("{\"x\":[{}],\"message\":[1],\"topic\":\"t\"}\0\0") == ["t [1]"])
        #expect(read("{\"topic\":\"a\",\"message\":1,\"topic\":\"b\",\"message\":2}\0\0") == ["b 2"])
    }

    @Test(arguments: ["", "\0", "null", "5", "[]", "\"t\"", "{", "{\"topic\":}", "{}x", "{\"topic\":\"\u{1}\"}"])
    func `what is malformed takes nothing with it`(_ text: String) {
        #expect(read("{\"topic\":\"a\"}\0\0\(text)\0\0{\"topic\":\"b\"}\0\0").first == "a")
        #expect(read("{\"topic\":\"a\"}\0\0\(text)\0\0{\"topic\":\"b\"}\0\0{\"topic\":\"c\"}\0\0").last == "c")
        #expect(read("\(text)\0\0").allSatisfy { $0 == "!" })
    }

    @Test func `a message that is malformed at any byte is the only one lost`() {
        let good = Array("{\"topic\":\"good\",\"message\":[1,\"é\"]}\0\0".utf8)
        for index in 0..<good.count - 2 {
            var bad = good
            // Never allowed outside of strings, and in UTF-8 nowhere.
            bad[index] = 0xFF
            #expect(SocketIPCReading([good + bad + good]).words == ["good [1,\"é\"]", "!", "good [1,\"é\"]"])
        }
    }

    @Test func `what is malformed is told with its bytes`() {
        guard case .malformed(let why, let bytes)? = SocketIPCReading([Array("{\"topic\":x}\0\0".utf8)]).effects.first
        else {
            Issue.record("not malformed")
            return
        }
        #expect(bytes == Array("{\"topic\":x}".utf8) && why.contains("at byte 9"))
    }

    @Test func `a third zero byte belongs to the next message`() {
        #expect(read("{\"topic\":\"a\"}\0\0\0{\"topic\":\"b\"}\0\0{\"topic\":\"c\"}\0\0") == ["a", "!", "c"])
    }

    @Test func `nothing is read behind a message that is too long`() {
        let limit = 20
        let long = Array("{\"topic\":\"0123456789\"}\0\0{\"topic\":\"a\"}\0\0".utf8)
        for sizes in [[long.count], [1], [7]] {
            let parts = SocketIPCReading.pieces(of: long, sizes)
            #expect(SocketIPCReading(parts, byteCountMax: limit).words == ["too long"])
            #expect(SocketIPCReading(parts, byteCountMax: 22).words == ["0123456789", "a"])
        }
    }

    @Test func `an empty topic is sent as none`() {
        #expect(SocketIPCReading.written("", 1) == Array("{\"topic\":\"none\",\"message\":1}\0\0".utf8))
        #expect(SocketIPCReading.written("t", nil) == Array("{\"topic\":\"t\"}\0\0".utf8))
    }
}
