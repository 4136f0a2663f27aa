package import HarkUV
package import HarkWire

/// A request whose name nobody answers, handed to whoever passes it on: to another process, for example.
@EventLoop
package final class UnclaimedRequest {
    package let name: String
    package let arguments: [Value]
    /// Nil on a client.
    package let peer: Peer?
    private let reply: Reply

    init(_ name: String, _ arguments: [Value], from peer: Peer?, _ reply: Reply) {
        self.name = name
        self.arguments = arguments
        self.peer = peer
        self.reply = reply
    }

    /// Answers. The first answer counts.
    package func succeed(_ result: Value) { reply.send { $0.write(result) } }

    /// Answers that it failed, and why.
    package func fail(_ reason: String) { reply.fail(HarkError(.requestFailed, reason)) }
}

extension Emitter {
    /// Hands requests whose name nobody answers to `body`, which answers them then or later.
    package func onUnclaimedRequest(_ body: @escaping @EventLoop (UnclaimedRequest) -> Void) {
        responders.unclaimed = { name in
            { arguments, reply in
                var reader = ArgumentReader(arguments)
                var values: [Value] = []
                while !reader.isAtEnd { values.append(try reader.readValue()) }
                body(UnclaimedRequest(name, values, from: Dispatch.link?.peer, reply))
            }
        }
    }
}
