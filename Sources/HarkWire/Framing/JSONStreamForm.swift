/// How the values of an endless stream of JSON stand behind each other.
package enum JSONStreamForm: CaseIterable, Sendable {
    /// As elements of an array that is never closed.
    case array
    /// Bare, with white space between: a line feed, as it is written.
    case lines
}
