import HarkProtocol

/// What holds for any bytes: it does not matter how they are cut, a decision stays, and only what is spoken is found.
///
/// The first byte says what is spoken; the rest arrives. The fuzzer looks for bytes that break it.
enum DialectRecognitionInvariant {
    /// What is broken, or nil.
    static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let first = bytes.first else { return nil }
        let all = DialectRecognition.Wire.allCases
        let wires = Set(all.indices.filter { first & 1 << $0 != 0 }.map { all[$0] })
        let input = Array(bytes.dropFirst())
        var whole = DialectRecognition(wires)
        let verdict = whole.receive(input)
        if case .decided(let wire) = verdict, !wires.contains(wire) { return "found what is not spoken" }
        if input.count >= DialectRecognition.byteCountMax, verdict == .undecided { return "no decision in time" }
        var pieces = DialectRecognition(wires)
        var earlier = DialectRecognition.Verdict.undecided
        for byte in input {
            let now = pieces.receive([byte])
            if earlier != .undecided, now != earlier { return "another decision later" }
            earlier = now
        }
        return earlier == verdict ? nil : "another decision in pieces"
    }
}
