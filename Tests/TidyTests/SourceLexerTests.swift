import Testing

@Suite struct SourceLexerTests {
    @Test(arguments: [
        ("a // b", "a"),
        ("a /* b /* c */ d */ e", "a e"),
        (#"f("x! \n \"y\"")!"#, #"f(" ")!"#),
        (#"f("a\(b + g("c"))d")"#, #"f(" (b + g(" ")) ")"#),
        (##"f(#"a"b\(c)\#(d)"#)"##, ##"f(#" (d)"#)"##),
        ("f(\"\"\"\n a \"b\" \\(c)\n \"\"\")", "f(\"\"\" (c) \"\"\")"),
        ("`default: it's \"so\"`() + a", "() + a"),
        ("\"open\nlet a", "\" let a"),
        ("#if A\n#/x\"/# + b", "#if A + b"),
    ])
    func `what is not code is blanked`(text: String, expected: String) {
        let code = SourceFile(path: "A.swift", text: text).code
        #expect(code.split(separator: /\s+/).joined(separator: " ") == expected)
        #expect(code.utf8.count == text.utf8.count)
    }

    @Test func `comments keep their lines`() {
        let file = SourceFile(path: "A.swift", text: "a // b\n\"// c\" /* d\ne */ f")
        #expect(file.comments == "  // b\n       /* d\ne */  ")
    }

    @Test func `a comment above is seen through attributes`() {
        let text = "/// Yes.\n@inlinable\nfunc a() {}\n\nfunc b() {}\nlet c = 1 // no\nlet d = 2"
        let file = SourceFile(path: "A.swift", text: text)
        #expect(file.hasComment(above: 3))
        #expect(!file.hasComment(above: 5))
        #expect(!file.hasComment(above: 7))
    }

    @Test func `bodies are measured from declaration to closing brace`() {
        let text = """
            protocol P {
                func a(b: () -> Void)
                var c: Int { get set }
            }
            struct S: P {
                func a(
                    b: () -> Void = {}
                ) {
                    if true { self.init() }
                }
                var c: Int {
                    1
                }
                init() { c = 1 }
            }
            """
        let bodies = SourceFile(path: "S.swift", text: text).bodies
        #expect(bodies.map(\.line) == [6, 11, 14])
        #expect(bodies.map(\.lineCount) == [5, 3, 1])
    }
}
