import Hark

/// What one line of standard input asks for.
enum Instruction: Sendable {
    case emit(name: String, arguments: [Value], to: Peer.ID?, wantsAcknowledgement: Bool)
    case reply(to: Int, Answer)
    /// Values that are shared; null removes one.
    case set(Value.Object, with: Peer.ID?)
    case get(key: String, of: Peer.ID?)
    case reconnect
    case close

    /// What a request is answered with.
    enum Answer: Sendable {
        case result(Value)
        case failure(String)
    }

    /// What is wrong with a line, and what to write instead.
    struct Refusal: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// Reads a line.
    init(line: some Collection<UInt8>) throws(Refusal) {
        let value: Value
        do throws(JSONError) {
            value = try Value(json: line)
        } catch {
            throw Refusal("this is not JSON: \(error)")
        }
        guard let object = value.object else {
            throw Refusal("an object is expected, such as {\"emit\":\"hello\",\"args\":[1]}")
        }
        if let name = object["emit"] {
            self = try Self.emit(name, object)
        } else if let id = object["reply"] {
            self = try Self.reply(id, object)
        } else if let close = object["close"] {
            guard close.bool == true else { throw Refusal("\"close\" takes true") }
            self = .close
        } else if let values = object["set"] {
            guard let values = values.object else { throw Refusal("\"set\" takes an object of keys and values") }
            self = .set(values, with: try Self.peer(object))
        } else if let key = object["get"] {
            guard let key = key.string else { throw Refusal("\"get\" takes a key, a text") }
            self = .get(key: key, of: try Self.peer(object))
        } else if let reconnect = object["reconnect"] {
            guard reconnect.bool == true else { throw Refusal("\"reconnect\" takes true") }
            self = .reconnect
        } else {
            throw Refusal(
                "one of the keys \"emit\", \"reply\", \"set\", \"get\", \"reconnect\" or \"close\" is expected")
        }
    }

    private static func emit(_ name: Value, _ object: Value.Object) throws(Refusal) -> Instruction {
        guard let name = name.string else { throw Refusal("\"emit\" takes the event's name, a text") }
        let wantsAcknowledgement: Bool
        switch object["ack"] {
        case nil, .null?: wantsAcknowledgement = false
        case .bool(let value)?: wantsAcknowledgement = value
        default: throw Refusal("\"ack\" takes true or false")
        }
        return .emit(
            name: name, arguments: try arguments(object), to: try peer(object),
            wantsAcknowledgement: wantsAcknowledgement)
    }

    private static func peer(_ object: Value.Object) throws(Refusal) -> Peer.ID? {
        switch object["to"] {
        case nil, .null?: return nil
        case .string(let id)?: return id
        default: throw Refusal("\"to\" takes the id of a peer, a text, as in its \"connect\" line")
        }
    }

    private static func reply(_ id: Value, _ object: Value.Object) throws(Refusal) -> Instruction {
        guard let id = id.int else { throw Refusal("\"reply\" takes the number of a request, its \"id\"") }
        if let error = object["error"], !error.isNull {
            return .reply(to: id, .failure(error.string ?? error.description))
        }
        let arguments = try arguments(object)
        guard arguments.count <= 1 else {
            throw Refusal("a reply has one result in the native dialect; put \(arguments.count) into one array")
        }
        return .reply(to: id, .result(arguments.first ?? .null))
    }

    private static func arguments(_ object: Value.Object) throws(Refusal) -> [Value] {
        switch object["args"] {
        case nil, .null?: return []
        case .array(let values)?: return values
        default: throw Refusal("\"args\" takes an array")
        }
    }
}
