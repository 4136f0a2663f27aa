/// What can be chosen of the Uhura dialect.
struct UhuraOptions: Sendable, Hashable {
    var objectMode = true
    var acknowledgements = true

    /// Ids travel only in objects.
    var isAcknowledging: Bool { objectMode && acknowledgements }
}
