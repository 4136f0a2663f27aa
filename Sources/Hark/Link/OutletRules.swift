/// What a dialect forbids those who emit.
struct OutletRules: Equatable {
    /// An event has at most so many arguments; nil for no limit.
    var argumentCountMax: UInt8?
    /// Whether what is emitted without a connection waits for the next one.
    var queuesOffline = true
    /// Whether every event that is refused is told, with its name and arguments, not only the first for each reason;
    /// also those that are emitted after the end.
    var tellsEach = false
    /// Whether some names mean something else to the other side.
    var reservesNames = false
}

extension OutletRules {
    /// What the wire of `dialect` can carry; nil where that is everything.
    init?(_ dialect: Dialect) {
        switch dialect.wire {
        case .native, .streamitter: return nil
        case .uhura: self.init(reservesNames: true)
        case .socketIPC(let options):
            self.init(argumentCountMax: 1, queuesOffline: options.queuesOffline, tellsEach: true)
        }
    }
}
