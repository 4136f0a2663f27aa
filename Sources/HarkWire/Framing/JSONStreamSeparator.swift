/// What the writer of an endless JSON array puts before each value: `[` and a line feed before the first, a comma
/// between two line feeds before the others. The array is never closed.
package struct JSONStreamSeparator {
    private var isFirst = true

    package init() {}

    /// What goes before the next value.
    package mutating func next() -> StaticString {
        defer { isFirst = false }
        return isFirst ? "[\n" : "\n,\n"
    }

    /// Writes what goes before the next value.
    package mutating func write(to output: inout ByteWriter) { output.append(next()) }
}
