import ArgumentParser
import Foundation
import Hark

/// What a process of the demo does: written as a program that uses the library is.
enum DemoRole: String, ExpressibleByArgument, CaseIterable, Sendable {
    case ping, pong, flood, sink
    case streamitterServer = "streamitter-server"
    case streamitterClient = "streamitter-client"
    case eventcastSender = "eventcast-sender"
    case ringEmitter = "ring-emitter"

    @EventLoop
    func play(_ endpoint: Endpoint) async throws {
        endWithParent()
        switch self {
        case .ping: try await PingRole.play(endpoint)
        case .pong: try await PongRole.play(endpoint)
        case .flood: try await FloodRole.play(endpoint)
        case .sink: try await SinkRole.play(endpoint)
        case .streamitterServer: try await StreamitterServerRole.play(endpoint)
        case .streamitterClient: try await StreamitterClientRole.play(endpoint)
        case .eventcastSender: try await EventcastSenderRole.play(endpoint)
        case .ringEmitter: try await RingEmitterRole.play(endpoint)
        }
    }

    /// The demo holds the other end of standard input for as long as it lives.
    private func endWithParent() {
        Input.read { inputs, _ in
            if case .ended? = inputs.last { exit(ExitStatus.done.rawValue) }
        }
    }

    static func say(_ line: String) { _ = StandardOutput.write(Array("\(line)\n".utf8)) }
}
