import Hark
import HarkTesting
import Testing

@EventLoop
@Suite(.timeLimit(.minutes(1)))
struct EventTests {
    @Test func `arguments are decoded from the front, as often as asked`() async throws {
        try await withPair(.simulated) { pair in
            let event = try await arrived(at: pair) { pair.client.emit("n", 7, "seven", true) }
            for _ in 1...2 {
                #expect(try event.decode(Int.self) == 7)
                let (number, text, flag) = try event.decode(Int.self, String.self, Bool.self)
                #expect(number == 7 && text == "seven" && flag)
                #expect(try event.arguments == [.int(7), .string("seven"), .bool(true)])
            }
        }
    }

    @Test func `fewer arguments than asked for, and other types, are argument errors`() async throws {
        try await withPair(.simulated) { pair in
            let event = try await arrived(at: pair) { pair.client.emit("n", 7) }
            #expect(throws: ArgumentError.self) { try event.decode(Int.self, Int.self) }
            #expect(throws: ArgumentError.self) { try event.decode(String.self) }
            #expect(try event.decode(Int.self) == 7)
        }
    }

    @Test func `an event without arguments has none`() async throws {
        try await withPair(.simulated) { pair in
            let event = try await arrived(at: pair) { pair.client.emit("n") }
            #expect(event.name == "n" && event.peer === pair.peer)
            #expect(try event.arguments.isEmpty)
            #expect(throws: ArgumentError.self) { try event.decode(Int.self) }
        }
    }

    private func arrived(at pair: Pair, when emit: () -> EmitResult) async throws -> Event {
        var arrived: Event?
        pair.server.once("n") { (event: Event) in arrived = event }
        _ = emit()
        try await pair.sync()
        return try #require(arrived)
    }
}
