internal import ArgumentParser

/// What the argument of an event is, or how it is encoded. Contestants without a choice ignore it.
enum Variant: String, ExpressibleByArgument {
    /// Bytes, borrowed by the listener; the one that the goals are about.
    case bytes
    /// An integer and a double, decoded for the listener.
    case typed
    /// A String, decoded for the listener.
    case string
    /// Of the codec: a tree of values, native, or by way of JSON or BSON.
    case dynamic, json, bson
    /// Of a group: the kernel cuts and joins datagrams, so that one call sends or receives many.
    case trains
    /// Of a relay: there is one.
    case relayed
    /// Of a console: clients are busy with it.
    case crowded
    /// Of a console: clients are busy with that of another process.
    case elsewhere
}
