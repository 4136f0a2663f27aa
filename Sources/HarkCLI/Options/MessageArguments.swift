import ArgumentParser
import Hark

/// What `emit` and `request` send.
struct MessageArguments: ParsableArguments {
    /// How arguments are read, for `--help`.
    static let policy = """
        An ARG that is JSON is sent as that value, every other as text: 7 is a number, '"7"' and hello are text. With \
        --text all are text. Put -- before an ARG that begins with a dash.
        """

    @Argument(help: "The name to send.")
    var name: String

    @Argument(help: ArgumentHelp("The arguments to send with it.", valueName: "arg"))
    var arguments: [String] = []

    @Flag(help: "Send all arguments as text, even those that are JSON.")
    var text = false

    var values: [Value] {
        arguments.map { argument in
            text ? .string(argument) : (try? Value(json: Array(argument.utf8))) ?? .string(argument)
        }
    }
}

extension Value {
    /// Reads JSON text; `{"$bytes":"…"}` are bytes.
    init(json text: some Collection<UInt8>) throws(JSONError) {
        let text = ContiguousArray(text)
        self = try text.span.bytes.withUnsafeBytes { bytes throws(JSONError) in
            try JSONReader.value(of: bytes, options: JSONReader.Options(readsBytes: true))
        }
    }
}
