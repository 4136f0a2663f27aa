import HarkProtocol
import Testing

@Suite struct NativeCapabilitiesTests {
    @Test func `bits never change`() {
        #expect([NativeCapabilities.sessions, .data, .mesh].map(\.rawValue) == [1, 2, 4])
    }
}
