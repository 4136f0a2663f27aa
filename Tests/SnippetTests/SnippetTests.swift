import Foundation
import Hark
import Testing

/// What the documentation shows is code that compiles, and the first example runs.
@Suite(.timeLimit(.minutes(2)))
struct SnippetTests {
    @Test func `all Swift in the documentation is compiled`() throws {
        let snippets = try CompiledCode.snippets.get()
        let blocks = try Page.all.get().flatMap(\.blocks)
        #expect(blocks.count > 10)
        for block in blocks where !snippets.contains(block.code) {
            Issue.record("\(block): this code is in no file of Tests/SnippetTests/Snippets")
        }
    }

    @Test func `a block is found whatever its indentation, imports and blank lines`() {
        let code = CompiledCode(files: ["import Hark\nenum A {\n    func b() {\n        c()\n\n        d()\n    }\n}"])
        #expect(code.contains("import Hark\n\nc()\nd()\n"))
    }

    @Test func `a block with a line changed, added or left out is not found`() {
        let code = CompiledCode(files: ["a()\nb()\nc()"])
        #expect(!code.contains("a()\nB()\nc()"))
        #expect(!code.contains("b()\nc()\nd()"))
        #expect(!code.contains("a()\nc()"))
        #expect(!code.contains(""))
    }

    @Test func `blocks of other languages are passed over`() {
        let page = Page("a page", text: "```sh\nmake\n```\ntext\n```swift\na()\n```\n```\nb()\n```")
        #expect(page.blocks.map(\.code) == ["a()"])
        #expect(page.blocks.map(\.description) == ["a page:6"])
    }

    @Test @EventLoop func `the session store of the documentation keeps records for their time`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = FolderStore(folder)
        try await store.save("a", [1, 2], keepFor: .seconds(600))
        try await store.save("b", [3], keepFor: .zero)
        #expect(try await store.load("a") == [1, 2])
        #expect(try await store.load("b") == nil)
        try await store.remove("a")
        #expect(try await store.load("a") == nil)
    }

    @Test func `the example of the readme runs and ends`() async throws {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent]
        ) {
            try ReadmeSnippets.example()
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.hasSuffix("pong 2\n"))
    }
}
