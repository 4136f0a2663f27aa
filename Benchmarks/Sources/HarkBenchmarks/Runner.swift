internal import Foundation

/// Runs a scenario round by round. In each round every entry runs once, so that what disturbs the machine for a while
/// disturbs them all; ratios are taken within rounds.
struct Runner {
    let scenario: Scenario
    /// Of one run, after its warm-up.
    let seconds: Double
    let isPinned: Bool

    /// Disturbed rounds are repeated, up to twice as many in all. If the machine does not calm down, all of them count.
    /// - Throws: `ChildError`, or what starting a process throws.
    func run(rounds asked: Int) throws -> Standing {
        let rounds = min(asked, scenario.roundsMax ?? asked)
        var run: [Round] = []
        while run.count < 2 * rounds, run.count(where: \.disturbance.isTolerable) < rounds {
            try run.append(round(run.count))
        }
        let calm = run.filter(\.disturbance.isTolerable)
        return Standing(scenario: scenario, rounds: calm.count >= rounds ? calm : run, repeated: run.count - rounds)
    }

    /// Each round starts with another entry.
    private func round(_ index: Int) throws -> Round {
        let before = ProcessorTimes()
        var trials: [Entry: Trial] = [:]
        for position in scenario.entries.indices {
            let entry = scenario.entries[(position + index) % scenario.entries.count]
            trials[entry] = try entry.isPaced ? pacedTrial(entry) : trial(entry)
        }
        return Round(trials: trials, disturbance: ProcessorTimes().disturbance(since: before))
    }

    /// The fastest run in which nothing gets lost: the slower one of two at the same pace. Nil, with a line that says
    /// so, when something gets lost at any pace, as on a machine that is busy with something else.
    private func pacedTrial(_ entry: Entry) throws -> Trial? {
        var search = PaceSearch(size: scenario.size)
        while let step = search.next {
            do {
                search.note(try trial(entry, at: step))
            } catch ChildError.nothingMeasured {
                // Nothing got through in the time of a short run.
                search.note(nil)
            }
        }
        if search.best == nil {
            let line = "\(scenario.name): \(entry.name): messages got lost at any pace; this round is without it\n"
            FileHandle.standardError.write(Data(line.utf8))
        }
        return search.best
    }

    /// Long enough to overflow a buffer at twice the pace that is possible.
    private static let probeSeconds = 0.15

    private func trial(_ entry: Entry, at step: PaceSearch.Step? = nil) throws -> Trial {
        if entry == .nodeCodec, let node = Node.path {
            let child = try Child(node, ["--eval", Node.codecScript, "--", "\(seconds)"])
            return try Trial(receiver: nil, sender: measurement(child, of: entry))
        }
        guard scenario.workload != .codec else {
            let child = try Child(
                Self.program, arguments(entry, .codec, .sender, address: "", FileManager.default.temporaryDirectory))
            return try Trial(receiver: nil, sender: measurement(child, of: entry))
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "hark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = scenario.transport == .unix ? folder.appending(path: "socket").path : "\(host):0"
        // The other end of `emit` is that of a flood. Of a fan-out it is the sender who listens.
        let isFanOut = scenario.workload == .fanOut
        let workload = scenario.workload == .emit ? Workload.flood : scenario.workload
        let listener = try Child(
            Self.program,
            arguments(entry, workload, isFanOut ? .sender : .receiver, address: place, folder, at: step))
        let greeting = try listener.line()
        guard greeting.hasPrefix("ready ") else { throw ChildError.unexpected(greeting) }
        let address = String(greeting.dropFirst("ready ".count))
        let bystanders = try bystanders(entry, folder)
        defer { for bystander in bystanders { bystander.end() } }
        let between =
            try entry.variant == .relayed
            ? Child(Self.program, arguments(entry, workload, .relay, address: address, folder)) : nil
        defer { between?.end() }
        let target = try between.map { try String($0.line().dropFirst("ready ".count)) } ?? address
        let dialler = try Child(
            Self.program,
            arguments(entry, scenario.workload, isFanOut ? .receiver : .sender, address: target, folder, at: step))
        let (one, other) = try (measurement(dialler, of: entry), measurement(listener, of: entry))
        return isFanOut ? Trial(receiver: one, sender: other) : Trial(receiver: other, sender: one)
    }

    /// Who is there as long as both ends are: the clients of a console, and in any case those who keep the processors
    /// awake. One that has slept answers later than one that clients keep busy, which would be all that is measured.
    private func bystanders(_ entry: Entry, _ folder: URL) throws -> [Child] {
        guard scenario.workload == .console else { return [] }
        var children = try (0..<(isPinned ? 2 : 0)).map { processor in
            let insomniac = ["contestant", "hark", "console", "--role", "insomniac", "--cpu", "\(processor)"]
            return try Child(Self.program, insomniac + ["--seconds", "\(max(seconds, scenario.secondsMin))"])
        }
        guard [.crowded, .elsewhere].contains(entry.variant) else { return children }
        var folder = folder
        if entry.variant == .elsewhere {
            folder.append(path: "elsewhere")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let other = try Child(
                Self.program, arguments(entry, .console, .receiver, on: .onlookers, address: "\(host):0", folder))
            _ = try other.line()
            children.append(other)
        }
        let clients = try Child(Self.program, arguments(entry, .console, .onlookers, address: host, folder))
        _ = try clients.line()
        return children + [clients]
    }

    /// - Parameter place: whose processor it stays on; its own by default.
    private func arguments(
        _ entry: Entry, _ workload: Workload, _ role: ContestantCommand.Role,
        on place: ContestantCommand.Role? = nil, address: String, _ folder: URL, at step: PaceSearch.Step? = nil
    ) -> [String] {
        let seconds = step?.isProbe == true ? Self.probeSeconds : max(seconds, scenario.secondsMin)
        return [
            "contestant", entry.contestant.rawValue, workload.rawValue, "--role", role.rawValue,
            "--transport", (scenario.transport ?? .tcp).rawValue, "--address", address, "--size", "\(scenario.size)",
            "--count", "\(scenario.count ?? 1)", "--segment", "\(entry.segment)", "--pace", "\(step?.pace ?? 0)",
            "--seconds", "\(seconds)", "--console", folder.appending(path: "console").path, "--variant",
            entry.variant.rawValue, "--dialect", scenario.dialect.rawValue,
        ] + (processor(for: place ?? role).map { ["--cpu", "\($0)"] } ?? [])
    }

    /// The ends of a flood work at the same time, those of a ping-pong in turns: on one processor neither has to be
    /// woken on the other. `emit` has two threads at one end and stays free.
    private func processor(for role: ContestantCommand.Role) -> Int? {
        guard isPinned else { return nil }
        return switch scenario.workload {
        case .relay: role == .sender ? 0 : 1
        case .flood, .fanOut, .acknowledged, .multicast: role == .sender ? 0 : 1
        case .pingPong, .codec: 0
        case .console: role == .onlookers ? 1 : 0
        case .emit, .idle: nil
        }
    }

    /// Loopback; a group of those that any organisation may use as it likes, which nobody sends on any other interface.
    private var host: String {
        [.multicast, .console].contains(scenario.workload) ? "239.255.72.75" : "127.0.0.1"
    }

    private func measurement(_ child: Child, of entry: Entry) throws -> Measurement {
        let line = try child.line()
        _ = try child.output()
        guard let measured = try? JSONDecoder().decode(Measurement.self, from: Data(line.utf8)) else {
            throw ChildError.unexpected(line)
        }
        // Where everything gets lost, that is the result.
        guard measured.messages > 0 && measured.seconds > 0 || measured.lost ?? 0 > 0 else {
            throw ChildError.nothingMeasured(scenario.name, entry.name)
        }
        return measured
    }

    /// This very program: it starts itself to be a contestant.
    private static let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
}
