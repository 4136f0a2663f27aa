import ArgumentParser
import Foundation

/// How to speak on standard output.
struct OutputOptions: ParsableArguments {
    @Flag(help: "JSON Lines also on a terminal; otherwise only when piped.")
    var json = false

    var format: Output.Format { json || isatty(STDOUT_FILENO) == 0 ? .json : .readable }
}
