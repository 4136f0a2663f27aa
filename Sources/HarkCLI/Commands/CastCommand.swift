import ArgumentParser
import Hark
import Logging

/// `hark cast`: a member of a multicast group, spoken to through standard input and output.
struct CastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cast",
        abstract: "Be a member of a multicast group; events become lines, lines become events.",
        discussion: """
            Everyone on the group hears everyone; "from" is the id of the sender. What was lost \
            and could not be repaired, and what was refused, is an "error" line. A group has \
            no "to", no acknowledgements, no shared data and no requests.

            EXAMPLES:
              Two members on this machine: one shows, the other emits and ends.
                hark cast udp://239.255.72.82:9000 --ttl 0
                echo '{"emit":"hello","args":[1]}' |
                  hark cast udp://239.255.72.82:9000 --ttl 0 --end-with-input

              Be a member of a group of Eventcast, which is encrypted:
                hark cast udp://224.0.0.1:9000 --dialect eventcast --key-file secret

              Where multicast is blocked, to two others by their addresses:
                hark cast udp://239.255.72.82:9000 \\
                  --peer udp://10.0.0.2:9000 --peer udp://10.0.0.3:9000

            \(Conversation.castHelp)

            \(ExitStatus.table)
            """)

    @OptionGroup var group: GroupArgument
    @OptionGroup var cast: CastOptions
    @OptionGroup var key: KeyOptions
    @OptionGroup var console: ConsoleOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var ending: EndOptions
    @OptionGroup var deadline: DeadlineOptions
    @OptionGroup var progress: ProgressOptions

    func validate() throws {
        _ = try cast.options(at: group)
        guard key.acceptPlaintext, group.dialect != .eventcast else { return }
        throw ValidationError("--accept-plaintext is for --dialect eventcast; with native leave it out")
    }

    func run() throws {
        var member = try key.applied(to: cast.options(at: group), group.dialect)
        try console.apply(to: &member)
        let options = Conversation.Options(output, lines, ending, progress, deadline)
        try EventLoop.run { [member] in try await Conversation(GroupSide(member), options).run() }
    }
}
