import Kernel
import Synchronization
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test("unique over threads, and ordered in each")
    func unique() async {
        let generator = IdentifierGenerator(clock: SystemClock(), node: 7)
        let all = await withTaskGroup(of: [CaseID].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let mine = (0..<5000).map { _ in generator.next(Named.Case.self) }
                    #expect(zip(mine, mine.dropFirst()).allSatisfy { $0 < $1 })
                    return mine
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(all).count == 40_000)
        #expect(all.allSatisfy { $0.rawValue > 0 })
    }

    @Test("two nodes never meet, even at the same moment")
    func nodes() {
        let clock = FixedClock(Instant(milliseconds: 1_790_000_000_000))
        let (one, two) = (IdentifierGenerator(clock: clock, node: 1), IdentifierGenerator(clock: clock, node: 2))
        let ids = (0..<20_000).flatMap { _ in [one.next(Named.Case.self), two.next(Named.Case.self)] }
        #expect(Set(ids).count == 40_000)
    }

    @Test("a clock that steps back repeats nothing")
    func steppingBack() {
        final class Clock: WallClock {
            let time = Mutex<Int64>(1_790_000_000_000)
            func now() -> Instant { Instant(milliseconds: time.withLock { $0 }) }
        }
        let clock = Clock()
        let generator = IdentifierGenerator(clock: clock, node: 3)
        var ids = (0..<100).map { _ in generator.next(Named.Case.self) }
        clock.time.withLock { $0 -= 60_000 }
        ids += (0..<100).map { _ in generator.next(Named.Case.self) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("the floor of a moment is below everything made at it")
    func floor() {
        let moment = Instant(milliseconds: 1_790_000_000_000)
        let made = IdentifierGenerator(clock: FixedClock(moment), node: 0).next(Named.Case.self)
        #expect(CaseID.floor(at: moment) <= made)
        #expect(CaseID.floor(at: moment.adding(seconds: 1)) > made)
        #expect(CaseID.floor(at: Instant(milliseconds: 0)).rawValue == 0)
    }

    @Test("reads only positive whole numbers", arguments: ["", "0", "-1", "x", "1.5", "9223372036854775808", "1 "])
    func refused(text: String) { #expect(CaseID(text) == nil) }

    @Test("actors keep their code")
    func actors() {
        let actors: [Actor] = [
            .staff(StaffID(rawValue: 12), unit: UnitID(rawValue: 3)), .reporter(ReporterID(rawValue: 7)), .newReporter,
            .system("import"),
        ]
        for actor in actors { #expect(Actor(code: actor.code) == actor) }
        for code in ["", "staff", "staff:1", "staff:x:1", "system", "reporter:", "system:", "reporter:x", "root"] {
            #expect(Actor(code: code) == nil)
        }
    }
}
