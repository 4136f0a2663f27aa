/// What a dialect forbids those who emit.
struct OutletRules: Equatable {
    /// An event has at most so many arguments; nil for no limit.
    var argumentCountMax: Int?
    /// Whether what is emitted without a connection waits for the next one.
    var queuesOffline = true
    /// Whether every event that is dropped is told, with its name and arguments, not only the first for each reason.
    var tellsEach = false
    /// Whether some names mean something else to the other side.
    var reservesNames = false
}
