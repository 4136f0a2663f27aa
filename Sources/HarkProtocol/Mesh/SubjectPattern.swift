/// A pattern of names taken apart at its dots, as bytes: `*` fits one token, `>` at the end fits one or more.
///
/// It was checked where it was written; one that others send may be anything, and then fits little or nothing.
package struct SubjectPattern: Equatable, Sendable {
    private let tokens: [ArraySlice<UInt8>]

    package init(_ text: [UInt8]) { tokens = Self.tokens(text) }

    private static func tokens(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }

    package func matches(_ name: [UInt8]) -> Bool {
        let parts = Self.tokens(name)
        for (index, token) in tokens.enumerated() {
            guard index < parts.count else { return false }
            if token.elementsEqual(CollectionOfOne(UInt8(ascii: ">"))) { return true }
            if token.elementsEqual(CollectionOfOne(UInt8(ascii: "*"))) { continue }
            guard token.elementsEqual(parts[index]) else { return false }
        }
        return parts.count == tokens.count
    }
}
