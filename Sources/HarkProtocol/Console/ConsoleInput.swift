/// Cuts what somebody types, or a program writes, into lines: LF or CR LF ends one, as does CR NUL, which telnet sends
/// when it does not send lines. Telnet's own bytes between them are passed over; they begin with a byte that no UTF-8
/// has.
package struct ConsoleInput: Sendable {
    package enum Line: Hashable, Sendable {
        case whole([UInt8])
        /// There is no telling where it ends.
        case tooLong
    }

    /// What the last bytes have begun.
    private enum State {
        case text
        /// After IAC.
        case command
        /// After IAC and WILL, WONT, DO or DONT.
        case option
        /// After IAC and SB, up to IAC and SE.
        case parameters
        case parametersCommand
    }

    /// 64 KiB: long enough for any event that somebody would type or paste.
    package static let byteCountMax = 1 << 16

    private static let (lf, cr, nul) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(0))
    /// RFC 854.
    private static let (iac, sb, se) = (UInt8(255), UInt8(250), UInt8(240))
    private static let negotiations: ClosedRange<UInt8> = 251...254

    private var state = State.text
    private var begun: [UInt8] = []

    package init() {}

    /// The first byte of the line that has begun.
    package var firstByte: UInt8? { begun.first }

    /// Takes one byte, and returns the line that it ends.
    package mutating func take(_ byte: UInt8) -> Line? {
        switch state {
        case .text:
            if byte == Self.iac { state = .command } else { return takeText(byte) }
        case .command:
            state = .text
            if byte == Self.iac { return takeText(byte) }
            if byte == Self.sb { state = .parameters }
            if Self.negotiations.contains(byte) { state = .option }
        case .option: state = .text
        case .parameters: if byte == Self.iac { state = .parametersCommand }
        case .parametersCommand: state = byte == Self.se ? .text : .parameters
        }
        return nil
    }

    /// There is no more.
    ///
    /// - Returns: the line that did not end.
    package mutating func end() -> Line? { begun.isEmpty ? nil : .whole(takeLine()) }

    private mutating func takeText(_ byte: UInt8) -> Line? {
        switch byte {
        case Self.lf: return .whole(takeLine())
        // Elsewhere a NUL is padding.
        case Self.nul: return begun.last == Self.cr ? .whole(takeLine()) : nil
        default:
            begun.append(byte)
            // What ends the line is not counted.
            if begun.count - (begun.last == Self.cr ? 1 : 0) <= Self.byteCountMax { return nil }
            begun = []
            return .tooLong
        }
    }

    private mutating func takeLine() -> [UInt8] {
        var line = begun
        begun.removeAll(keepingCapacity: true)
        if line.last == Self.cr { line.removeLast() }
        return line
    }
}
