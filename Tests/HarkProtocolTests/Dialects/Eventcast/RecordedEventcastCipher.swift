import HarkProtocol

/// AES-128-CBC with the key of the recordings, slowly and from the standard alone (FIPS 197): what has recorded them is
/// not what decrypts them here.
final class RecordedEventcastCipher: EventcastCipher {
    private static let key: [UInt8] = [
        0x3C, 0xB4, 0xE7, 0x32, 0x63, 0x1F, 0x47, 0xE6, 0xEB, 0x96, 0x1F, 0x34, 0x55, 0x4B, 0x7C, 0xDE,
    ]
    private static let iv: [UInt8] = [
        0x8A, 0xCE, 0x33, 0xBD, 0xAC, 0x24, 0x42, 0x69, 0xF1, 0xA3, 0x56, 0xB6, 0x73, 0x3E, 0x4C, 0xF5,
    ]

    private let box: [UInt8]
    private let inverseBox: [UInt8]
    private let roundKeys: [[UInt8]]

    init() {
        var box = [UInt8](repeating: 0, count: 256)
        var inverse = box
        for byte in UInt8.min...UInt8.max {
            // The inverse of a byte is its 254th power.
            let power = (0..<253).reduce(byte) { power, _ in Self.product(power, byte) }
            let turned = (1...4).reduce(power) { $0 ^ (power << $1 | power >> (8 - $1)) } ^ 0x63
            box[Int(byte)] = turned
            inverse[Int(turned)] = byte
        }
        (self.box, inverseBox) = (box, inverse)

        var words = stride(from: 0, to: 16, by: 4).map { Array(Self.key[$0..<$0 + 4]) }
        var round: UInt8 = 1
        for index in 4..<44 {
            var word = words[index - 1]
            if index % 4 == 0 {
                word = [word[1], word[2], word[3], word[0]].map { box[Int($0)] }
                word[0] ^= round
                round = Self.product(round, 2)
            }
            words.append(zip(words[index - 4], word).map { $0 ^ $1 })
        }
        roundKeys = stride(from: 0, to: 44, by: 4).map { Array(words[$0..<$0 + 4].joined()) }
    }

    func encrypt(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let padding = 16 - text.count % 16
        let padded = text + Array(repeating: UInt8(padding), count: padding)
        var previous = Self.iv
        return stride(from: 0, to: padded.count, by: 16).flatMap { start in
            previous = encrypt(block: zip(padded[start..<start + 16], previous).map { $0 ^ $1 })
            return previous
        }
    }

    func decrypt(_ ciphertext: UnsafeRawBufferPointer) -> [UInt8]? {
        guard !ciphertext.isEmpty, ciphertext.count % 16 == 0 else { return nil }
        var previous = Self.iv
        let text = stride(from: 0, to: ciphertext.count, by: 16).flatMap { start in
            let block = Array(ciphertext[start..<start + 16])
            defer { previous = block }
            return zip(decrypt(block: block), previous).map { $0 ^ $1 }
        }
        let padding = Int(text[text.count - 1])
        guard 1...16 ~= padding, text.suffix(padding).allSatisfy({ $0 == padding }) else { return nil }
        return Array(text.dropLast(padding))
    }

    private func encrypt(block: [UInt8]) -> [UInt8] {
        var state = Self.sum(block, roundKeys[0])
        for round in 1...10 {
            // Row r of the four columns moves by r.
            state = (0..<16).map { box[Int(state[($0 + 4 * ($0 % 4)) % 16])] }
            if round < 10 { state = Self.mixed(state, by: [2, 3, 1, 1]) }
            state = Self.sum(state, roundKeys[round])
        }
        return state
    }

    private func decrypt(block: [UInt8]) -> [UInt8] {
        var state = block
        for round in (1...10).reversed() {
            state = Self.sum(state, roundKeys[round])
            if round < 10 { state = Self.mixed(state, by: [14, 11, 13, 9]) }
            state = (0..<16).map { inverseBox[Int(state[($0 + 12 * ($0 % 4)) % 16])] }
        }
        return Self.sum(state, roundKeys[0])
    }

    private static func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { zip(a, b).map { $0 ^ $1 } }

    private static func mixed(_ state: [UInt8], by factors: [UInt8]) -> [UInt8] {
        (0..<16).map { place in
            (0..<4).reduce(UInt8(0)) { sum, row in
                sum ^ product(state[place / 4 * 4 + row], factors[(row - place % 4 + 4) % 4])
            }
        }
    }

    /// In the field of 256 elements that AES computes in.
    private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var (a, b, product) = (a, b, UInt8(0))
        while b > 0 {
            if b & 1 == 1 { product ^= a }
            a = a << 1 ^ (a & 0x80 == 0 ? 0 : 0x1B)
            b >>= 1
        }
        return product
    }
}
