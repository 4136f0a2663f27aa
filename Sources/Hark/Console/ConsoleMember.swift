package import HarkWire

/// What a console can read or call of the object that it is for, by a name that the object has given it. Nothing else
/// of the object can be reached.
package enum ConsoleMember: Sendable {
    /// What it is at the moment.
    case property(@EventLoop @Sendable () -> Value)
    /// Takes the arguments as they were typed, and says what came of it.
    case method(@EventLoop @Sendable ([Value]) async throws -> Value)
}
