import Testing

/// Something the repository's files have to obey. A rule brings the examples that prove that it works.
protocol Rule: Sendable, CustomTestStringConvertible {
    /// Repositories in which the rule must find something, each one for another reason.
    var bad: [Repository] { get }
    /// Repositories in which it must find nothing.
    var good: [Repository] { get }

    func findings(in repository: Repository) -> [Finding]
    /// For rules that look at one file at a time; by default nothing.
    func findings(in file: SourceFile) -> [Finding]
}

extension Rule {
    func findings(in repository: Repository) -> [Finding] { repository.files.flatMap(findings(in:)) }
    func findings(in file: SourceFile) -> [Finding] { [] }

    var testDescription: String { "\(Self.self)" }
}
