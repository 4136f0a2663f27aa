import Foundation
import Testing

/// What `hark bench` counts, and what it prints; never how fast it is here.
@Suite struct BenchTests {
    private func result(_ lines: [String]) throws -> [String: Any] {
        let line = try #require(lines.last)
        #expect(lines.count == 1, "one object")
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    private func run(_ line: String) async throws -> [String: Any] {
        let runs = line.contains("--runs") ? "" : " --runs 1"
        let bench = try Command("bench " + line + runs + " --duration 0.5 --warm-up 0.05")
        let lines = await bench.rest()
        let end = await bench.end()
        #expect(end.status == 0, "\(end.errors)")
        return try result(lines)
    }

    private func file() -> String { NSTemporaryDirectory() + "hark-\(UInt64.random(in: 0 ... .max)).txt" }

    @Test(arguments: [
        "round-trip", "round-trip --tcp --window 8 --size 4096", "requests --window 4", "one-way", "acknowledged",
    ])
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
        let machine = try #require(result["machine"] as? [String: Any])
        #expect(machine["processors"] is Int)
        for key in ["processor", "system", "swift", "libuv", "build"] { #expect(machine[key] is String, "\(key)") }
        for key in ["kernel", "governor"] { #expect(machine[key] != nil, "\(key) is told, or that it is not known") }
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

    @Test func `a group is measured with short events and with long ones, and what was lost and repaired`() async throws
    {
        let bench = try Command("bench cast --runs 1 --duration 0.5 --warm-up 0.05 --rate 200")
        let lines = await bench.rest()
        let end = await bench.end()
        #expect(end.status == 0, "\(end.errors)")
        let results = try lines.map { try result([$0]) }
        #expect(results.map { ($0["configuration"] as? [String: Any])?["size"] as? Int } == [100, 102_400])
        for result in results {
            let sent = try #require(result["sent"] as? Int)
            #expect(sent > 0)
            #expect(result["received"] as? Int == sent, "at this rate nothing is lost for good")
            #expect(result["lossShare"] as? Double == 0 && result["reportedLost"] as? Int == 0)
            #expect(try #require(result["megabytesPerSecond"] as? Double) > 0)
            #expect(result["repairShare"] is Double)
        }
    }

    @Test func `idle connections are counted, and their memory`() async throws {
        let result = try await run("idle --connections 50")
        #expect(result["connections"] as? Int == 50)
        let before = try #require(result["bytesBefore"] as? Int)
        #expect(before > 0)
        #expect(result["bytesPerConnection"] is Double)
    }

    @Test(arguments: ["round-trip", "one-way", "acknowledged", "requests", "fan-out --clients 2"])
    func `with a rate every event is sent when it is due, or counted as missed`(line: String) async throws {
        let result = try await run("\(line) --rate 500")
        let due = try #require(result["sent"] as? Int) + (result["missed"] as? Int ?? 0)
        #expect(due >= 245, "half a second of them, and more where it ends late")
    }

    @Test func `events that are due while the other side is stopped count with all the time they take`() async throws {
        let server = try Command("bench", "--serve", "unix://\(Command.socket())")
        let url = try await server.nextURL()
        // One event waits for its answer at a time, so those that are due meanwhile cannot even leave.
        let bench = try Command(
            "bench \(url) round-trip --rate 200 --window 1 --duration 3 --warm-up 0 --runs 1 --progress json")
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

        let long = try Command("bench \(url) round-trip --duration 50 --warm-up 0 --progress json")
        let progress = await long.nextErrors()
        #expect(progress.hasPrefix(#"{"type":"progress","stage":"run 1 of 5","percent":"#))
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
        let bench = try Command("bench \(try await server.nextURL()) one-way --duration 50 --warm-up 0 --progress json")
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
        #expect(figures["p50"]?["worse"] as? Bool == true)

        let mode = await (try Command("bench one-way --compare \(file)")).end()
        #expect(mode.status == 2)
        #expect(mode.errors.contains("is a result of requests, not of one-way; compare like with like"))
    }

    @Test func `runs are measured one after the other, and how far they are apart is told`() async throws {
        let result = try await run("requests --runs 3")
        #expect(result["runs"] as? Int == 3)
        #expect(try #require(result["seconds"] as? Double) > 1.4, "all of them together")
        #expect(result["received"] as? Int == result["sent"] as? Int)
        let spread = try #require(result["spread"] as? [String: [String: Double]])
        #expect(Set(spread.keys) == ["eventsPerSecond", "p50", "p90", "p99", "p99.9", "p99.99", "max"])
        for (name, figures) in spread {
            let values = ["least", "median", "most"].compactMap { figures[$0] }
            #expect(values.count == 3 && values == values.sorted() && values[0] > 0, "\(name)")
            #expect(abs(try #require(figures["percent"]) - (values[2] - values[0]) / values[1] * 100) < 0.001)
        }
    }

    @Test func `idle connections are measured with a new server each time`() async throws {
        let result = try await run("idle --connections 5 --runs 2")
        #expect(result["connections"] as? Int == 5)
        #expect((result["spread"] as? [String: Any])?.keys.first == "bytesPerConnection")
    }

    @Test func `a table has a line for each run`() async throws {
        let bench = try Command("bench round-trip --runs 2 --csv --duration 0.1 --warm-up 0")
        let rows = await bench.rest().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(await bench.status() == 0)
        #expect(rows.count == 3)
        let names = try #require(rows.first)
        for name in ["mode", "run", "eventsPerSecond", "p99.9Microseconds", "kernel", "libuv"] {
            #expect(names.contains(Substring(name)))
        }
        #expect(rows.allSatisfy { $0.count == names.count })
        let run = try #require(names.firstIndex(of: "run"))
        let rate = try #require(names.firstIndex(of: "eventsPerSecond"))
        #expect(rows.dropFirst().map { $0[run] } == ["1", "2"])
        #expect(rows.dropFirst().allSatisfy { (Double($0[rate]) ?? 0) > 0 })
    }

    /// A result of requests in which everything was so fast.
    private func baseline(eventsPerSecond: Double, microseconds: Double) throws -> String {
        let file = file()
        let text =
            #"{"type":"bench","mode":"requests","configuration":{"size":128,"window":64,"duration":0.5,"#
            + #""warmUp":0.05,"rate":null},"eventsPerSecond":\#(eventsPerSecond),"#
            + #""latencyMicroseconds":{"p50":\#(microseconds),"p99.9":0.001}}"#
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    @Test func `what is worse than before ends it with a status, after the result`() async throws {
        let file = try baseline(eventsPerSecond: 1e12, microseconds: 1e9)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let bench = try Command("bench requests --compare \(file) --runs 1 --duration 0.5 --warm-up 0.05")
        let result = try result(await bench.rest())
        let figures = try #require((result["comparison"] as? [String: Any])?["figures"] as? [String: [String: Any]])
        #expect(figures["eventsPerSecond"]?["worse"] as? Bool == true)
        #expect(figures["p50"]?["worse"] as? Bool == false, "faster by far")
        #expect(figures["p99.9"]?["worse"] as? Bool == false, "not judged")
        let end = await bench.end()
        #expect(end.status == 1)
        #expect(end.errors.hasPrefix("hark: worse than \(file): eventsPerSecond 0.00 ×"))
    }

    @Test func `what is as good as before ends it well`() async throws {
        let file = try baseline(eventsPerSecond: 0.5, microseconds: 1e9)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await run("requests --compare \(file)")
        let figures = try #require((result["comparison"] as? [String: Any])?["figures"] as? [String: [String: Any]])
        #expect(figures.values.allSatisfy { $0["worse"] as? Bool == false })
    }

    @Test func `runs that differ among themselves by more are not called worse`() async throws {
        let file = file()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let text =
            #"{"type":"bench","mode":"requests","configuration":{"size":128,"window":64,"duration":0.5,"#
            + #""warmUp":0.05,"rate":null},"spread":{"p50":{"least":0.001,"median":0.002,"most":1e9}}}"#
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try await run("requests --compare \(file)")
        let figures = try #require((result["comparison"] as? [String: Any])?["figures"] as? [String: [String: Any]])
        #expect(figures["p50"]?["outside"] as? Bool == true)
        #expect(figures["p50"]?["worse"] as? Bool == false)
    }

    @Test func `the tolerance is what it is told to be`() async throws {
        let file = try baseline(eventsPerSecond: 1e5, microseconds: 1e9)
        defer { try? FileManager.default.removeItem(atPath: file) }
        // What takes no time at all is 100 % off, and no more.
        let line = "requests --compare \(file) --tolerance 100"
        let result = try await run(line)
        let figures = try #require((result["comparison"] as? [String: Any])?["figures"] as? [String: [String: Any]])
        #expect(figures["p50"]?["outside"] as? Bool == false)
    }
}
