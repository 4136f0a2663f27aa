package import HarkWire

/// One side of a verbose connection, as a value: bytes in, effects and messages out.
///
/// ```
///  ["peerid", channel, node]  ───►  ◄───  ["peerid", channel, node]      both at once
///  ["sync", last, isReconnect]  ──►  ◄──  ["sync", last, isReconnect]    each when it has the other's peerid
///  ["message", {"pl": …, "meta": …}]   ["ack", id]                       each when it has the other's sync
/// ```
/// There are two forms of the stream, of versions that cannot talk to each other. The other side's first bytes tell
/// which is spoken; a side that can speak both waits for them before it says anything, but not for ever.
package struct VerboseMachine: ~Copyable {
    /// How far the handshake is.
    package enum State: Equatable, Sendable {
        /// The other side has not said who it is.
        case greeting
        /// It has, and has not said what it has received.
        case introduced
        /// Messages pass.
        case open
        /// It is on another channel.
        case foreign
    }

    package private(set) var state = State.greeting

    /// What is written in; nil while it is not known.
    package private(set) var form: JSONStreamForm?

    let channel: String
    private let messageByteCountMax: Int
    private let pool: ChunkPool
    /// What is read, once the other side's form is known.
    private var heardForm: JSONStreamForm?
    /// Whether the bracket has been there by which both forms begin.
    private var isBracketSeen = false
    private var splitter: MessageSplitter<JSONStreamFraming>
    private var parser: VerboseParser
    var separator = JSONStreamSeparator()

    /// - Parameters:
    ///   - channel: others on it are welcome.
    ///   - messageByteCountMax: the longest message, in bytes.
    package init(channel: String, messageByteCountMax: Int, pool: ChunkPool) {
        self.channel = channel
        self.messageByteCountMax = messageByteCountMax
        self.pool = pool
        splitter = MessageSplitter(JSONStreamFraming(), byteCountMax: messageByteCountMax, pool: pool)
        parser = VerboseParser(pool: pool)
    }

    /// How many bytes are here of a message whose end has not arrived; nil when there is none.
    package var partByteCount: Int? { splitter.partByteCount }

    // MARK: Forms

    /// The other side has said nothing for long enough: what is said goes out in the form of the older version, which
    /// was current when this wire was.
    package mutating func fallBack() { if form == nil { write(in: .array) } }

    private mutating func write(in form: JSONStreamForm) {
        self.form = form
        separator = JSONStreamSeparator(form)
    }

    /// Looks for what tells the form, and takes no more than that leaves for the reader.
    private mutating func recognise(_ input: inout UnsafeRawBufferPointer) {
        while heardForm == nil, let byte = input.first {
            let isBracket = byte == UInt8(ascii: "[") && !isBracketSeen
            guard isBracket || JSONStreamFraming.isSpace(byte) else {
                return hear(isBracketSeen && byte == UInt8(ascii: "\"") ? .lines : .array)
            }
            isBracketSeen = isBracketSeen || isBracket
            input = UnsafeRawBufferPointer(rebasing: input.dropFirst())
        }
    }

    private mutating func hear(_ form: JSONStreamForm) {
        heardForm = form
        if self.form == nil { write(in: form) }
        splitter = MessageSplitter(JSONStreamFraming(form), byteCountMax: messageByteCountMax, pool: pool)
        guard isBracketSeen else { return }
        withUnsafeBytes(of: UInt8(ascii: "[")) { bracket in
            var bracket = bracket
            _ = splitter.next(&bracket)
        }
    }

    // MARK: Receiving

    /// Takes the next message from the front of `input`; nil when more bytes are needed.
    package mutating func receive(_ input: inout UnsafeRawBufferPointer) -> VerboseEffect? {
        recognise(&input)
        guard let step = splitter.next(&input) else {
            parser.rest()
            return nil
        }
        switch step {
        case .message(let text):
            do throws(JSONError) {
                return receive(try parser.read(text))
            } catch {
                return .malformed(MalformedMessage(error, in: text).description)
            }
        case .malformed(let message): return .malformed(message.description)
        case .tooLong(let limit): return .tooLong("a message is longer than \(limit) bytes")
        }
    }

    private mutating func receive(_ message: VerboseMessage) -> VerboseEffect {
        switch (message, state) {
        case (.none(let why), _): return .malformed(why)
        case (.peerID(let channel, let nodeID), .greeting):
            guard channel == self.channel else {
                state = .foreign
                return .foreign(channel: channel)
            }
            state = .introduced
            return .introduced(nodeID: nodeID)
        case (.sync(let last, let isReconnect), .introduced):
            state = .open
            return .synchronised(last: last, isReconnect: isReconnect)
        case (.message(let id), .open): return .message(id: id, head: parser.head, payload: parser.payload)
        case (.acknowledgement(let id), .open): return .acknowledged(id)
        case (.peerID, .introduced), (.peerID, .open): return .malformed("a peerid came twice")
        case (.sync, .open): return .malformed("a sync came twice")
        case (.sync, .greeting): return .malformed("a sync came before the peerid")
        case (.message, .greeting), (.message, .introduced): return .malformed("a message came before the handshake")
        case (.acknowledgement, .greeting), (.acknowledgement, .introduced):
            return .malformed("an ack came before the handshake")
        case (.peerID, .foreign), (.sync, .foreign), (.message, .foreign), (.acknowledgement, .foreign):
            return .malformed("it is of another channel")
        }
    }
}
