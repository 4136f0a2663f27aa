internal import Hark

/// Why a run of Hark does not count.
enum ContestError: Error {
    case dropped(DropReason)
    case noListeners
    case noMulticast
    case wrongEvent
    /// So many were at the console at the same time.
    case wrongCrowd(Int)
    case unknownVariant(String)
    case unknownDialect(String)
}
