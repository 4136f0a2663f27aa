import HarkUV
import Testing

@Suite struct UVVersionTests {
    @Test func `the version of libuv is three numbers, and not older than what is asked for`() throws {
        let numbers = UVVersion.text.split(separator: "-")[0].split(separator: ".").compactMap { Int($0) }
        try #require(numbers.count == 3)
        #expect(numbers[0] > 1 || numbers[1] >= 44)
    }
}
