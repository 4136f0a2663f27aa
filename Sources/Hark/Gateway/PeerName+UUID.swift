extension PeerName {
    /// A random UUID (version 4, RFC 9562), in lower case.
    @EventLoop
    convenience init(randomUUID environment: Environment) {
        // The version is in the top half, the variant in the other.
        let high = environment.random() & ~0xF000 | 0x4000
        let low = environment.random() & ~(0b11 << 62) | 0b10 << 62
        let digits = [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text += "-" }
            text.append(digit)
        }
        self.init(text)
    }
}
