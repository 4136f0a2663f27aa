/// What became of datagrams that were given to a port.
package struct DatagramSendResult: Equatable {
    /// How many need not be given again: they have left, or could not be sent.
    package var count = 0
    /// How many of those could not be sent; with several targets, to one of them at least.
    package var failedCount = 0
    /// Why the last of them could not.
    package var error: UVError?
    /// What the rest waits for.
    package var obstacle: DatagramObstacle?

    package init() {}
}
