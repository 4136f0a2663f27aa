internal import Synchronization

/// An event name that the program has resolved once. Equal names are the same object.
@usableFromInline
package final class EventName: Sendable {
    /// Small and dense: connections keep what they know of a name in arrays indexed by it.
    @usableFromInline package let id: Int
    package let text: String
    package let utf8: [UInt8]

    private init(id: Int, text: String) {
        self.id = id
        self.text = text
        utf8 = Array(text.utf8)
    }

    private struct Registry {
        var byText: [String: EventName] = [:]
        var byID: [EventName] = []
    }

    private static let registry = Mutex(Registry())

    /// The one object for `text`. It is never freed: keys are part of a program, not of its data.
    static func resolve(_ text: String) -> EventName {
        registry.withLock { registry in
            if let known = registry.byText[text] { return known }
            let name = EventName(id: registry.byID.count, text: text)
            registry.byText[text] = name
            registry.byID.append(name)
            return name
        }
    }

    /// The name with this id.
    static func at(_ id: Int) -> EventName { registry.withLock { $0.byID[id] } }
}
