import HarkWire
import Testing

@Suite struct JSONNumberTests {
    @Test func `any double reads back bit for bit`() throws {
        var generator = SplitMix(state: 1)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite, value != 0 else { continue }
            let text = try Wire.json(.double(value))
            #expect(try Wire.value(json: text).double?.bitPattern == value.bitPattern, "\(text)")
        }
    }

    @Test func `decimals of few places read back and print as short as they were`() throws {
        var generator = SplitMix(state: 2)
        for _ in 0..<20_000 {
            let whole = generator.next() % 1_000_000
            let fraction = "\(generator.next() % 1000)1"
            let text = "\(whole).\(fraction)"
            #expect(try Wire.json(Wire.value(json: text)) == text)
        }
    }

    @Test func `literals between two doubles go to the nearest`() throws {
        // A double and the exact middle to the next one, as decimals; ties go to the even neighbour.
        for (text, nearest) in [
            ("1.00000000000000011102230246251565404236316680908203125", 1.0),
            ("1.00000000000000011102230246251565404236316680908203124", 1.0),
            ("1.00000000000000011102230246251565404236316680908203126", 1.0.nextUp),
            ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
            ("179769313486231580793e288", 1.7976931348623157e308),
            ("4503599627370496.5", 4_503_599_627_370_496), ("4503599627370497.5", 4_503_599_627_370_498),
        ] {
            #expect(try Wire.value(json: text).double?.bitPattern == nearest.bitPattern, "\(text)")
            #expect(try Wire.value(json: "-" + text).double?.bitPattern == (-nearest).bitPattern, "-\(text)")
        }
    }

    @Test func `a digit after eight hundred others still tips the balance`() throws {
        let middle = "1.00000000000000011102230246251565404236316680908203125" + String(repeating: "0", count: 900)
        #expect(try Wire.value(json: middle + "0") == .double(1))
        #expect(try Wire.value(json: middle + "1") == .double(1.0.nextUp))
    }
}
