/// The name of an event that is emitted: resolved, or as text.
@usableFromInline
enum EmittedName {
    case resolved(EventName)
    case text(String)

    var text: String {
        switch self {
        case .resolved(let name): name.text
        case .text(let text): text
        }
    }
}
