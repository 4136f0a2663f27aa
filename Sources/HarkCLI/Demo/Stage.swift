import Foundation
import Hark

/// Where a scene is played: starts its processes, shows what they do, and stops them.
@EventLoop
final class Stage {
    /// 10 s: no scene takes a third of it.
    private static let secondsMax: UInt64 = 10

    let isTerminal = isatty(STDOUT_FILENO) == 1
    private let style = Style.standardOutput
    private let directory: URL
    private var performers: [Performer] = []
    private var sceneCount = 0
    private lazy var deadline = LoopTimer { [weak self] in self?.clear() }

    init() throws {
        directory = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
            "hark-demo-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    /// A socket file for the scene.
    var url: String { "unix://\(directory.path)/\(sceneCount).sock" }

    /// One of several socket files for the scene.
    func url(_ number: Int) -> String { "unix://\(directory.path)/\(sceneCount)-\(number).sock" }

    // MARK: Scenes

    func open(_ scene: any Scene) {
        sceneCount += 1
        write("\(style.bold(scene.name))  \(scene.promise)\n")
        deadline.schedule(at: TimerHeap.now + Self.secondsMax * 1_000)
    }

    func close(_ seen: String) { write("  \(style.green("✓")) \(seen)\n\n") }

    func close(failing reason: String) { write("  \(style.red("✗")) \(reason)\n\n") }

    /// Stops the processes of the scene.
    func clear() {
        deadline.cancel()
        for performer in performers { performer.kill() }
        performers = []
    }

    func takeDown() { try? FileManager.default.removeItem(at: directory) }

    // MARK: Performers

    /// Starts this command as another process.
    func start(_ name: String, _ arguments: String...) throws -> Performer { try start(name, arguments) }

    /// The same.
    func start(_ name: String, _ arguments: [String]) throws -> Performer {
        let performer = try Performer(name, arguments)
        performers.append(performer)
        return performer
    }

    func say(_ performer: Performer, _ text: String) { say(performer.name, text) }

    func say(_ name: String, _ text: String) { write("  \(style.dim(name.padded(to: 10)))\(text)\n") }

    /// Replaces the line shown last, on a terminal.
    func sayAgain(_ name: String, _ text: String) {
        write("\r  \(style.dim(name.padded(to: 10)))\(text)\u{1B}[K")
    }

    func endLine() { write("\n") }

    private func write(_ text: String) { _ = StandardOutput.write(Array(text.utf8)) }
}
