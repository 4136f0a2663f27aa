import ArgumentParser
import Hark

/// Which wire to speak.
struct DialectOptions: ParsableArguments {
    @Option(help: "The wire to speak: native.")
    var dialect = Dialect.native.description

    func validate() throws {
        guard dialect == Dialect.native.description else {
            throw ValidationError("the dialect \"\(dialect)\" is not in this version; leave --dialect out for native")
        }
    }
}
