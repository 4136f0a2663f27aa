/// An event or a pattern that is listened to.
package struct ConsoleSubscription: Hashable, Sendable {
    /// Of the event; or the pattern.
    package let name: String
    package let isPattern: Bool
    package let listenerCount: Int

    package init(_ name: String, isPattern: Bool = false, listenerCount: Int) {
        self.name = name
        self.isPattern = isPattern
        self.listenerCount = listenerCount
    }
}
