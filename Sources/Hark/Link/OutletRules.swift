internal import HarkProtocol

/// What a dialect forbids those who emit.
struct OutletRules: OptionSet {
    let rawValue: UInt8

    /// An event has one argument at most.
    static let oneArgument = OutletRules(rawValue: 1 << 0)
    /// What is emitted without a connection does not wait for the next one.
    static let dropsOffline = OutletRules(rawValue: 1 << 1)
    /// Every event that is refused is told, with its name and arguments, not only the first for each reason; also those
    /// that are emitted after the end.
    static let tellsEach = OutletRules(rawValue: 1 << 2)
    /// What becomes of events is somebody else's to tell: those that are dropped are only counted.
    static let tellsNothing = OutletRules(rawValue: 1 << 4)
    /// Some names mean something else to the other side.
    static let reservesNames = OutletRules(rawValue: 1 << 3)
    /// Nothing but messages of a bus passes, which have one name.
    static let messagesOnly = OutletRules(rawValue: 1 << 5)
}

extension OutletRules {
    /// Those by which some names cannot be emitted.
    static let names: OutletRules = [.reservesNames, .messagesOnly]

    /// Whether some names cannot be emitted.
    var concernNames: Bool { !isDisjoint(with: .names) }

    /// Whether an event of this name cannot be emitted.
    func reserve(_ name: UnsafeRawBufferPointer) -> Bool {
        contains(.reservesNames) && UhuraName.isReserved(name)
            || contains(.messagesOnly) && VerboseName.isReserved(name)
    }

    /// What the wire of `dialect` cannot carry.
    init(_ dialect: Dialect) {
        switch dialect.wire {
        case .native, .streamitter, .eventcast: self = []
        case .uhura: self = .reservesNames
        case .verbose: self = .messagesOnly
        case .socketIPC(let options):
            self = options.queuesOffline ? [.oneArgument, .tellsEach] : [.oneArgument, .tellsEach, .dropsOffline]
        }
    }
}
