extension SourceFile {
    func finding(_ line: Int, _ problem: String, _ remedy: String) -> Finding {
        Finding(path: path, line: line, problem: problem, remedy: remedy)
    }
}
