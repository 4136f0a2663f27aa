/// What a network in a test does to datagrams.
struct NativeGroupConditions {
    /// From one member to another, in milliseconds.
    var delay: UInt64 = 1
    /// By chance so much longer at most: what reorders.
    var jitter: UInt64 = 0
    /// Of one.
    var loss = 0.0
    /// How many in a row are lost, on average.
    var burst = 1.0
    var duplication = 0.0
    var corruption = 0.0
    /// What does not get through whatever else: sender and receiver, by their indices.
    var isCut: (Int, Int) -> Bool = { _, _ in false }
    /// One datagram that does not get through: sender, receiver, bytes.
    var isLost: (Int, Int, [UInt8]) -> Bool = { _, _, _ in false }
}
