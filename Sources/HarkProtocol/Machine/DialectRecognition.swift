/// Finds out which wire is spoken from the first bytes of a connection, as a value. Looks at each byte once.
///
/// | what comes first | wire |
/// |---|---|
/// | the native magic | native |
/// | an array of a JSON stream, its first element the text `_set` or `start` | Uhura |
/// | an array of a JSON stream, its first element the text `peerid`; or that one bare | verbose |
/// | any other array of a JSON stream | Streamitter |
/// | an object with a key `topic` or `message` | socket-ipc |
///
/// It decides as soon as it can tell, so a first message may be as long as its wire allows. Where the one who listens
/// does not speak Uhura, its handshake is for Streamitter, which passes over it. That of verbose is an event there.
package struct DialectRecognition: Sendable {
    /// What can be told apart.
    package enum Wire: CaseIterable, Sendable {
        case native, uhura, streamitter, socketIPC, verbose
    }

    package enum Verdict: Hashable, Sendable {
        /// More bytes are needed.
        case undecided
        case decided(Wire)
        /// None of those that are spoken, and why.
        case none(String)
    }

    /// 64 KiB: white space, arrays that end again, or keys of an object.
    package static let byteCountMax = 64 << 10

    /// Where the next byte stands.
    private enum Place {
        /// Before the first value, or behind an array without elements.
        case start
        /// Within the native magic, behind so many bytes.
        case magic(Int)
        /// Behind the bracket that begins the stream, and behind that of its first element.
        case stream, element
        /// Within the name that an element begins with, or a bare array.
        case name, bareName
        /// Within an object, between its strings; and within one of them.
        case object, text
    }

    /// Two more than the longest word that means something, so that longer ones are none.
    private static let wordByteCountMax = 9

    private let wires: Set<Wire>
    private var place = Place.start
    private var byteCount = 0
    private var isEscaped = false
    /// The beginning of the string under way, or of the last one.
    private var word: [UInt8] = []
    /// How many brackets are open within the object, its own included.
    private var depth = 0
    package private(set) var verdict = Verdict.undecided

    /// - Parameter wires: those that are spoken.
    package init(_ wires: Set<Wire>) { self.wires = wires }

    /// Takes what has arrived. After a decision it takes nothing more.
    package mutating func receive(_ bytes: some Sequence<UInt8>) -> Verdict {
        for byte in bytes where verdict == .undecided { take(byte) }
        return verdict
    }

    private mutating func take(_ byte: UInt8) {
        byteCount += 1
        switch place {
        case .start: takeFirst(byte)
        case .magic(let count): takeMagic(byte, behind: count)
        case .stream: takeElement(byte)
        case .element: takeElementStart(byte)
        case .name: if takeText(byte) { decideByName() }
        case .bareName: if takeText(byte) { decideByBareName() }
        case .object: takeObject(byte)
        case .text: if takeText(byte) { place = .object }
        }
        guard verdict == .undecided, byteCount >= Self.byteCountMax else { return }
        verdict = .none("nothing in the first \(Self.byteCountMax) bytes tells what it is")
    }

    private mutating func takeFirst(_ byte: UInt8) {
        switch byte {
        case _ where Self.isSpace(byte): break
        case NativeMagic.prefix[0] where byteCount == 1: place = .magic(1)
        case UInt8(ascii: "["): place = .stream
        case UInt8(ascii: "{"):
            place = .object
            depth = 1
        default: verdict = .none("it begins with neither an array, an object nor the native greeting")
        }
        // What can only be refused later is refused now.
        switch place {
        case .magic where !wires.contains(.native): verdict = .none("it is native, which is not spoken here")
        case .stream where wires.isDisjoint(with: [.uhura, .streamitter, .verbose]):
            verdict = .none("it is a JSON stream, as of Uhura, Streamitter or verbose, which are not spoken here")
        case .object where !wires.contains(.socketIPC):
            verdict = .none("it is an object, as of socket-ipc, which is not spoken here")
        default: break
        }
    }

    private mutating func takeMagic(_ byte: UInt8, behind count: Int) {
        guard byte == NativeMagic.prefix[count] else {
            verdict = .none("it begins as the native greeting does, and goes on otherwise")
            return
        }
        if count + 1 == NativeMagic.prefix.count { verdict = .decided(.native) } else { place = .magic(count + 1) }
    }

    // MARK: Arrays

    private mutating func takeElement(_ byte: UInt8) {
        switch byte {
        case _ where Self.isSpace(byte): break
        case UInt8(ascii: "["): place = .element
        case UInt8(ascii: "]"): place = .start
        case UInt8(ascii: "\"") where wires.contains(.verbose): begin(.bareName)
        default: verdict = .none("the first value of its JSON stream is no array")
        }
    }

    private mutating func takeElementStart(_ byte: UInt8) {
        switch byte {
        case _ where Self.isSpace(byte): break
        case UInt8(ascii: "\""): begin(.name)
        default: decideStreamitter()
        }
    }

    private mutating func decideByName() {
        let isHandshake = ["_set", "start"].contains { $0.utf8.elementsEqual(word) }
        if isHandshake, wires.contains(.uhura) {
            verdict = .decided(.uhura)
        } else if isPeerID, wires.contains(.verbose) {
            verdict = .decided(.verbose)
        } else {
            decideStreamitter()
        }
    }

    private mutating func decideByBareName() {
        verdict = isPeerID ? .decided(.verbose) : .none("the first value of its JSON stream is no array")
    }

    private var isPeerID: Bool { VerboseName.peerID.rawValue.utf8.elementsEqual(word) }

    private mutating func decideStreamitter() {
        verdict =
            wires.contains(.streamitter)
            ? .decided(.streamitter)
            : .none("it sends an event without a handshake, as Streamitter, which is not spoken here")
    }

    // MARK: Objects

    private mutating func takeObject(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): begin(.text)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            word = []
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == 0 { verdict = .none("it is an object with neither topic nor message") }
        case UInt8(ascii: ":") where depth == 1:
            guard ["topic", "message"].contains(where: { $0.utf8.elementsEqual(word) }) else { return }
            verdict = .decided(.socketIPC)
        default: break
        }
    }

    // MARK: Strings

    private mutating func begin(_ place: Place) {
        self.place = place
        word = []
    }

    /// - Returns: whether the string has ended.
    private mutating func takeText(_ byte: UInt8) -> Bool {
        if !isEscaped, byte == UInt8(ascii: "\"") { return true }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        if word.count < Self.wordByteCountMax { word.append(byte) }
        return false
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
