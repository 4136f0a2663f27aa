/// One place that breaks a rule. Printed in the form editors and compilers know.
struct Finding: CustomStringConvertible {
    let path: String
    let line: Int
    /// What is banned.
    let problem: String
    /// What to do instead.
    let remedy: String

    var description: String { "\(path):\(line): error: \(problem), \(remedy)" }
}
