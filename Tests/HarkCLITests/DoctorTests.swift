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
        // A network of its own, where nobody else sends anything.
        let result = try shell(
            """
            unshare -rn sh -ec '
                sent() { sed -n "s/^ *hark0: *//p" /proc/net/dev | tr -s " " | cut -d" " -f10; }
                echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
                ip link set lo up
                ip link add hark0 type veth peer name hark1
                ip addr add 10.9.9.1/24 dev hark0
                ip link set hark0 up; ip link set hark1 up
                ip route add default dev hark0
                sent
                "$1" doctor --json
                sent
            ' sh "$1" 2> /dev/null || echo not permitted
            """)
        guard result.last != "not permitted", result.count > 2 else {
            return print("skipped: this user may not make a network of its own")
        }
        let checks = try result.dropFirst().dropLast(2).map { try Value(json: $0) }
        let groups = try #require(checks.first { $0["name"] == "groups" })
        #expect(groups["verdict"] == "ok", "\(groups)")
        #expect(checks[0]["found"]?.string?.contains("hark0 has 10.9.9.1, MTU 1500") == true)
        #expect(result.first == "0" && result.last == "0", "packets sent before and after")
    }

    /// The lines that a script prints, with the command as `$1`.
    private func shell(_ script: String) throws -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "sh", try Command.executable.get().path]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.allBytes(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map { String($0) }
    }

    @Test func `few descriptors are a warning that says how to have more`() async throws {
        let lines = try shell(#"ulimit -S -n 256; exec "$1" doctor --json"#)
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
