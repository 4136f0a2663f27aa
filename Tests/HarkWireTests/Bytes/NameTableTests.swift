import HarkWire
import Testing

@Suite struct NameTableTests {
    private func number(of name: String, in table: inout NameTable) -> Int? {
        Array(name.utf8).withUnsafeBytes { table.number(of: $0) }
    }

    private func add(_ name: String, to table: inout NameTable) -> Int {
        Array(name.utf8).withUnsafeBytes { table.add($0) }
    }

    @Test func `names are numbered in the order in which they are added`() {
        var table = NameTable()
        #expect(number(of: "a", in: &table) == nil)
        for index in 0..<1_000 {
            #expect(add("name \(index)", to: &table) == index)
        }
        #expect(table.count == 1_000)
        for index in (0..<1_000).reversed() {
            #expect(number(of: "name \(index)", in: &table) == index)
            #expect(table.string(index) == "name \(index)")
        }
        #expect(number(of: "name 1000", in: &table) == nil)
    }

    @Test func `the empty name is a name like others`() {
        var table = NameTable()
        #expect(add("x", to: &table) == 0)
        #expect(number(of: "", in: &table) == nil)
        #expect(add("", to: &table) == 1)
        #expect(number(of: "", in: &table) == 1)
        #expect(number(of: "x", in: &table) == 0)
    }

    @Test func `names that differ only in their last byte are told apart`() {
        var table = NameTable()
        let names = (0..<256).map { "a long name with the same beginning \(Character(Unicode.Scalar($0) ?? "x"))" }
        for name in names { _ = add(name, to: &table) }
        for (index, name) in names.enumerated() { #expect(number(of: name, in: &table) == index) }
    }

    @Test func `a table that was emptied knows nothing`() {
        var table = NameTable()
        _ = add("x", to: &table)
        table.removeAll()
        #expect(table.count == 0)
        #expect(number(of: "x", in: &table) == nil)
    }
}
