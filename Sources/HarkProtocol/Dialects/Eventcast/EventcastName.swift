/// Names of events that the original keeps for itself.
enum EventcastName {
    private static let reserved: [StaticString] = [EventcastRequest.eventName, "error", "start", "stop"]

    /// Whether an event of this name neither leaves nor arrives. The original would tell its own program that it has
    /// started, or would end it by an error.
    static func isReserved(_ name: UnsafeRawBufferPointer) -> Bool { reserved.contains { isEqual(name, $0) } }

    /// Whether it is that of a request to send segments once more.
    static func isRequest(_ name: UnsafeRawBufferPointer) -> Bool { isEqual(name, EventcastRequest.eventName) }

    private static func isEqual(_ name: UnsafeRawBufferPointer, _ other: StaticString) -> Bool {
        name.elementsEqual(UnsafeRawBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }
}
