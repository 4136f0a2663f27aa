import ArgumentParser
import Hark

/// `hark demo`: see it work.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo", abstract: "See it work.")
}
