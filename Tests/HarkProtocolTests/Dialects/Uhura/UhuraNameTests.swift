import HarkProtocol
import Testing

@Suite struct UhuraNameTests {
    @Test func `the names of the protocol are those on the wire`() {
        #expect(UhuraName.allCases.map(\.rawValue) == ["_set", "start", "connect", "invalidateSession"])
    }
}
