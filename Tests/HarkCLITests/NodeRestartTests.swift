import Foundation
import Testing

/// Chains, stars, rings and meshes of processes, one of which dies while events pass.
@Suite struct NodeRestartTests {
    /// Events: some while developing, many in a release step and for a night.
    private static let eventCount =
        switch ProcessInfo.processInfo.environment["HARK_SWEEP"] {
        case "full", "soak": 100_000
        default: 2_000
        }

    /// What a node has heard.
    private struct Hearing {
        var numbers: [Int] = []
        var losses: [String] = []
        let origin: String

        mutating func add(_ line: String) {
            if let number = NumberedEvents.number(line) {
                numbers.append(number)
                #expect(line.hasSuffix(origin), "\(line)")
            } else if line.contains(" lost: ") {
                losses.append(line)
            }
        }

        /// Hears on, until there is a number as high as this.
        mutating func reach(_ number: Int, at node: Command) async throws {
            while numbers.last ?? -1 < number { add(try await node.nextLine()) }
        }

        /// Where something came twice, was passed over, or came before something else; empty when all is well.
        var breaks: [String] {
            numbers.indices.dropFirst().filter { numbers[$0] != numbers[$0 - 1] + 1 }.map {
                "\(numbers[$0]) after \(numbers[$0 - 1])"
            }
        }
    }

    @Test(arguments: Bus.Shape.allCases)
    func `no live node misses an event or hears one twice when a node is killed and another one takes its place`(
        shape: Bus.Shape
    ) async throws {
        let bus = try Bus(shape)
        let empty = Hearing(origin: #""from":"n\#(shape.emitter)"}"#)
        var hearings = [Hearing](repeating: empty, count: shape.count)
        // Numbers are emitted until everybody hears them: that tells that all are there.
        let greeting = NumberedEvents(1, from: bus.emitter)
        for index in shape.witnesses + [shape.victim] { try await hearings[index].reach(0, at: bus.nodes[index]) }
        let greetingCount = greeting.end()
        for index in shape.witnesses + [shape.victim] {
            try await hearings[index].reach(greetingCount - 1, at: bus.nodes[index])
            #expect(hearings[index].breaks == [], "node \(index)")
            hearings[index].numbers = []
        }

        let events = NumberedEvents(Self.eventCount, from: bus.emitter)
        let witness = try #require(shape.witnesses.first)
        try await hearings[witness].reach(Self.eventCount / 2, at: bus.nodes[witness])
        // The last line may be cut.
        for line in try await bus.restart(shape.victim) where line.hasSuffix("}") { hearings[shape.victim].add(line) }
        #expect(hearings[shape.victim].breaks == [], "the node that was killed")
        #expect(hearings[shape.victim].numbers.first ?? 0 == 0)
        hearings[shape.victim].numbers = []
        try await hearings[shape.victim].reach(0, at: bus.nodes[shape.victim])
        let count = events.end()
        for index in shape.witnesses + [shape.victim] {
            try await hearings[index].reach(count - 1, at: bus.nodes[index])
            #expect(hearings[index].breaks == [], "node \(index), \(hearings[index].numbers.count) events of \(count)")
            #expect(hearings[index].losses.isEmpty, "node \(index) tells of \(hearings[index].losses)")
        }
        for index in shape.witnesses { #expect(hearings[index].numbers.first == 0, "node \(index)") }
        // The one who emits itself as well: it hears nothing.
        for node in bus.nodes { node.signal(SIGTERM) }
        for (index, node) in bus.nodes.enumerated() {
            let rest = await node.rest()
            #expect(!rest.contains { NumberedEvents.number($0) != nil }, "node \(index) hears something after all")
            #expect(await node.status() == 0)
        }
    }
}
