package import HarkWire

/// What a link needs to know of its emitter's options.
package struct LinkOptions {
    package var limits: Limits
    package var timing: Timing
    package var credentials: Value?
}
