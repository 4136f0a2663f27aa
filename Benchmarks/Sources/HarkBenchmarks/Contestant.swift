internal import ArgumentParser

/// Who competes.
enum Contestant: String, CaseIterable, ExpressibleByArgument {
    /// Raw libuv, and a codec written by hand: the yardstick.
    case c
    /// SwiftNIO, batched by hand.
    case nio
    /// `JSON.stringify` and `JSON.parse`, and the older wires as their libraries speak them.
    case node
    case hark
    /// Reliable multicast as libnorm has it, where the package was built with `HARK_NORM=1`.
    case norm
}
