import HarkUV
import Testing

struct LoopBoundTests {
    private final class Box {
        var number = 0
    }

    @Test func `the object is kept, and changed on the loop`() async {
        let bound = LoopBound(Box())
        let number = await Self.increment(bound)
        #expect(number == 1)
    }

    @EventLoop private static func increment(_ bound: LoopBound<Box>) -> Int {
        bound.onLoop { $0.number += 1 }
        return bound.onLoop { $0.number }
    }
}
