import CFaultInjector
import Foundation
import HarkUV
import HarkWire
import Testing

/// What the system may answer to a port, and what becomes of the datagrams.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: hark_faults_are_possible(), "sanitizers want the system's calls for themselves"))
struct DatagramFaultTests {
    /// Sends `count` datagrams of one byte in runs and waits until all that has left has arrived.
    @EventLoop
    private static func exchange(_ one: DatagramMember, _ two: DatagramMember, _ count: Int = 200) async -> Int {
        let before = two.arrivals.entries.count
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var (taken, failed) = (0, 0)
        while taken < count {
            let result = one.send(Array(bytes[taken...]), segmentByteCount: 1, to: .address(two.address))
            taken += result.count
            failed += result.failedCount
            if taken < count { await one.rooms.next() }
        }
        let arrivals = await two.arrivals.first(before + count - failed)[before...].map { $0.bytes[0] }
        precondition(failed > 0 || arrivals == bytes, "out of order")
        return failed
    }

    @EventLoop
    private static func pair(_ path: DatagramPath) throws -> (DatagramMember, DatagramMember) {
        (try DatagramMember(path: path), try DatagramMember(path: path))
    }

    @Test func `where several need a call each, they get it`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                for path in [DatagramPath.segmented, .batched] {
                    for call in [HARK_FAULT_SENDMMSG, HARK_FAULT_RECVMMSG] {
                        let (one, two) = try Self.pair(path)
                        hark_fault_arm(call, 1, ENOSYS)
                        hark_fault_persist()
                        #expect(await Self.exchange(one, two) == 0)
                        #expect(hark_fault_disarm() == 1, "asked once, and not again")
                        #expect(await Self.exchange(one, two) == 0)
                        one.close()
                        two.close()
                    }
                }
            }
        }
    }

    @Test func `a kernel that takes back what it promised gets single datagrams`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                for error in [EINVAL, EIO, ENOPROTOOPT, EOPNOTSUPP] {
                    let (one, two) = try Self.pair(.segmented)
                    hark_fault_arm(HARK_FAULT_SENDMMSG, 1, error)
                    #expect(await Self.exchange(one, two) == 0)
                    #expect(hark_fault_disarm() == 1)
                    #expect(one.port.path == .batched && two.port.path == .segmented)
                    #expect(await Self.exchange(one, two) == 0)
                    one.close()
                    two.close()
                }
            }
        }
    }

    @Test func `whichever option the system refuses, the port works, or says why not`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                var paths: Set<DatagramPath> = []
                var refusals = 0
                for number in Int32(1)...10 {
                    hark_fault_arm(HARK_FAULT_SETSOCKOPT, number, ENOPROTOOPT)
                    let port = try? DatagramPort(boundTo: DatagramAddress(ipv4: 0x7F00_0001, port: 0))
                    if hark_fault_disarm() == 0 {
                        port?.close()
                        break
                    }
                    guard let port else {
                        refusals += 1
                        continue
                    }
                    paths.insert(port.path)
                    let (one, two) = (try DatagramMember(port), try DatagramMember())
                    #expect(await Self.exchange(one, two) == 0)
                    #expect(await Self.exchange(two, one) == 0)
                    one.close()
                    two.close()
                }
                #expect(paths == [.segmented, .batched] && refusals > 0)
            }
        }
    }

    @Test func `a system without room is asked again, but not all the time`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                for error in [ENOBUFS, ENOMEM, EAGAIN] {
                    let (one, two) = try Self.pair(.segmented)
                    let start = TimerHeap.now
                    hark_fault_arm(HARK_FAULT_SENDMMSG, 1, error)
                    hark_fault_persist()
                    for _ in 0..<20 {
                        let result = one.send([1, 2], segmentByteCount: 1, to: .address(two.address))
                        #expect(result.count == 0 && result.obstacle != nil)
                        // Whoever does not wait does not disturb.
                        #expect(one.send([1], to: .address(two.address)).count == 0)
                        await one.rooms.next()
                    }
                    let failures = UInt64(hark_fault_disarm())
                    #expect(failures == 20)
                    #expect(TimerHeap.now - start >= failures, "more than a thousand in a second")
                    #expect(await Self.exchange(one, two) == 0)
                    one.close()
                    two.close()
                }
            }
        }
    }

    @Test func `errors of single datagrams are counted, and the others leave`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                for path in [DatagramPath.segmented, .batched] {
                    for error in [EPERM, ENETUNREACH, EHOSTUNREACH, ECONNREFUSED, EACCES, ENETDOWN] {
                        let (one, two) = try Self.pair(path)
                        hark_fault_arm(HARK_FAULT_SENDMMSG, 2, error)
                        // A run of 64 is one message.
                        #expect(await Self.exchange(one, two) == (path == .segmented ? 0 : 1))
                        hark_fault_arm(HARK_FAULT_SENDMMSG, 1, error)
                        #expect(await Self.exchange(one, two) == (path == .segmented ? 64 : 1))
                        #expect(hark_fault_disarm() == 1)
                        one.close()
                        two.close()
                    }
                }
            }
        }
    }

    @Test func `a failed receive is told, not too often, and the next one works`() async {
        await #expect(processExitsWith: .success) {
            try EventLoop.run {
                let (one, two) = try Self.pair(.segmented)
                let start = TimerHeap.now
                hark_fault_arm(HARK_FAULT_RECVMMSG, 1, ENOMEM)
                hark_fault_persist()
                one.send([1, 2], segmentByteCount: 1, to: .address(two.address))
                for _ in 0..<20 { #expect(await two.failures.next() == .noMemory) }
                #expect(TimerHeap.now - start >= UInt64(hark_fault_disarm()))
                #expect(await two.arrivals.first(2).count == 2)
                // What is told of datagrams sent before concerns nobody who receives.
                hark_fault_arm(HARK_FAULT_RECVMMSG, 1, ECONNREFUSED)
                #expect(await Self.exchange(one, two) == 0)
                #expect(hark_fault_disarm() == 1)
                #expect(two.port.refusalCount == 1 && two.failures.entries.count == 20)
                hark_fault_arm(HARK_FAULT_RECVMMSG, 1, EINTR)
                #expect(await Self.exchange(one, two) == 0)
                #expect(hark_fault_disarm() == 1)
                one.close()
                two.close()
            }
        }
    }
}
