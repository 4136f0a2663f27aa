#if Encryption
    /// What is remembered of the senders heard last, in memory that has a limit whoever sends.
    ///
    /// Two generations: when the young one is full it becomes the old one, and what nobody has asked for meanwhile
    /// goes.
    package struct RecentSenders<Value> {
        /// A sender and the number of a key.
        private struct Owner: Hashable {
            let sender: UInt64
            let key: UInt8
        }

        private let generationCountMax: Int
        private var young: [Owner: Value] = [:]
        private var old: [Owner: Value] = [:]

        /// - Parameter countMax: at least half as many are remembered, and these at most.
        package init(countMax: Int) {
            precondition(countMax >= 2)
            generationCountMax = countMax / 2
        }

        /// How many are remembered.
        package var count: Int { young.count + old.count }

        package mutating func find(_ sender: UInt64, key: UInt8) -> Value? {
            let owner = Owner(sender: sender, key: key)
            if let value = young[owner] { return value }
            guard let value = old.removeValue(forKey: owner) else { return nil }
            add(value, owner)
            return value
        }

        /// Remembers one that was not found.
        package mutating func insert(_ value: Value, _ sender: UInt64, key: UInt8) {
            add(value, Owner(sender: sender, key: key))
        }

        /// Forgets a key, of all senders.
        package mutating func removeAll(key: UInt8) {
            young = young.filter { $0.key.key != key }
            old = old.filter { $0.key.key != key }
        }

        private mutating func add(_ value: Value, _ owner: Owner) {
            if young.count >= generationCountMax {
                swap(&young, &old)
                young.removeAll(keepingCapacity: true)
            }
            young[owner] = value
        }
    }
#endif
