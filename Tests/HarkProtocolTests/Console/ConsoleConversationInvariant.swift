import HarkProtocol

/// However the bytes come, the same steps follow, and the conversation ends.
enum ConsoleConversationInvariant {
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        let whole = steps(Array(bytes), partByteCount: max(bytes.count, 1))
        for partByteCount in [1, 2, 7] where steps(Array(bytes), partByteCount: partByteCount) != whole {
            return "other steps in parts of \(partByteCount) bytes"
        }
        return whole.last == .end ? nil : "no end"
    }

    /// What follows from bytes that come in parts, when each command is carried out at once.
    static func steps(_ bytes: [UInt8], partByteCount: Int) -> [ConsoleConversation.Step] {
        var conversation = ConsoleConversation(name: "hark@vm", object: "eventcast")
        var steps: [ConsoleConversation.Step] = []
        var waiting: ArraySlice<UInt8> = []
        func proceed() {
            while let step = conversation.next(&waiting) {
                steps.append(step)
                guard case .run = step else { continue }
                steps.append(.say(conversation.answer(.success(.text("done")))))
            }
        }
        for start in stride(from: 0, to: bytes.count, by: partByteCount) {
            waiting.append(contentsOf: bytes[start..<min(start + partByteCount, bytes.count)])
            proceed()
        }
        conversation.inputEnded()
        proceed()
        return steps
    }
}
