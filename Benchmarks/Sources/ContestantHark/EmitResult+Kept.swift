internal import Hark

extension EmitResult {
    /// Whether the event leaves with this turn; false when it waits.
    /// - Throws: `ContestError.dropped`: a contestant that drops events does not compete.
    func kept() throws -> Bool {
        switch self {
        case .written: true
        case .queued: false
        case .noListeners: throw ContestError.noListeners
        case .dropped(let reason): throw ContestError.dropped(reason)
        }
    }
}
