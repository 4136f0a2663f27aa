import HarkProtocol
import Testing

@Suite struct MeshKeysTests {
    @Test func `keys are numbered as they come, and there is an end to it`() {
        var keys = MeshKeys()
        for number in 0..<MeshKeys.countMax {
            let key = MeshKey(.name, Array("\(number)".utf8))
            #expect(keys.number(of: key) == number)
        }
        #expect(keys.number(of: MeshKey(.name, Array("one more".utf8))) == nil)
        #expect(keys.number(of: MeshKey(.name, Array("7".utf8))) == 7)
        #expect(keys[7] == MeshKey(.name, Array("7".utf8)))
        #expect(keys.count == MeshKeys.countMax)
    }
}
