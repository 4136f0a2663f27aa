import Testing

@Suite struct TidyTests {
    static let rules: [any Rule] =
        [
            ImportFloors(), FileLengths(), FunctionLengths(), LineLengths(), FileNames(), WordsInNames(),
            DocumentedPublics(), ExplainedLimits(), MirroredTests(), MachinePaths(),
        ] + Ban.all

    @Test(arguments: rules)
    func `the repository obeys`(rule: any Rule) throws {
        let findings = rule.findings(in: try Repository.current.get())
        if !findings.isEmpty {
            Issue.record("\(findings.map(\.description).joined(separator: "\n"))")
        }
    }

    @Test(arguments: rules)
    func `a rule finds its bad examples and passes its good ones`(rule: any Rule) {
        for (number, repository) in rule.bad.enumerated() {
            #expect(!rule.findings(in: repository).isEmpty, "bad example \(number) is not found")
        }
        for (number, repository) in rule.good.enumerated() {
            let findings = rule.findings(in: repository)
            #expect(findings.isEmpty, "good example \(number): \(findings)")
        }
        #expect(!rule.bad.isEmpty && !rule.good.isEmpty)
    }

    @Test func `a finding names place, problem and remedy`() throws {
        let repository: Repository = ["Sources/Hark/A.swift": "let a = 1\nlet b = c!\n"]
        let findings = Ban.forceUnwrap.findings(in: repository).map(\.description)
        #expect(
            findings == ["Sources/Hark/A.swift:2: error: force unwrap (`c!`), bind it, or state a precondition"])
    }

    @Test func `the repository's own files are found`() throws {
        let paths = Set(try Repository.current.get().files.map(\.path))
        #expect(paths.isSuperset(of: ["Package.swift", "Makefile", "Tests/TidyTests/TidyTests.swift", ".ci/run"]))
        #expect(paths.allSatisfy { !$0.contains(".build/") })
    }
}
