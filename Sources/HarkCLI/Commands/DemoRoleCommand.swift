import ArgumentParser
import Hark

/// `hark demo-role`: one process of a scene. The demo starts it.
struct DemoRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-role", abstract: "One process of the demo.", shouldDisplay: false)

    @Argument var role: DemoRole
    @Argument var url: String

    func run() throws {
        let role = role
        let endpoint = try Endpoint(argument: url)
        try EventLoop.run { try await role.play(endpoint) }
    }
}
