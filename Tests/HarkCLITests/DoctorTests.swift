import Foundation
import Hark
import Testing

/// What `hark doctor` finds. Machines differ, so only what holds on each of them is expected, and what a test breaks
/// itself.
@Suite struct DoctorTests {
    /// All checks by name, and the summary.
    private func examine(
        _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> (checks: [String: Value], summary: Value, status: Int32) {
        let doctor = try Command(arguments: ["doctor", "--json"] + arguments, environment: environment)
        let lines = try await doctor.rest().map { try Value(json: $0) }
        let summary = try #require(lines.last)
        let checks = Dictionary(uniqueKeysWithValues: lines.dropLast().map { ($0["name"]?.string ?? "", $0) })
        return (checks, summary, await doctor.status())
    }

    @Test func `each check is told, with what to do unless it is well`() async throws {
        let (checks, summary, status) = try await examine()
        #expect(
            Set(checks.keys) == [
                "interfaces", "multicast", "groups", "firewall", "socket-files", "descriptors", "buffers", "offload",
                "clock",
            ])
        for check in checks.values {
            #expect(check["type"] == "check")
            #expect(check["found"]?.string?.isEmpty == false)
            let isWell = check["verdict"] == "ok"
            #expect((check["advice"]?.string == nil) == isWell, "\(check)")
        }
        let count = { (verdict: Value) in Int64(checks.values.filter { $0["verdict"] == verdict }.count) }
        #expect(
            summary == [
                "type": "summary", "ok": .int(count("ok")), "warnings": .int(count("warning")),
                "failures": .int(count("failure")),
            ])
        #expect(status == (count("failure") == 0 ? 0 : 1))
    }

    @Test func `members on this machine hear each other through the loopback interface`() async throws {
        let (checks, _, _) = try await examine("--interface", "127.0.0.1")
        for name in ["interfaces", "multicast", "groups", "firewall"] {
            #expect(checks[name]?["verdict"] == "ok", "\(checks[name] ?? .null)")
        }
        #expect(checks["groups"]?["found"]?.string?.contains("through lo") == true)
        #expect(checks["firewall"]?["details"]?["addresses"] == ["127.0.0.1"])
    }

    @Test func `nothing leaves through any other interface`() async throws {
        // Other programs of this machine may send meanwhile; one time in ten without anything is proof.
        let counts = { () -> [String: Int] in
            let folder = "/sys/class/net"
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0 != "lo" }
            return Dictionary(
                uniqueKeysWithValues: names.map { name in
                    let text = try? String(contentsOfFile: "\(folder)/\(name)/statistics/tx_packets", encoding: .utf8)
                    return (name, Int(text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") ?? 0)
                })
        }
        for _ in 0..<10 {
            let before = counts()
            _ = try await examine()
            if counts() == before { return }
        }
        Issue.record("packets left each time")
    }

    @Test func `few descriptors are a warning that says how to have more`() async throws {
        let file = try Command.executable.get().path
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "ulimit -S -n 256; exec '\(file)' doctor --json"]
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: output.fileHandleForReading.allBytes(), as: UTF8.self).split(separator: "\n")
        process.waitUntilExit()
        let check = try Value(json: try #require(lines.first { $0.contains("\"descriptors\"") }))
        #expect(check["verdict"] == "warning")
        #expect(check["details"]?["soft"] == 256)
        #expect(check["advice"]?.string?.contains("ulimit") == true)
    }

    @Test func `a folder that takes no sockets is named`() async throws {
        let (checks, _, _) = try await examine(environment: ["XDG_RUNTIME_DIR": "/there/is/none"])
        let check = try #require(checks["socket-files"])
        #expect(check["verdict"] == "warning")
        #expect(check["found"]?.string?.contains("/there/is/none") == true)
        #expect(check["details"]?["folders"]?[0]?["works"] == false)
        #expect(check["details"]?["folders"]?[1]?["works"] == true)
    }

    @Test func `folders whose paths are too long for sockets are a failure, and status 1`() async throws {
        let folder = NSTemporaryDirectory() + String(repeating: "d", count: 100)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (checks, summary, status) = try await examine(
            environment: ["TMPDIR": folder, "XDG_RUNTIME_DIR": ""])
        #expect(checks["socket-files"]?["verdict"] == "failure")
        #expect(checks["socket-files"]?["found"]?.string?.contains("too long") == true)
        #expect(summary["failures"]?.int ?? 0 > 0)
        #expect(status == 1)
    }

    @Test func `people see a mark, a name and a sentence for each`() throws {
        let terminal = try Terminal()
        let doctor = try Command(
            arguments: ["doctor"], terminal: terminal.end, environment: ["NO_COLOR": "1", "TERM": "xterm"])
        let shown = try terminal.read(until: " ok")
        #expect(shown.contains("✓ multicast      a datagram to 239.255.72.82 came back"))
        withExtendedLifetime(doctor) {}
    }
}
