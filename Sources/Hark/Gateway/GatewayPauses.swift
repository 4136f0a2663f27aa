/// Why a gateway does not read.
struct GatewayPauses: OptionSet {
    let rawValue: UInt8

    /// The link wants nothing, or is not there yet.
    static let link = GatewayPauses(rawValue: 1 << 0)
    /// The application decides about the client.
    static let held = GatewayPauses(rawValue: 1 << 1)
    /// Too much is in work, or the other side does not take its answers.
    static let overrun = GatewayPauses(rawValue: 1 << 2)
}
