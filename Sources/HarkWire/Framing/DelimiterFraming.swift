/// Messages that end with certain bytes, which may be split anywhere.
///
/// The first place where all of them stand ends the message, so with two zero bytes as the delimiter a third one
/// belongs to the message after them. A message may be empty.
package struct DelimiterFraming: MessageFraming {
    private let delimiter: [UInt8]
    /// For each number of bytes that fit, but for the last: how many still fit when the next byte does not.
    private let fallback: [Int]
    /// How many bytes of the delimiter the last bytes looked at are.
    private var matched = 0
    package private(set) var isMidMessage = false

    /// - Parameter delimiter: one byte or more.
    package init(_ delimiter: [UInt8]) {
        precondition(!delimiter.isEmpty)
        self.delimiter = delimiter
        var fallback = [0]
        for index in delimiter.indices.dropFirst() {
            var length = fallback[index - 1]
            while length > 0, delimiter[length] != delimiter[index] { length = fallback[length - 1] }
            fallback.append(length + (delimiter[length] == delimiter[index] ? 1 : 0))
        }
        self.fallback = fallback
    }

    /// Two zero bytes, which JSON never contains.
    package static var twoZeros: DelimiterFraming { DelimiterFraming([0, 0]) }

    package static var skipsEmptyMessages: Bool { false }

    package mutating func scan(_ input: UnsafeRawBufferPointer) -> FramingScan {
        var index = 0
        while index < input.count {
            if matched == 0 {
                let rest = UnsafeRawBufferPointer(rebasing: input[index...])
                index += ByteScan.first(delimiter[0], in: rest)
                guard index < input.count else { break }
            }
            let byte = input[index]
            index += 1
            while matched > 0, delimiter[matched] != byte { matched = fallback[matched - 1] }
            if delimiter[matched] == byte { matched += 1 }
            if matched == delimiter.count {
                matched = 0
                isMidMessage = false
                return FramingScan(dropped: 0, passed: index, .message(trailing: delimiter.count))
            }
        }
        isMidMessage = isMidMessage || !input.isEmpty
        return FramingScan(dropped: 0, passed: index, .needsMore(unsettled: matched))
    }
}
