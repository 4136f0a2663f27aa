internal import Hark

/// Why a run of Hark does not count.
enum ContestError: Error {
    case dropped(DropReason)
    case noListeners
    case noMulticast
    case wrongEvent
    case unknownVariant(String)
    case unknownDialect(String)
}
