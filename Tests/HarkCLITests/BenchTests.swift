import Foundation
import Testing

/// What `hark bench` counts, and what it prints; never how fast it is here.
@Suite struct BenchTests {
    private static let short = ["--duration", "0.2", "--warm-up", "0.05"]

    private func result(_ lines: [String]) throws -> [String: Any] {
        let line = try #require(lines.last)
        #expect(lines.count == 1, "one object")
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    private func run(_ line: String) async throws -> [String: Any] {
        let bench = try Command("bench " + line + " --duration 0.5 --warm-up 0.05")
        let lines = await bench.rest()
        let end = await bench.end()
        #expect(end.status == 0, "\(end.errors)")
        return try result(lines)
    }

    private func file() -> String { NSTemporaryDirectory() + "hark-\(UInt64.random(in: 0 ... .max)).txt" }

    @Test(arguments: ["round-trip", "round-trip --tcp --window 8 --size 4096", "requests --window 4", "one-way"])
    func `everything sent has arrived`(line: String) async throws {
        let result = try await run(line)
        #expect(result["type"] as? String == "bench")
        #expect(line.hasPrefix(result["mode"] as? String ?? "?"))
        #expect((result["url"] as? String)?.hasPrefix(line.contains("--tcp") ? "tcp://127.0.0.1:" : "unix:///") == true)
        let sent = try #require(result["sent"] as? Int)
        #expect(sent > 0)
        #expect(result["received"] as? Int == sent)
        #expect(result["interrupted"] as? Bool == false)
        let configuration = try #require(result["configuration"] as? [String: Any])
        #expect(configuration["size"] as? Int == (line.contains("4096") ? 4096 : 128))
        #expect(configuration["duration"] as? Double == 0.5)
        #expect((result["machine"] as? [String: Any])?["processors"] is Int)
        let times = try #require(result["latencyMicroseconds"] as? [String: Double])
        let ordered = ["p50", "p90", "p99", "p99.9", "p99.99", "max"].compactMap { times[$0] }
        #expect(ordered.count == 6 && ordered == ordered.sorted())
    }

    @Test func `a fan-out reaches every client`() async throws {
        let result = try await run("fan-out --clients 7 --window 3")
        let sent = try #require(result["sent"] as? Int)
        #expect(sent > 0)
        #expect(result["received"] as? Int == sent * 7)
    }

    @Test func `idle connections are counted, and their memory`() async throws {
        let result = try await run("idle --connections 50")
        #expect(result["connections"] as? Int == 50)
        let before = try #require(result["bytesBefore"] as? Int)
        #expect(before > 0)
        #expect(result["bytesPerConnection"] is Double)
    }

    @Test(arguments: ["round-trip", "one-way", "requests", "fan-out --clients 2"])
    func `with a rate every event is sent when it is due, or counted as missed`(line: String) async throws {
        let result = try await run("\(line) --rate 500")
        let due = try #require(result["sent"] as? Int) + (result["missed"] as? Int ?? 0)
        #expect(due >= 245, "half a second of them, and more where it ends late")
    }

    @Test func `events that are due while the other side is stopped count with all the time they take`() async throws {
        let server = try Command("bench", "--serve", "unix://\(Command.socket())")
        let url = try await server.nextURL()
        // One event waits for its answer at a time, so those that are due meanwhile cannot even leave.
        let bench = try Command("bench \(url) round-trip --rate 200 --window 1 --duration 3 --warm-up 0 --progress")
        _ = await bench.nextErrors()
        server.signal(SIGSTOP)
        _ = await bench.nextErrors()
        server.signal(SIGCONT)
        let result = try result(await bench.rest())
        #expect(try #require(result["received"] as? Int) > 0)
        let times = try #require(result["latencyMicroseconds"] as? [String: Double])
        // Many of the events were due in that second. Had only those counted that were sent, it would be one of them.
        #expect(try #require(times["p99"]) > 100_000)
    }

    @Test func `a running server serves one measurement after the other, and one at a time`() async throws {
        let server = try Command("bench", "--serve", "unix://\(Command.socket())")
        let url = try await server.nextURL()
        #expect(try await run("\(url) one-way")["url"] as? String == url)

        let long = try Command("bench \(url) round-trip --duration 50 --warm-up 0 --progress")
        let progress = await long.nextErrors()
        #expect(progress.hasPrefix(#"{"type":"progress","secondsLeft":"#))
        let second = await (try Command("bench \(url) requests")).end()
        #expect(second.status == 1)
        #expect(second.errors == "hark: another measurement is under way there; try again later\n")

        // Interrupted, it tells what it has.
        long.signal(SIGINT)
        let result = try result(await long.rest())
        #expect(result["interrupted"] as? Bool == true)
        #expect(try #require(result["received"] as? Int) > 0)
        #expect(await long.status() == 130)

        #expect(try await run("\(url) idle --connections 3")["connections"] as? Int == 3)
        server.signal(SIGTERM)
        #expect(await server.status() == 0)
    }

    @Test func `a server that dies ends the measurement with the status of a lost connection`() async throws {
        let server = try Command("bench", "--serve", "tcp://localhost:0")
        let bench = try Command("bench \(try await server.nextURL()) one-way --duration 50 --warm-up 0 --progress")
        _ = await bench.nextErrors()
        server.signal(SIGKILL)
        let end = await bench.end()
        #expect(end.status == 3)
        #expect(end.errors.contains("hark: the connection to tcp://localhost:"))
    }

    @Test func `another kind of server is told from one that measures`() async throws {
        let url = "unix://\(Command.socket())"
        let server = try Command("demo-role", "pong", url)
        _ = try await server.nextLine()
        let end = await (try Command("bench", url, "one-way")).end()
        #expect(end.status == 3)
        #expect(end.errors.contains("does not measure; start `hark bench --serve"))
    }

    @Test func `nothing is left behind`() async throws {
        let url = try #require(try await run("round-trip")["url"] as? String)
        let socket = URL(filePath: String(url.dropFirst("unix://".count)))
        #expect(!FileManager.default.fileExists(atPath: socket.deletingLastPathComponent().path))
    }

    @Test func `the distribution is written in the format of HdrHistogram`() async throws {
        let file = file()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await run("round-trip --hgrm \(file)")
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        #expect(lines[0].split(separator: " ") == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
        let last = try #require(lines.last { !$0.hasPrefix("#") }).split(separator: " ")
        #expect(last[1] == "1.000000000000")
        #expect(Int(last[2]) == result["received"] as? Int)
        #expect(lines.filter { $0.hasPrefix("#[") }.count == 3)
    }

    @Test func `a comparison tells the ratio of each figure, and which are far off`() async throws {
        let file = file()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let earlier =
            #"{"type":"bench","mode":"requests","configuration":{"size":64,"window":64,"duration":0.5,"#
            + #""warmUp":0.05,"rate":null},"eventsPerSecond":0.5,"latencyMicroseconds":{"p50":0.001}}"#
        try earlier.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try await run("requests --compare \(file)")
        let comparison = try #require(result["comparison"] as? [String: Any])
        #expect(comparison["otherOptions"] as? [String] == ["size"])
        let figures = try #require(comparison["figures"] as? [String: [String: Any]])
        #expect(Set(figures.keys) == ["eventsPerSecond", "p50"])
        let rate = try #require(figures["eventsPerSecond"])
        #expect(rate["before"] as? Double == 0.5)
        #expect(rate["outside"] as? Bool == true)

        let mode = await (try Command("bench one-way --compare \(file)")).end()
        #expect(mode.status == 2)
        #expect(mode.errors.contains("is a result of requests, not of one-way; compare like with like"))
    }
}
