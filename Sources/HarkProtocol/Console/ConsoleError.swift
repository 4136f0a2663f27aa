/// Why a command was not carried out: a sentence that says what was wrong and what to do, without a full stop.
package struct ConsoleError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is, as a word for programs.
    package let code: String
    package let description: String

    package init(_ description: String, code: String = "invalidCommand") {
        self.code = code
        self.description = description
    }
}
