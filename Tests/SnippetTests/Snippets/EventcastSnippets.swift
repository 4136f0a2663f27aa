import Hark
import Logging

/// What `MigratingFromEventcast.md` shows.
@EventLoop
enum EventcastSnippets {
    static func usage() {
        let ec1 = MulticastGroup(9000, dialect: .eventcast)
        ec1.start {}
        ec1.on("myevent") { (text: String) in print(text) }

        let ec2 = MulticastGroup(9000, dialect: .eventcast)
        ec2.start {}
        ec2.emit("myevent", "hello")
    }

    nonisolated static func oneWhoHears() throws {
        try EventLoop.run {
            let group = MulticastGroup(9000, dialect: .eventcast)
            group.on("myevent") { (text: String) in print(text) }
            try await group.start()
        }
    }

    nonisolated static func oneWhoSpeaks() throws {
        try EventLoop.run {
            let group = MulticastGroup(9000, dialect: .eventcast)
            try await group.start()
            group.emit("myevent", "hello")
            await group.close()
        }
    }

    static func emitting(_ group: MulticastGroup) {
        group.emit("tick", 1)  // to the others, then to its own listeners
        group.send("tick", 2)  // to the others
        group.localEmit("tick", 3)  // to its own listeners
    }

    static func awaited(_ group: MulticastGroup) async throws {
        try await group.start()
        group.emit("tick", 1)  // .written
        await group.stop()
        group.emit("tick", 2)  // .dropped(.stopped): only its own listeners have heard it
    }

    static func calledBack(_ group: MulticastGroup) {
        group.start {
            print("bound, on port \(group.port ?? 0)")
            group.stop { print("stopped") }
        }
    }

    static func life(_ group: MulticastGroup) {
        group.on(.start) { print("takes part") }
        group.on(.stop) { print("takes part no more") }
        group.on(.error) { error in
            if error.code == .version { print("somebody speaks another version: \(error)") }
        }
        group.on(.loss) { loss in
            print("a message of \(loss.member.id) lacks \(loss.datagramCount) segments")
        }
    }

    static func segmented(_ sender: MulticastGroup, _ receiver: MulticastGroup) {
        receiver.on("picture") { (picture: RawSpan) in print("\(picture.byteCount) bytes") }
        sender.emit("picture", Bytes([UInt8](repeating: 7, count: 100_000)))
    }

    static func encrypted() -> MulticastGroup.Options {
        var options = MulticastGroup.Options(dialect: .eventcast, port: 9000)
        options.encryption = .legacyAES128(passphrase: "correct horse")
        return options
    }

    static func logLevels(_ group: MulticastGroup) throws {
        print(group.logLevel())  // eventcast and repl, each with its level
        group.logLevel(.debug)
        try group.logLevel("repl", .error)
    }

    static func everyMessage(_ group: MulticastGroup) {
        group.onAny { event in print("\(event.member?.id ?? "this one"): \(event.name)") }
    }
}
