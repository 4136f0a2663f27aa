/// What the writer of an endless JSON stream puts before each value. For an array, `[` and a line feed before the
/// first, a comma between two line feeds before the others; it is never closed. For lines, a line feed between two.
package struct JSONStreamSeparator {
    private let form: JSONStreamForm
    private var isFirst = true

    package init(_ form: JSONStreamForm = .array) { self.form = form }

    /// What goes before the next value.
    package mutating func next() -> StaticString {
        defer { isFirst = false }
        switch form {
        case .array: return isFirst ? "[\n" : "\n,\n"
        case .lines: return isFirst ? "" : "\n"
        }
    }

    /// Writes what goes before the next value.
    package mutating func write(to output: inout ByteWriter) { output.append(next()) }
}
