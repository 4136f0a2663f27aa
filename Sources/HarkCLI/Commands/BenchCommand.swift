import ArgumentParser
import Foundation
import Hark

/// `hark bench`: how fast it is here.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure rates, latencies and memory, here or against another machine.",
        usage: """
            hark bench [<url>] <mode> [<options>]
            hark bench --serve <url>
            """,
        discussion: """
            Without a URL it starts the other side itself, as a process on this machine. \
            With one, `hark bench --serve URL` has to run there.

            \(BenchMode.table)

            EXAMPLES:
              How long an event takes there and back, on this machine:
                hark bench round-trip

              The same at 10000 events a second over a network, and what has changed:
                hark bench tcp://db.local:5555 round-trip --rate 10000 --compare old.json

            \(ExitStatus.table)
            """)

    @Argument(
        help: ArgumentHelp("The other side, if it runs already, and the mode.", valueName: "url-and-mode"),
        completion: .list(BenchMode.allCases.map(\.rawValue)))
    var words: [String] = []

    @Option(help: ArgumentHelp("Be the other side at this address.", valueName: "url"))
    var serve: String?

    @Flag(help: "Use TCP over the loopback interface instead of a unix socket.")
    var tcp = false

    @OptionGroup var options: BenchOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var progress: ProgressOptions

    @Flag(help: "A table of comma-separated values, with a line for each run.")
    var csv = false

    @Option(help: ArgumentHelp("Write the percentile distribution in HdrHistogram's format, in µs.", valueName: "file"))
    var hgrm: String?

    @Option(
        help: ArgumentHelp(
            "Compare with what --json has written earlier; end with status 1 when something is worse now.",
            valueName: "file"))
    var compare: String?

    @Option(
        help: ArgumentHelp(
            "With --compare: how much worse is worse, unless the runs of both differ by more.", valueName: "percent"))
    var tolerance = 10.0

    @Flag(help: .hidden)
    var endWithInput = false

    func validate() throws {
        if csv, output.json { throw ValidationError("--csv and --json exclude each other; choose one") }
        guard tolerance >= 0, tolerance <= 1_000 else {
            throw ValidationError("--tolerance must be a percentage from 0 to 1000, not \(tolerance)")
        }
        if let serve {
            _ = try Endpoint(connecting: serve)
            guard words.isEmpty else { throw ValidationError("--serve takes no mode; the one who measures names it") }
        } else {
            _ = try runs(with: try mode)
        }
    }

    func run() throws {
        if let serve {
            let endpoint = try Endpoint(connecting: serve)
            let format = output.format
            let endsWithInput = endWithInput
            return try EventLoop.run {
                try await BenchRun.serve(endpoint, format, endsWithInput: endsWithInput)
            }
        }
        let runs = try runs(with: try mode)
        try EventLoop.run {
            for run in runs { try await run.run() }
        }
    }

    private var mode: BenchMode {
        get throws {
            let names = BenchMode.allCases.map(\.rawValue).joined(separator: ", ")
            guard let word = words.last, !word.contains("://") else {
                throw ValidationError("the mode is missing; choose among \(names)")
            }
            guard let mode = BenchMode(rawValue: word) else {
                throw ValidationError("there is no mode \"\(word)\"; choose among \(names)")
            }
            guard words.count <= 2 else {
                throw ValidationError("one URL and one mode are expected, not \(words.joined(separator: " "))")
            }
            return mode
        }
    }

    private func runs(with mode: BenchMode) throws -> [BenchRun] {
        let url = words.count > 1 ? words[0] : nil
        if mode == .cast, url != nil || tcp {
            throw ValidationError("cast stays on this machine, and needs no address; leave the URL and --tcp out")
        }
        if url != nil, tcp { throw ValidationError("--tcp is for a measurement without URL; leave it out") }
        let plans = try options.plans(mode, startsServers: url == nil)
        if plans.count > 1, hgrm != nil || compare != nil {
            throw ValidationError("--hgrm and --compare are for one result; give \(mode.rawValue) a --size")
        }
        if let hgrm {
            guard mode != .idle else { throw ValidationError("--hgrm has no meaning for idle; leave it out") }
            let folder = URL(fileURLWithPath: hgrm).deletingLastPathComponent().path
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw ValidationError("--hgrm cannot write to \"\(folder)\"; choose a folder that exists")
            }
        }
        let endpoint = try url.map { try ServerArgument.endpoint(of: $0) }
        let comparison = try compare.map { try BenchComparison(file: $0, mode: mode, tolerance: tolerance / 100) }
        return plans.map { plan in
            BenchRun(
                plan: plan, endpoint: endpoint, isTCP: tcp,
                format: csv ? .csv : output.format == .json ? .json : .readable, progress: progress.progress,
                distributionFile: hgrm, comparison: comparison)
        }
    }
}
