import Foundation
import Hark

/// The scenes of the demo, in the order in which they are played.
enum Programme {
    static let scenes: [any Scene] = [
        PingPongScene(), RequestScene(), BroadcastScene(), RestartScene(), StreamitterScene(), UhuraScene(),
        SocketIPCScene(), EventcastScene(), RingScene(), LoadScene(),
    ]

    static func list() {
        for scene in scenes { print(scene.name.padded(to: 13) + scene.promise) }
    }

    /// - Throws: `Failure` when a scene did not show what it promises.
    @EventLoop
    static func play(_ scenes: [any Scene]) async throws {
        let stage = try Stage()
        let signals = try [SIGINT, SIGTERM].map { signal in
            try SignalWatch(signal) {
                stage.clear()
                stage.takeDown()
                exit(ExitStatus.interrupted.rawValue)
            }
        }
        var failed: [String] = []
        for scene in scenes {
            stage.open(scene)
            do {
                stage.close(try await scene.play(on: stage))
            } catch {
                failed.append(scene.name)
                stage.close(failing: (error as? Failure)?.message ?? "\(error)")
            }
            stage.clear()
        }
        stage.takeDown()
        for signal in signals { signal.close() }
        guard failed.isEmpty else {
            throw Failure(.failure, "not shown as promised: \(failed.joined(separator: ", "))")
        }
    }
}

extension String {
    /// The text and so many spaces that it takes `width` columns.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
