import Hark
import Testing

struct GroupKeyTests {
    private struct Options {
        var key = GroupKey.passphrase("hunter2hunter2")
        var other: GroupKey? = .bytes([UInt8](repeating: 0xAB, count: 32))
        var keys = [GroupKey.bytes("hunter2hunter2".utf8)]
    }

    @Test func `nothing that is printed of a key contains it`() {
        #expect("\(GroupKey.passphrase("hunter2hunter2"))" == "GroupKey(passphrase)")
        #expect("\(GroupKey.bytes([1, 2]))" == "GroupKey(bytes)")
        let texts = printed(Options())
        for secret in ["hunter2", "171", "104, 117"] { #expect(!texts.contains { $0.contains(secret) }) }
    }
}

/// All that the standard library makes of a value for people to read.
func printed(_ value: Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return [
        String(describing: value), String(reflecting: value), dumped,
        "\(Mirror(reflecting: value).children.map { $0 })",
    ]
}
