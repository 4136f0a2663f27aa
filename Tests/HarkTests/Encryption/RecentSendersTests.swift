#if Encryption
    import Hark
    import Testing

    struct RecentSendersTests {
        @Test func `senders that are asked for stay, others go when there are too many`() {
            var senders = RecentSenders<Int>(countMax: 8)
            senders.insert(-1, .max, key: 1)
            for sender in 0..<1_000 as Range<UInt64> {
                let value = senders.find(sender, key: 1)
                #expect(value == nil)
                senders.insert(Int(sender), sender, key: 1)
                let kept = senders.find(.max, key: 1)
                #expect(kept == -1)
                #expect(senders.count <= 8)
            }
            let last = (996..<1_000 as Range<UInt64>).map { senders.find($0, key: 1) }
            #expect(last == [996, 997, 998, 999])
        }

        @Test func `a key is forgotten with all its senders`() {
            var senders = RecentSenders<Int>(countMax: 6)
            for sender in 0..<5 as Range<UInt64> { senders.insert(0, sender, key: sender % 2 == 0 ? 1 : 2) }
            let count = senders.count
            #expect(count == 5)
            senders.removeAll(key: 1)
            let left = (0..<5 as Range<UInt64>).map { senders.find($0, key: $0 % 2 == 0 ? 1 : 2) }
            #expect(left == [nil, 0, nil, 0, nil])
        }
    }
#endif
