import Captures
import Foundation
import Hark
import Testing

/// `hark cast` and recorded datagrams of Eventcast itself.
@Suite @EventLoop struct CastOriginalTests {
    private let id = String(repeating: "a", count: 16)

    private func cast(_ options: String...) async throws -> (command: Command, url: String, original: RawMember) {
        let url = try RawMember.url()
        let command = try Command(
            arguments: ["cast", url, "--dialect", "eventcast", "--interface", "127.0.0.1", "--ttl", "0"] + options)
        _ = try await command.nextURL()
        return (command, url, try RawMember(url))
    }

    @Test func `a datagram of an original is an event`() async throws {
        let (cast, _, original) = try await cast()
        for chunk in try Capture.named("Eventcast/plain-event-nested").chunks { try original.send(chunk.bytes) }
        let event = try await cast.next("event")
        #expect(event.hasPrefix(#"{"type":"event","name":"event","args":["#) && event.hasSuffix(#""from":"\#(id)"}"#))
        original.close()
    }

    @Test func `what an original gets has its fields in their order, the interface's address and the URL's port`()
        async throws
    {
        let (cast, url, original) = try await cast()
        try cast.say(#"{"emit":"hello","args":["world",1,2.5,null]}"#)
        let meta = try OriginalMeta(try await original.hear().bytes)
        #expect(
            meta.fields.map(\.key) == [
                "v", "seq", "seqLen", "seqId", "seqEnd", "enc", "name", "host", "port", "hostname", "id", "time",
            ])
        #expect(meta["v"] == "3" && meta["seq"] == "0" && meta["seqLen"] == "1" && meta["seqEnd"] == "true")
        #expect(meta["enc"] == "false" && meta["name"] == "hello" && meta["seqId"]?.count == 40)
        #expect(meta["host"] == "127.0.0.1")
        #expect(meta["port"] == (try Endpoint(parsing: url).port).map { "\($0)" })
        #expect(meta["id"]?.count == 16)
        original.close()
    }

    @Test func `a segment that was lost is asked for, and the event arrives`() async throws {
        let (cast, url, original) = try await cast("--message-ttl", "200")
        original.close()
        // Requests come to where the meta says, and several sockets have the group's port: so it gets one of its own.
        let own = try RawMember(url, isAlone: true)
        let segments = try Capture.named("Eventcast/plain-retransmission").chunks.prefix(5)
            .map { $0.bytes.answered(at: own.port) }
        for (index, segment) in segments.enumerated() where index != 1 && index != 3 { try own.send(segment) }
        let request = try await own.hear { (try? OriginalMeta($0))?["name"] == "__ec_retx" }
        let meta = try OriginalMeta(request.bytes)
        #expect(meta["host"] == "127.0.0.1")
        for index in [1, 3] { try own.send(segments[index], to: request.source) }
        let event = try await cast.next("event")
        #expect(event.contains(#""name":"segments""#) && event.hasSuffix(#""from":"\#(id)"}"#))
        own.close()
    }

    @Test func `bytes that are no datagram are told, and change nothing`() async throws {
        let (cast, _, original) = try await cast()
        try original.send(Array("this is no datagram of anybody".utf8))
        #expect(try await cast.nextLine().hasPrefix(#"{"type":"error","message":""#))
        for chunk in try Capture.named("Eventcast/plain-event-null").chunks { try original.send(chunk.bytes) }
        #expect(try await cast.next("event").contains(#""args":[null]"#))
        original.close()
    }

    #if Encryption
        @Test func `encrypted datagrams of an original are opened, and plain ones refused`() async throws {
            let (cast, _, original) = try await cast("--key", "correct horse")
            for chunk in try Capture.named("Eventcast/plain-event-null").chunks { try original.send(chunk.bytes) }
            #expect(try await cast.nextLine().hasPrefix(#"{"type":"error","message":""#))
            for chunk in try Capture.named("Eventcast/encrypted-event-null").chunks { try original.send(chunk.bytes) }
            #expect(try await cast.nextLine() == #"{"type":"event","name":"event","args":[null],"from":"\#(id)"}"#)
            original.close()
        }

        @Test func `plain datagrams are taken beside encrypted ones when that is asked for`() async throws {
            let (cast, _, original) = try await cast("--key", "correct horse", "--accept-plaintext")
            for chunk in try Capture.named("Eventcast/plain-event-null").chunks { try original.send(chunk.bytes) }
            #expect(try await cast.nextLine() == #"{"type":"event","name":"event","args":[null],"from":"\#(id)"}"#)
            original.close()
        }
    #endif
}
