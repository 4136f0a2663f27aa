import ArgumentParser

/// What the lines of a conversation look like.
struct LineOptions: ParsableArguments {
    @Flag(help: "Leave out lines about addresses and connections.")
    var quiet = false

    @Flag(help: "Only the arguments of events: texts as they are, everything else as JSON.")
    var raw = false

    @Flag(name: .customLong("null"), help: "With --raw: end each event with a zero byte instead of a newline.")
    var endsWithNull = false

    @Flag(help: "Add the time in UTC to each line.")
    var timestamp = false

    @Flag(help: "Add the seconds since the start to each line.")
    var sinceStart = false

    func validate() throws {
        if endsWithNull, !raw { throw ValidationError("--null goes with --raw; add --raw or leave --null out") }
        if timestamp, sinceStart {
            throw ValidationError("--timestamp and --since-start exclude each other; choose one")
        }
        if raw, timestamp || sinceStart {
            throw ValidationError("--raw prints nothing but arguments; leave the time out")
        }
    }

    var shape: LineShape {
        LineShape(
            isQuiet: quiet, rawEnd: raw ? (endsWithNull ? "\0" : "\n") : nil,
            time: timestamp ? .clock : sinceStart ? .sinceStart : nil)
    }
}
