import Kernel
import Organisation
import Storage
import Synchronization
import Testing

@testable import Casework

@Suite struct HandOverTests {
    @Test func openWorkGoesOnceAndWhatCannotGoStaysWithItsReason() async throws {
        try await withCounty { county in
            let (first, second) = (try await county.viewer("handler"), try await county.viewer("handler2"))
            let admin = try await county.viewer("admin")
            var matters: [CaseID] = []
            for _ in 0..<4 { matters.append(try await county.accepted().caseID) }
            let work = try await county.casework.openWork(of: first.staff.id)
            #expect(work.matters == 4)
            // One from which the recipient keeps out, one that complains of them, one that only others may see.
            let dispatcher = try await county.viewer("dispatcher")
            try await county.casework.recuse(matters[1], staff: second.staff.id, reason: "亲戚", by: dispatcher)
            try await county.casework.restrict(matters[2], to: [first.staff.id], reason: "保护", by: dispatcher)
            let plan = HandOverPlan(from: first.staff.id, to: second.staff.id)
            let id = try await county.casework.planHandOver(plan, because: "调岗", submission: "h-1", by: admin)
            let again = try await county.casework.planHandOver(plan, because: "调岗", submission: "h-1", by: admin)
            #expect(again == id)
            let taken = Mutex<[CaseID]>([])
            let looked = try await county.casework.carryOnHandOvers { matter, _, _ in
                taken.withLock { $0.append(matter) }
            }
            #expect(looked == 4)
            #expect(try await county.casework.carryOnHandOvers { _, _, _ in } == 0)
            let report = try #require(try await county.casework.handOverReport(id))
            #expect(report.isFinished && report.done == 2 && report.total == 4)
            #expect(Set(report.stays.compactMap(\.reason)) == ["handOver.recused", "handOver.restricted"])
            #expect(taken.withLock { $0 }.sorted() == [matters[0], matters[3]].sorted())
            #expect(try await county.casework.openMatters(handledBy: first.staff.id) == 2)
            #expect(try await county.casework.openMatters(handledBy: second.staff.id) == 2)
            #expect(try await county.casework.verifyProjections().isEmpty)
        }
    }

    @Test func onlyWhoKeepsStaffPlansItAndOnlyForPeopleWhoWorkHere() async throws {
        try await withCounty { county in
            let (first, second) = (try await county.viewer("handler"), try await county.viewer("handler2"))
            let plan = HandOverPlan(from: first.staff.id, to: second.staff.id)
            for name in ["handler", "dispatcher", "watcher"] {
                let viewer = try await county.viewer(name)
                #expect(
                    await plainCode {
                        _ = try await county.casework.planHandOver(plan, because: "试", submission: name, by: viewer)
                    } == "permission.denied")
            }
            let admin = try await county.viewer("admin")
            let own = HandOverPlan(from: first.staff.id, to: first.staff.id)
            #expect(
                await plainCode {
                    _ = try await county.casework.planHandOver(own, because: "试", submission: "x", by: admin)
                } == "handOver.recipient")
        }
    }
}
