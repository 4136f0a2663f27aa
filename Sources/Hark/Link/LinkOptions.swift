internal import HarkWire

/// What a link needs to know of its emitter's options.
struct LinkOptions {
    var limits: Limits
    var timing: Timing
    var credentials: Value?
}
