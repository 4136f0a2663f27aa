extension MulticastGroup {
    /// All that was lost of one member.
    public struct LossReport: Sendable, Hashable {
        /// Who had sent it, as its last loss shows it.
        public let member: Member
        /// How often `.loss` was fired.
        public let lossCount: Int
        /// How many events, as far as is known: a loss without a number counts none.
        public let eventCount: Int
        /// How many datagrams were missing, as far as is known.
        public let datagramCount: Int
        /// How long ago the first loss was told, in whole milliseconds, by the clock of the environment.
        public let sinceFirst: Duration
        /// The same of the last one.
        public let sinceLast: Duration
    }

    /// What was lost since the start last made, by member: who has lost something most recently is the first. It is
    /// kept after a stop, until the next start.
    ///
    /// There are up to 256. Beyond, the one whose last loss lies longest back is forgotten; `traffic.lostEventCount`
    /// still counts its events.
    public var lossReports: [LossReport] { losses.reports(at: environment.clock.now) }
}
