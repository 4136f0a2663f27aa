import Hark
import HarkTesting

extension Simulation {
    /// Members of one group, started, who have heard of each other.
    func members(
        _ count: Int, of dialect: Dialect, _ change: (inout MulticastGroup.Options) -> Void = { _ in }
    ) async throws -> [MulticastGroup] {
        var groups: [MulticastGroup] = []
        for _ in 0..<count {
            var options = groupOptions(dialect: dialect, port: 9000)
            change(&options)
            let group = MulticastGroup(options: options)
            try await run { try await group.start() }
            groups.append(group)
        }
        run(for: .milliseconds(100))
        return groups
    }
}
