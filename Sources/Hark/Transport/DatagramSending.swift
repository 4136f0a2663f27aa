/// What became of datagrams that were given to a socket.
package struct DatagramSending {
    /// How many need not be given again: they have left, or could not be sent.
    package var count: Int
    /// How many of those could not be sent.
    package var failedCount = 0
    /// Why the last of them could not.
    package var error: HarkError?

    package init(count: Int, failedCount: Int = 0, error: HarkError? = nil) {
        self.count = count
        self.failedCount = failedCount
        self.error = error
    }
}
