import Foundation

/// Emphasis on terminals that want it; nothing depends on it.
struct Style: Sendable {
    let isColoured: Bool

    /// For standard output: a terminal, and neither `NO_COLOR` nor `TERM=dumb` says otherwise.
    static let standardOutput = Style(
        isColoured: isatty(STDOUT_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
            && environment["TERM"] != "dumb")

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func red(_ text: String) -> String { wrap(text, "31") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
