/// Which events a listener hears.
enum ListenerScope {
    /// Those of one name, whatever characters it has.
    case name(String)
    /// Those whose names fit.
    case pattern(EventPattern)
    /// All.
    case any

    /// The name, or the pattern as it is written.
    var text: String {
        switch self {
        case .name(let name): name
        case .pattern(let pattern): pattern.text
        case .any: EventPattern.everything
        }
    }
}
