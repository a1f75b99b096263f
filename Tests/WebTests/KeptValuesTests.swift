import Kernel
import Synchronization
import Testing

@testable import Web

/// A counter whose countings go on only when they are let.
private final class Gate: Sendable {
    private let state = Mutex((begun: 0, waiting: [CheckedContinuation<Void, Never>](), isOpen: false))

    var begun: Int { state.withLock { $0.begun } }

    func count() async -> Int {
        let number = state.withLock { state in
            state.begun += 1
            return state.begun
        }
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if goesOn { continuation.resume() }
        }
        return number
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for each in waiting { each.resume() }
    }

    func close() { state.withLock { $0.isOpen = false } }

    func wait(for number: Int) async throws {
        while begun < number { try await Task.sleep(for: .milliseconds(2)) }
    }
}

@Suite("Values kept for a while")
struct KeptValuesTests {
    private func at(_ seconds: Double) -> Instant { Instant(milliseconds: Int64(seconds * 1000)) }

    @Test func manyPagesCountOnce() async throws {
        let (kept, gate) = (KeptValues<Int, Int>(seconds: 2), Gate())
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await kept.value(of: 1, at: at(0)) { await gate.count() } } }
            try await gate.wait(for: 1)
            gate.open()
            for try await value in group { #expect(value == 1) }
        }
        #expect(gate.begun == 1)
        #expect(try await kept.value(of: 2, at: at(0)) { await gate.count() } == 2, "another key is counted for itself")
    }

    @Test func whileOneCountsTheOthersShowWhatWasBefore() async throws {
        let (kept, gate) = (KeptValues<Int, Int>(seconds: 2), Gate())
        gate.open()
        #expect(try await kept.value(of: 1, at: at(0)) { await gate.count() } == 1)
        gate.close()
        // Fresh for two seconds, usable for two more; nobody waits for the second counting.
        for _ in 0..<3 { #expect(try await kept.value(of: 1, at: at(2.5)) { await gate.count() } == 1) }
        try await gate.wait(for: 2)
        #expect(gate.begun == 2)
        // Too old to be shown: whoever comes waits for the counting that goes on.
        async let late = kept.value(of: 1, at: at(5)) { await gate.count() }
        try await Task.sleep(for: .milliseconds(20))
        gate.open()
        #expect(try await late == 2 && gate.begun == 2)
    }

    @Test func aFailureIsToldAndTriedAgain() async throws {
        struct Broken: Error {}
        let kept = KeptValues<Int, Int>(seconds: 2)
        await #expect(throws: Broken.self) { try await kept.value(of: 1, at: at(0)) { throw Broken() } }
        #expect(try await kept.value(of: 1, at: at(0)) { 7 } == 7)
    }

    @Test func whatTakesLongIsCountedLessOften() async throws {
        let kept = KeptValues<Int, Int>(seconds: 0)
        let slow: @Sendable () async throws -> Int = {
            try await Task.sleep(for: .milliseconds(200))
            return 1
        }
        _ = try await kept.value(of: 1, at: at(0), slow)
        // A fifth of a second to count: fresh for two.
        #expect(try await kept.value(of: 1, at: at(1.9)) { 2 } == 1)
        #expect(try await kept.value(of: 1, at: at(3600)) { 3 } == 3)
    }

    @Test func whatWasForgottenWhileItWasCountedIsNotKept() async throws {
        let (kept, gate) = (KeptValues<Int, Int>(seconds: 2), Gate())
        async let before = kept.value(of: 1, at: at(0)) { await gate.count() }
        try await gate.wait(for: 1)
        kept.forget(1)
        gate.open()
        #expect(try await before == 1)
        #expect(try await kept.value(of: 1, at: at(0)) { 9 } == 9, "what was counted before the change is gone")
    }

    @Test func onlySoManyAreKept() async throws {
        let kept = KeptValues<Int, Int>(seconds: 2, most: 2)
        for key in 0..<5 { #expect(try await kept.value(of: key, at: at(0)) { key } == key) }
        #expect(try await kept.value(of: 0, at: at(1)) { 100 } == 0, "what is kept stays")
        #expect(try await kept.value(of: 4, at: at(1)) { 100 } == 100)
        // When the others are old there is room.
        #expect(try await kept.value(of: 4, at: at(9)) { 101 } == 101)
        #expect(try await kept.value(of: 4, at: at(9)) { 102 } == 101)
    }
}
