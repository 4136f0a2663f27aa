internal import ArgumentParser

/// What the argument of an event is, or how it is encoded. Contestants without a choice ignore it.
enum Variant: String, ExpressibleByArgument {
    /// Bytes, borrowed by the listener; the one that the goals are about.
    case bytes
    /// An integer and a double, decoded for the listener.
    case typed
    /// A String, decoded for the listener.
    case string
    /// Of the codec: a tree of values, native or as JSON.
    case dynamic, json
}
