/// How the listeners of an event or the replier of a request fared, as the number in `settled` and `failure`.
package enum NativeOutcome: UInt64, CaseIterable, Sendable {
    /// All returned.
    case ok = 0
    /// One threw; the text is its error.
    case threw = 1
    /// Nobody replies to requests of this name.
    case nobody = 2
    /// The arguments are not those that the replier takes.
    case badArguments = 3
    /// The time that the requester waits was over before the work began.
    case expired = 4
    /// Too much waits already.
    case overloaded = 5
}
