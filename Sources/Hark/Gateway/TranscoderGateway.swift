internal import HarkProtocol
internal import HarkUV
internal import HarkWire

/// Speaks socket-ipc in the form that a transcoder of the application gives it.
///
/// What the transcoder does concerns one connection: its decoder is this connection's own, and what it refuses is
/// passed over as a malformed message of this peer.
@EventLoop
final class TranscoderGateway: SocketIPCGateway {
    private let transcoder: any Transcoder
    private let decoder: any TranscoderDecoding

    init(
        _ wire: any Connection, as role: NativeMachine.Role, _ transcoder: any Transcoder, _ context: GatewayContext
    ) {
        self.transcoder = transcoder
        decoder = transcoder.makeDecoder()
        super.init(wire, as: role, context)
    }

    // MARK: To the wire

    // A message that the transcoder skips or refuses is one that the link is rid of.
    override func writeMessage(_ name: UnsafeRawBufferPointer, _ arguments: UnsafeRawBufferPointer) {
        let topic = String(decoding: name, as: UTF8.self)
        let message = TopicMessage(
            topic: topic.isEmpty ? "\(SocketIPCMachine.emptyTopic)" : topic, message: Self.value(of: arguments))
        do {
            guard let bytes = try transcoder.encode(message) else { return }
            output.beginFrame()
            bytes.withUnsafeBytes { output.append($0) }
        } catch {
            refused(message, error)
        }
    }

    private static func value(of arguments: UnsafeRawBufferPointer) -> Value? {
        var reader = ArgumentReader(arguments)
        return try? reader.readValue()
    }

    /// The transcoder could not write a message. It has been counted as sent before anybody could know.
    private func refused(_ message: TopicMessage, _ error: any Error) {
        guard let owner = link?.owner else { return }
        let topic = message.topic ?? ""
        let error = HarkError(
            .arguments, "\"\(topic)\" was not sent: the transcoder refused it: \(error)", cause: error,
            event: topic, peer: link?.peer?.id, values: message.message.map { [$0] } ?? [])
        // Not from within the link's write: who hears of it may end the connection.
        EventLoop.task { owner.linkDidFail(error) }
    }

    // MARK: From the wire

    override func read(_ bytes: UnsafeRawBufferPointer) {
        do {
            try decoder.decode(bytes.bytes) { result in
                switch result {
                case .success(let message): arrived(message)
                case .failure(let error): failed(error, bytes)
                }
            }
        } catch {
            failed(error, bytes)
        }
    }

    private func failed(_ error: any Error, _ bytes: UnsafeRawBufferPointer) {
        if !isClosed { passOver("the transcoder refused it: \(error)", bytes) }
    }

    private func arrived(_ message: TopicMessage) {
        guard !isClosed else { return }
        var arguments = ArgumentWriter(pool: EventLoop.current.pool)
        if let value = message.message { arguments.write(value) }
        guard arguments.takeFailure() == nil else {
            return passOver("its message is nested too deep", UnsafeRawBufferPointer(start: nil, count: 0))
        }
        var topic = message.topic ?? "\(SocketIPCMachine.absentTopic)"
        let encoded = arguments.bytes.takeBytes()
        encoded.withUnsafeBytes { encoded in topic.withUTF8 { _ = deliver(UnsafeRawBufferPointer($0), encoded) } }
    }
}
