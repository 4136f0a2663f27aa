import Foundation
import Hark
import Testing

/// A listener that dies while a log is sent to it, and another one in its place.
@Suite struct RestartTests {
    private struct Line: Decodable {
        let type: String
        var args: [Int]?
        var redelivered: Bool?
        var sent: Int?
        var acknowledged: Int?
        var dropped: [String: Int]?
        var unknown: Int?
    }

    private func line(_ text: String) throws -> Line {
        try JSONDecoder().decode(Line.self, from: Data(text.utf8))
    }

    @Test func `no line of a log is lost when the listener is killed and another takes its place`() async throws {
        let count = 20_000
        let url = "unix://\(Command.socket())"
        let first = try Command("listen", url)
        _ = try await first.nextURL()
        let log = try Command("connect", url, "--end-with-input")
        Thread.detachNewThread {
            for number in 0..<count { try? log.say("{\"emit\":\"line\",\"args\":[\(number)]}") }
            try? log.endInput()
        }
        var printed: Set<Int> = []
        while printed.count < count / 3 {
            if let number = try line(try await first.next("event")).args?.first { printed.insert(number) }
        }
        first.signal(SIGKILL)
        for text in await first.rest() {
            // The last one may be cut.
            if let number = try? line(text).args?.first { printed.insert(number) }
        }

        let second = try Command("listen", url)
        _ = try await second.nextURL()
        let end = try line(try await log.next("end"))
        #expect(end.sent == count && end.acknowledged == count && end.dropped == [:] && end.unknown == 0)
        #expect(await log.status() == 0)
        second.signal(SIGTERM)
        var last = -1
        for text in await second.rest() {
            let line = try line(text)
            guard line.type == "event", let number = line.args?.first else { continue }
            #expect(number > last, "in order, and once")
            #expect(
                !printed.contains(number) || line.redelivered == true, "\(number) is printed again and does not say so")
            last = number
            printed.insert(number)
        }
        #expect(printed.count == count)
    }

    @Test func `what was sent when the input had ended is sent again if the listener dies without having read it`()
        async throws
    {
        let url = "unix://\(Command.socket())"
        let first = try Command("listen", url)
        _ = try await first.nextURL()
        let log = try Command("connect", url, "--end-with-input")
        _ = try await log.next("connect")
        first.signal(SIGSTOP)
        for number in 0..<100 { try log.say("{\"emit\":\"line\",\"args\":[\(number)]}") }
        // Answered when everything before it was read.
        try log.say(#"{"get":"nothing"}"#)
        _ = try await log.next("set")
        try log.endInput()
        first.signal(SIGKILL)
        let second = try Command("listen", url)
        _ = try await second.nextURL()
        let end = try line(try await log.next("end"))
        #expect(end.acknowledged == 100 && end.unknown == 0)
        second.signal(SIGTERM)
        let printed = try await second.rest().map(line).compactMap(\.args?.first)
        #expect(printed == Array(0..<100))
    }

    @Test func `an emit that asks for its acknowledgement is told when its line is printed`() async throws {
        let url = "unix://\(Command.socket())"
        let server = try Command("listen", url)
        _ = try await server.nextURL()
        let client = try Command("connect", url)
        try client.say(#"{"emit":"order","args":[1],"ack":true}"#)
        #expect(try await client.next("ack") == #"{"type":"ack","name":"order"}"#)
        let peer = try await server.nextPeer()
        try server.say(#"{"emit":"order","ack":true,"to":"\#(peer)"}"#)
        #expect(try await server.next("ack") == #"{"type":"ack","name":"order"}"#)
        try client.say(#"{"emit":"order","ack":7}"#)
        #expect(try await client.next("error").contains("\\\"ack\\\" takes true or false"))
        client.signal(SIGTERM)
        #expect(await client.rest().last == #"{"type":"end","sent":1,"acknowledged":1,"dropped":{},"unknown":0}"#)
    }
}
