import HarkProtocol
import HarkWire
import Testing

struct ConsoleConversationTests {
    private static let prompt = "hark@vm> "

    /// A conversation with what has come in and was not taken.
    private final class Talk {
        private var conversation = ConsoleConversation(name: "hark@vm", object: nil)
        private(set) var waiting: ArraySlice<UInt8> = []

        func greet() -> String { conversation.greet() }
        func inputEnded() { conversation.inputEnded() }
        func hear(_ bytes: some Sequence<UInt8>) { waiting.append(contentsOf: bytes) }
        func next() -> ConsoleConversation.Step? { conversation.next(&waiting) }

        func answer(_ result: Result<ConsoleAnswer, ConsoleError>, byteCountMax: Int = .max) -> String {
            conversation.answer(result, byteCountMax: byteCountMax)
        }

        /// What is said and asked, until nothing follows any more.
        func steps(_ text: String) -> [ConsoleConversation.Step] {
            hear(text.utf8)
            var steps: [ConsoleConversation.Step] = []
            while let step = next() { steps.append(step) }
            return steps
        }
    }

    @Test func `a person sees a prompt, an answer and a prompt`() {
        let conversation = Talk()
        #expect(conversation.greet() == Self.prompt)
        #expect(conversation.greet() == "")
        #expect(conversation.steps("peers\r\n") == [.run(.peers)])
        #expect(conversation.answer(.success(.table([["id": "a"]]))) == "id\r\na\r\nhark@vm> ")
        #expect(conversation.steps("\r\n") == [.say(Self.prompt)])
        #expect(
            conversation.steps("peers all\r\n")
                == [.say("error: these arguments do not go with peers; write peers\r\nhark@vm> ")])
        #expect(conversation.steps("drain\r\n") == [.run(.drain)])
        #expect(conversation.answer(.failure(ConsoleError("it is closed"))) == "error: it is closed\r\nhark@vm> ")
        #expect(conversation.steps("quit\r\nignored\r\n") == [.end])
    }

    @Test func `who types before the prompt sees it first`() {
        let conversation = Talk()
        #expect(conversation.steps("p") == [.say(Self.prompt)])
        #expect(conversation.greet() == "")
        #expect(conversation.steps("eers\n") == [.run(.peers)])
        let other = Talk()
        #expect(other.steps("\n") == [.say(Self.prompt), .say(Self.prompt)])
    }

    @Test func `what telnet negotiates decides nothing`() {
        let conversation = Talk()
        conversation.hear([255, 253, 3, 255, 251, 24])
        #expect(conversation.next() == nil)
        #expect(conversation.greet() == Self.prompt)
    }

    @Test func `who begins with a brace gets lines of JSON and nothing else`() {
        let conversation = Talk()
        #expect(conversation.steps(#"{"command":"#) == [])
        #expect(conversation.greet() == "")
        #expect(conversation.steps("\"peers\",\"id\":1}\n") == [.run(.peers)])
        #expect(conversation.answer(.success(.table([]))) == "{\"ok\":true,\"result\":[],\"id\":1}\n")
        #expect(conversation.steps("\n") == [])
        #expect(
            conversation.steps("peers\n") == [
                .say(
                    #"{"ok":false,"error":"the line is not JSON: expected a value at byte 0","#
                        + #""code":"invalidCommand","id":null}"# + "\n")
            ])
        #expect(
            conversation.steps(#"{"command":"quit","id":2}"# + "\n")
                == [.say("{\"ok\":true,\"result\":null,\"id\":2}\n"), .end])
    }

    @Test func `a program that was taken for a person gets its lines on lines of their own`() {
        let conversation = Talk()
        _ = conversation.greet()
        #expect(conversation.steps("{\"command\":\"drain\"}\n") == [.say("\n"), .run(.drain)])
    }

    @Test func `a person's later line may begin with a brace, and is no command`() {
        let conversation = Talk()
        _ = conversation.steps("\n")
        #expect(conversation.steps("{}\n") == [.run(.unknown("{}"))])
    }

    @Test func `one command is carried out at a time`() {
        let conversation = Talk()
        #expect(conversation.steps("drain\npeers\nquit\n") == [.say(Self.prompt), .run(.drain)])
        #expect(conversation.waiting.count == 11)
        _ = conversation.answer(.success(.text("drained")))
        #expect(conversation.steps("") == [.run(.peers)])
        _ = conversation.answer(.success(.table([])))
        #expect(conversation.steps("") == [.end])
        #expect(conversation.steps("peers\n") == [])
    }

    @Test func `when nothing more comes, what did come is answered and it ends`() {
        let conversation = Talk()
        conversation.inputEnded()
        #expect(conversation.steps("peers") == [.say(Self.prompt), .run(.peers)])
        _ = conversation.answer(.success(.table([])))
        #expect(conversation.steps("") == [.end])
        let silent = Talk()
        silent.inputEnded()
        #expect(silent.steps("") == [.end])
    }

    @Test func `a line without an end, or a browser, is told why and closed`() {
        for first in ["{", "a"] {
            let conversation = Talk()
            let all = conversation.steps(first + String(repeating: "a", count: 70_000))
            #expect(all.last == .end)
            guard case .say(let text)? = all.dropLast().last else {
                Issue.record("nothing said")
                return
            }
            #expect(text.contains("the line is longer than 65536 bytes; this console is closed"))
            #expect(!text.hasSuffix(Self.prompt))
        }
        let conversation = Talk()
        #expect(
            conversation.steps("POST / HTTP/1.1\r\nemit attack\r\n")
                == [.say(Self.prompt), .say("error: this is no web server; this console is closed\r\n"), .end])
    }

    @Test func `what is not UTF-8 is refused`() {
        let conversation = Talk()
        conversation.hear([0x61, 0xC3, 0x28, 0x0A])
        #expect(conversation.steps("") == [.say(Self.prompt), .say("error: the line is not UTF-8\r\nhark@vm> ")])
    }

    @Test func `what others have sent does not steer the terminal`() {
        let conversation = Talk()
        _ = conversation.steps("peers\n")
        let answer = conversation.answer(.success(.table([["id": "\u{1B}[2J\u{9B}2J\r\n\u{7F}é"]])))
        #expect(answer == "id\r\n\\u001b[2J\\u009b2J\\u000d\\u000a\\u007fé\r\nhark@vm> ")
    }

    @Test func `an answer that is too long is replaced by the reason`() {
        let conversation = Talk()
        _ = conversation.steps("peers\n")
        let answer = conversation.answer(.success(.text(String(repeating: "a", count: 200))), byteCountMax: 100)
        #expect(answer == "error: the answer is longer than 100 bytes\r\nhark@vm> ")
    }

    @Test(
        arguments: [
            "peers\r\nemit a 1\r\neventcast.stop()\r\nquit\r\n", "{\"command\":\"peers\"}\n{\"id\":1}\n{x\n",
            "\n\n?\n", "a\r\0b\n",
        ])
    func `however the bytes come, the same steps follow`(text: String) {
        let bytes = Array(text.utf8)
        let whole = ConsoleConversationInvariant.steps(bytes, partByteCount: bytes.count)
        for partByteCount in 1..<bytes.count {
            #expect(ConsoleConversationInvariant.steps(bytes, partByteCount: partByteCount) == whole)
        }
    }

    @Test func `no bytes break it`() {
        var random = SplitMix(seed: 3)
        let seeds = [
            "emit \"a\" [1]\n", "{\"command\":\"emit\",\"arguments\":[\"a\",{}]}\n", "eventcast.a(1)\n", "\r\0",
        ]
        for _ in 0..<Sweep.count(2_000, full: 50_000, soak: 2_000_000) {
            var bytes = (0...random.next() % 3).flatMap { _ in
                Array(seeds[Int(random.next() % UInt64(seeds.count))].utf8)
            }
            for _ in 0...random.next() % 4 {
                let index = Int(random.next() % UInt64(bytes.count))
                bytes[index] = [0, 10, 13, 34, 255, 253, 250, UInt8(random.next() % 256)][Int(random.next() % 8)]
            }
            let found = bytes.withUnsafeBytes(ConsoleConversationInvariant.violation)
            #expect(found == nil, "\(bytes)")
        }
    }
}
