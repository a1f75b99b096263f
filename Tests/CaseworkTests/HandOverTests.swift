import Kernel
import Ledger
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

    @Test func aMatterInHandGoesToAColleagueWhoCanAnswerIt() async throws {
        try await withCounty { county in
            let casework = county.casework
            let (first, second) = (try await county.viewer("handler"), try await county.viewer("handler2"))
            let id = try await county.accepted().caseID
            func give(to staff: StaffID, by viewer: Viewer, _ reason: String = "出差两周") async -> String? {
                await plainCode {
                    try await casework.give(
                        id, to: staff, reason: reason, submission: "\(staff)\(reason)", by: viewer)
                }
            }
            #expect(await give(to: try await county.viewer("roads").staff.id, by: first) == "handOver.noRole")
            #expect(await give(to: StaffID(rawValue: 1), by: first) == "handOver.recipient")
            #expect(await give(to: first.staff.id, by: first) == "give.same")
            #expect(await give(to: second.staff.id, by: first, " ") == "text.missing")
            #expect(await give(to: second.staff.id, by: try await county.viewer("roads")) == "case.notFound")
            #expect(await give(to: second.staff.id, by: first) == nil)
            #expect(await give(to: second.staff.id, by: first) == nil, "sent twice, it goes once")
            let state = try await county.state(id)
            #expect(state.handler == second.staff.id && state.phase == .inHand)
            let file = try await casework.file(number: state.number, for: second)
            #expect(file.entries.suffix(2).map(\.stored.kind) == ["handedOver", "noted"])
            let fresh = try await county.register().caseID
            let code = await plainCode {
                try await casework.give(
                    fresh, to: second.staff.id, reason: "出差", by: try await county.viewer("dispatcher"))
            }
            #expect(code == "permission.missing")
            // Whoever may not open it does not get it either: kept to others, complained of, standing aside.
            let kept = try await county.accepted().caseID
            let dispatcher = try await county.viewer("dispatcher")
            func refused(_ id: CaseID) async -> String? {
                await plainCode { try await casework.give(id, to: second.staff.id, reason: "出差", by: first) }
            }
            try await casework.restrict(kept, to: [first.staff.id], reason: "保护", by: dispatcher)
            #expect(await refused(kept) == "handOver.restricted")
            let accused = try await county.accepted().caseID
            try await casework.nameAccused(
                accused, staff: [second.staff.id], units: [], reason: "来信反映该工作人员", by: dispatcher)
            #expect(await refused(accused) == "handOver.accused")
            let aside = try await county.accepted().caseID
            try await casework.recuse(aside, staff: second.staff.id, reason: "亲戚", by: dispatcher)
            #expect(await refused(aside) == "handOver.recused")
            #expect(try await county.findings().isEmpty)
        }
    }

    /// Art. 28: whoever has an interest says so; of others somebody must be entitled to say it.
    @Test func whoHasAnInterestKeepsOutByTheirOwnWord() async throws {
        try await withCounty { county in
            let casework = county.casework
            let (first, second) = (try await county.viewer("handler"), try await county.viewer("handler2"))
            let id = try await county.accepted().caseID
            let other = await plainCode {
                try await casework.recuse(id, staff: second.staff.id, reason: "亲戚", by: first)
            }
            #expect(other == "permission.missing")
            try await casework.recuse(id, staff: first.staff.id, reason: "来信人是我表哥", by: first)
            let state = try await county.state(id)
            #expect(state.recused == [first.staff.id] && state.handler == nil)
            let code = await plainCode {
                try await casework.reply(id, County.opinion(), version: state.version, by: first)
            }
            #expect(code == "case.recused")
            let stranger = await plainCode {
                let roads = try await county.viewer("roads")
                try await casework.recuse(id, staff: roads.staff.id, reason: "亲戚", by: roads)
            }
            #expect(stranger == "case.notFound")
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
