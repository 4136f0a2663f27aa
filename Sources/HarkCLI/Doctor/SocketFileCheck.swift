import Foundation
import Hark

/// Whether unix sockets can be made where programs put them.
struct SocketFileCheck: HealthCheck {
    let name = "socket-files"
    static let promise = "whether unix sockets can be made, with mode 0600, and how long their names may be"

    /// 16 bytes: `/application.sock`, nearly.
    private static let nameByteCountMin = 16

    func find() -> Finding {
        var folders = [NSTemporaryDirectory()]
        let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"] ?? ""
        if !runtime.isEmpty { folders.insert(runtime, at: 0) }
        let looks = folders.map { ($0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0) }
            .map { (folder: $0, problem: Self.problem(in: $0)) }
        let room = { (folder: String) in PipeSocket.pathByteCountMax - folder.utf8.count - 1 }
        let good = looks.filter { $0.problem == nil }.map { "\($0.folder) (names of up to \(room($0.folder)) bytes)" }
        let bad = looks.compactMap(\.problem)
        let details: Value.Object = [
            "folders": .array(
                looks.map { look in
                    [
                        "path": .string(look.folder), "works": .bool(look.problem == nil),
                        "nameByteCountMax": .int(Int64(max(0, room(look.folder)))),
                    ]
                })
        ]
        let text = (bad + (good.isEmpty ? [] : ["sockets can be made in \(good.joined(separator: " and "))"]))
            .joined(separator: "; ")
        let advice = "set TMPDIR or XDG_RUNTIME_DIR to a short path of a folder of yours, with mode 0700"
        if good.isEmpty { return .failure(text, advice: advice, details) }
        return bad.isEmpty ? .ok(text, details) : .warning(text, advice: advice, details)
    }

    /// Makes a socket as a server does, and looks at its file.
    @EventLoop
    private static func problem(in folder: String) -> String? {
        guard PipeSocket.pathByteCountMax - folder.utf8.count - 1 >= nameByteCountMin else {
            return """
                the path \(folder) is too long for the names of sockets, whose paths have at most \
                \(PipeSocket.pathByteCountMax) bytes
                """
        }
        let path = "\(folder)/h\(UInt32.random(in: 0 ... .max))"
        do throws(HarkError) {
            let acceptor = try Environment.live.transport.listen(on: .unix(path)) { _ in }
            defer { acceptor.close() }
            let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
            guard let mode, mode != 0o600 else { return nil }
            return "a socket in \(folder) has mode 0\(String(mode, radix: 8)) instead of 0600: others may connect"
        } catch {
            return error.message
        }
    }
}
