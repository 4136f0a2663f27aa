/// The plainest rule: a pattern that must not be found in certain files.
struct Ban: Rule {
    /// Which part of a file is searched.
    enum Part: Sendable {
        case code, comments, text
    }

    let name: String
    let pattern: Pattern
    var part = Part.code
    /// Where the ban holds.
    let scope: Paths
    /// Where it does not, and why.
    var allowed: Paths = [:]
    let problem: String
    let remedy: String
    let bad: [Repository]
    let good: [Repository]

    var testDescription: String { name }

    func findings(in file: SourceFile) -> [Finding] {
        guard scope.contains(file.path), !allowed.contains(file.path) else { return [] }
        let text =
            switch part {
            case .code: file.code
            case .comments: file.comments
            case .text: file.text
            }
        return pattern.matches(in: text).map { match in
            let found = match.text.split(separator: "\n").first.map { $0.drop { $0 == " " } } ?? ""
            return Finding(path: file.path, line: match.line, problem: "\(problem) (`\(found)`)", remedy: remedy)
        }
    }
}
