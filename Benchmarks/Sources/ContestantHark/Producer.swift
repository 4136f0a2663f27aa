internal import Hark

/// Emits one kind of event as long as it leaves at once.
@EventLoop
struct Producer {
    private enum Event {
        case bytes(Bytes)
        case typed
        case string(String)
    }

    private let client: Client
    private let event: Event

    /// - Parameter variant: `bytes`, `typed` or `string`.
    init(_ client: Client, _ variant: String, size: Int) {
        self.client = client
        event =
            switch variant {
            case "typed": .typed
            case "string": .string(String(repeating: "Z", count: size))
            default: .bytes(Bytes(repeatElement(0x5A, count: size)))
            }
    }

    /// Emits at most `turn` events.
    ///
    /// - Returns: how many; fewer when the socket takes no more.
    func produce(_ turn: UInt64) throws -> UInt64 {
        var count: UInt64 = 0
        switch event {
        case .bytes(let payload):
            let key = Keys.flood
            while count < turn {
                count += 1
                guard try client.emit(key, payload).kept() else { return count - 1 }
            }
        case .typed:
            let key = Keys.order
            while count < turn {
                count += 1
                guard try client.emit(key, 4_711, 98.765).kept() else { return count - 1 }
            }
        case .string(let text):
            let key = Keys.text
            while count < turn {
                count += 1
                guard try client.emit(key, text).kept() else { return count - 1 }
            }
        }
        return count
    }
}
