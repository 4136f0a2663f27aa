import HarkWire
import Testing

@Suite struct JSONEventTests {
    /// What a text says: the event as it is written again, with its id; nil when it is none.
    private static func read(_ event: inout JSONEvent, _ text: String) throws(JSONError) -> String? {
        let bytes = Array(text.utf8)
        let isEvent = try bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try event.read(bytes) }
        }.get()
        guard isEvent else { return nil }
        var writer = ByteWriter(pool: ChunkPool())
        writer.beginFrame()
        JSONEvent.write(event.name, event.arguments, into: &writer)
        let id = event.id.map { " #" + String(decoding: $0, as: UTF8.self) } ?? ""
        return String(decoding: writer.takeBytes(), as: UTF8.self) + id
    }

    private static func read(_ text: String) throws(JSONError) -> String? {
        var event = JSONEvent(pool: ChunkPool())
        return try read(&event, text)
    }

    @Test(arguments: [
        ("[\"a\"]", "[\"a\"]"), (" [ \"a\" , 1 ] ", "[\"a\",1]"),
        ("[\"\",null,[],{}]", "[\"\",null,[],{}]"), ("[\"\\u00e9\\n\",\"\\\"\"]", "[\"é\\n\",\"\\\"\"]"),
        ("{\"args\":[\"a\",1]}", "[\"a\",1]"), ("{\"args\":[\"a\"],\"id\":\"x\"}", "[\"a\"] #x"),
        ("{\"id\":\"x\",\"args\":[\"a\",{\"b\":[1]}]}", "[\"a\",{\"b\":[1]}] #x"),
        ("{\"more\":[[1]],\"args\":[\"a\"],\"id\":\"x\",\"y\":2}", "[\"a\"] #x"),
        ("{\"args\":[\"a\"],\"id\":7}", "[\"a\"]"), ("{\"args\":[\"a\"],\"id\":null}", "[\"a\"]"),
        ("{\"args\":[\"a\"],\"id\":\"\"}", "[\"a\"] #"), ("{\"id\":\"x\",\"args\":[\"a\"],\"id\":\"y\"}", "[\"a\"] #y"),
        ("{\"args\":[\"a\"],\"id\":\"x\",\"args\":[\"b\",2]}", "[\"b\",2]"),
        ("{\"args\":[\"a\"],\"id\":\"a\\\"b\"}", "[\"a\"] #a\"b"),
    ])
    func `an event is read in either form, whatever stands beside it`(text: String, expected: String) throws {
        #expect(try Self.read(text) == expected)
    }

    @Test(arguments: [
        "[]", "[1]", "[null,\"a\"]", "[[\"a\"]]", "{}", "{\"args\":{}}", "{\"args\":[]}", "{\"args\":[1,\"a\"]}",
        "{\"args\":\"a\"}", "{\"id\":\"x\"}", "1", "\"a\"", "null", "true", "{\"args\":[\"a\"],\"args\":[1]}",
    ])
    func `JSON of another shape is no event`(text: String) throws {
        #expect(try Self.read(text) == nil)
    }

    @Test(arguments: [
        "", "[\"a\"", "[\"a\",]", "[\"a\"] 1", "{\"args\":[\"a\"]", "{\"args\":[\"a\"]}}", "[\"\\ud800\"]",
        "[1,\"\\x\"]",
        "{\"args\":[\"a\"],\"id\":\"\\ud800\"}", "[\"a\",01]",
    ])
    func `what is not JSON is an error`(text: String) {
        #expect(throws: JSONError.self) { try Self.read(text) }
    }

    @Test func `one after the other is read into the same memory, and an error leaves nothing behind`() throws {
        var event = JSONEvent(pool: ChunkPool())
        #expect(try Self.read(&event, "{\"args\":[\"a\",1],\"id\":\"x\"}") == "[\"a\",1] #x")
        #expect(try Self.read(&event, "[\"b\"]") == "[\"b\"]")
        var isRefused = false
        do { _ = try Self.read(&event, "[\"c\",") } catch { isRefused = true }
        #expect(isRefused)
        #expect(try Self.read(&event, "[]") == nil)
        event.rest()
        #expect(event.name.isEmpty && event.arguments.isEmpty && event.id == nil)
        #expect(try Self.read(&event, "{\"args\":[\"d\",\"long enough to need more than a few bytes\"]}") != nil)
    }
}
