import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Supervision

@Suite struct TaskTests {
    @Test func fromTheFindingToTheResultOnBothEngines() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let watcher = try await county.viewer("watcher")
            let handler = try await county.viewer("handler")
            let id = try await county.task()
            #expect(try await supervision.findings(FindingRequest(), for: watcher).items.isEmpty)
            county.clock.advance(days: 8)
            let due = day("2026-06-03")
            try await supervision.urge(id, text: "请在新的日期前答复。", due: due, by: watcher)
            try await supervision.list(id, text: "列入挂牌督办。", by: try await county.viewer("leader"))
            let overdue = try await supervision.tasks(TaskRequest(.listed), for: watcher)
            #expect(overdue.rows.map(\.id) == [id])
            #expect(overdue.rows.first?.number == DocumentNumber(year: 2026, sequence: 1))
            #expect(overdue.rows.first?.reason == "为什么还没有答复？")
            try await supervision.answer(id, text: "已经答复来信人。", by: handler)
            try await supervision.sendBack(id, reason: "没有说哪天办好。", due: due, by: watcher)
            try await supervision.answer(id, text: "六月一日办好。", by: try await county.viewer("approver"))
            try await supervision.accept(id, text: "", by: watcher)
            try await supervision.recordTalk(id, on: supervision.today, text: "约谈了分管负责人。", by: watcher)
            try await supervision.circulate(id, to: .county, text: "通报各单位。", by: watcher)
            try await supervision.close(id, result: .corrected, text: "已经改正。", by: watcher)
            let file = try await supervision.task(id, for: handler)
            #expect(file.state.phase == .closed && file.state.result == .corrected)
            #expect(file.state.measures.map(\.kind) == [.urge, .listing, .talk, .circular])
            #expect(file.state.answers.map(\.inTime) == [false, true])
            #expect(file.number(of: file.state.matter) == "2604-0001-\(try checkDigit(1))")
            #expect(file.text(TextReference(id: file.state.answers[0].text, hash: "")) == "已经答复来信人。")
            #expect(try await supervision.tasks(TaskRequest(.finished), for: watcher).rows.map(\.id) == [id])
            #expect(try await county.findings() == [])
        }
    }

    private func checkDigit(_ sequence: Int) throws -> Character {
        try #require(MatterNumber(month: 2604, sequence: sequence).description.last)
    }

    @Test func aFindingLeadsToOneTaskHoweverManyPress() async throws {
        try await withCounty { county in
            let finding = try await county.found(1)
            let supervision = county.supervision
            let viewers = [try await county.viewer("watcher"), try await county.viewer("watcher2")]
            let codes = await withTaskGroup(of: String?.self) { group in
                for viewer in viewers {
                    group.addTask {
                        await plainCode {
                            _ = try await supervision.openTask(
                                on: finding.key, due: day("2026-05-28"), reason: "", submission: nil, by: viewer)
                        }
                    }
                }
                return await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1)
            #expect(codes.count { $0 == "supervision.findingTaken" } == 1)
            #expect(try await county.findings() == [])
        }
    }

    @Test func theSameRequestMakesOneTaskAndOneLetter() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            let supervision = county.supervision
            let draft = TaskDraft(
                unit: try await county.unit("roads"), trigger: .contraryToRules, reason: "没有书面告知。",
                due: day("2026-05-28"))
            let ids = try await withThrowingTaskGroup(of: SupervisionID.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await supervision.openTask(draft, submission: "one", by: watcher) }
                }
                return try await group.reduce(into: Set<SupervisionID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            let id = try #require(ids.first)
            for _ in 0..<3 {
                try await supervision.urge(
                    id, text: "请答复。", due: day("2026-05-29"), SupervisionForm(submission: "letter"), by: watcher)
            }
            #expect(try await county.state(id).measures.count == 1)
            #expect(try await county.findings() == [])
        }
    }

    @Test func whatIsWrongIsToldAtOnceAndNothingIsKept() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            let code = await plainCode {
                _ = try await county.supervision.openTask(
                    TaskDraft(matterNumber: "2604-0001-0", reason: " \n", due: day("2026-05-20")), submission: nil,
                    by: watcher)
            }
            #expect(
                code
                    == "text.missing.reason,case.numberUnknown.number,choice.missing.trigger,unit.unknown.unit,date.past.due"
            )
            let tooLong = await plainCode {
                _ = try await county.supervision.openTask(
                    TaskDraft(
                        unit: try await county.unit("water"), trigger: .falsified,
                        reason: String(repeating: "长", count: 4_001), due: day("2026-05-28")), submission: nil,
                    by: watcher)
            }
            #expect(tooLong == "text.tooLong.reason")
            let above = await plainCode {
                _ = try await county.supervision.openTask(
                    TaskDraft(
                        unit: try await county.unit("city"), trigger: .falsified, reason: "x", due: day("2026-05-28")),
                    submission: nil, by: watcher)
            }
            #expect(above == "unit.unknown.unit", "a body above the county is not asked")
            #expect(try await county.supervision.tasks(TaskRequest(.unfinished), for: watcher).rows.isEmpty)
        }
    }

    @Test func aStaleFormIsTold() async throws {
        try await withCounty { county in
            let id = try await county.task()
            let watcher = try await county.viewer("watcher")
            try await county.supervision.answer(
                id, text: "已办。", SupervisionForm(version: 1), by: try await county.viewer("handler"))
            let code = await plainCode {
                try await county.supervision.withdraw(
                    id, reason: "立错了", SupervisionForm(version: 1), by: watcher)
            }
            #expect(code == "supervision.changedMeanwhile")
            #expect(try await county.state(id).phase == .answered)
        }
    }

    @Test func eachPersonDoesAndSeesOnlyWhatTheirRoleAllows() async throws {
        try await withCounty { county in
            let id = try await county.task()
            let supervision = county.supervision
            let due = day("2026-05-29")
            func code(_ name: String, _ act: (Viewer) async throws -> Void) async throws -> String? {
                let viewer = try await county.viewer(name)
                return await plainCode { try await act(viewer) }
            }
            for (name, seen, urge, answer, list) in [
                ("watcher", true, true, false, true), ("leader", true, false, false, true),
                ("auditor", true, false, false, false), ("handler", true, false, true, false),
                ("roads", false, false, false, false), ("town", false, false, false, false),
                ("clerk", false, false, false, false), ("admin", false, false, false, false),
            ] {
                let hidden = seen ? "permission.missing" : "supervision.notFound"
                let looked = try await code(name) { _ = try await supervision.task(id, for: $0) }
                #expect(looked == (seen ? nil : "supervision.notFound"), "\(name) sees")
                let urged = try await code(name) { try await supervision.urge(id, text: "请答复", due: due, by: $0) }
                #expect(urged == (urge ? nil : hidden), "\(name) urges")
                let listed = try await code(name) { viewer in
                    try await supervision.circulate(id, to: .unit, text: "通报", by: viewer)
                }
                #expect(listed == (list ? nil : hidden), "\(name) tells others")
                let possible = try await county.state(id).possible(for: try await county.viewer(name))
                #expect(possible.contains(.answer) == answer, "\(name) may answer")
                #expect(possible.contains(.close) == false)
            }
            let answered = try await code("roads") { try await supervision.answer(id, text: "x", by: $0) }
            #expect(answered == "supervision.notFound")
            let opened = try await code("town") { viewer in
                _ = try await supervision.openTask(
                    TaskDraft(
                        unit: try await county.unit("water"), trigger: .falsified, reason: "x", due: due),
                    submission: nil, by: viewer)
            }
            #expect(opened == "permission.missing", "outside the own subtree")
            #expect(try await code("handler") { _ = try await supervision.findings(FindingRequest(), for: $0) } != nil)
        }
    }

    @Test func listsReachAsFarAsTheViewer() async throws {
        try await withCounty { county in
            let id = try await county.task()
            let supervision = county.supervision
            for (name, watched, asked) in [
                ("watcher", 1, 0), ("leader", 1, 0), ("handler", 0, 1), ("roads", 0, 0), ("town", 0, 0),
                ("admin", 0, 0),
            ] {
                let viewer = try await county.viewer(name)
                #expect(
                    try await supervision.tasks(TaskRequest(.unfinished), for: viewer).rows.count == watched, "\(name)")
                #expect(
                    try await supervision.tasksToAnswer(TaskRequest(.unfinished), for: viewer).rows.count == asked,
                    "\(name)")
            }
            let watcher = try await county.viewer("watcher")
            #expect(try await supervision.taskCounts(TaskQueue.allCases, for: watcher)[.soon] == 1)
            var other = TaskRequest(.unfinished)
            other.unit = try await county.unit("roads")
            #expect(try await supervision.tasks(other, for: watcher).rows.isEmpty)
            other.unit = nil
            other.trigger = .notAnsweredInTime
            #expect(try await supervision.tasks(other, for: watcher).rows.map(\.id) == [id])
        }
    }

    @Test func aRestrictedMatterIsNotNamed() async throws {
        try await withCounty { county in
            let id = try await county.task()
            let watcher = try await county.viewer("watcher")
            county.source.change { $0.restricted[CaseID(rawValue: 1)] = [watcher.staff.id] }
            let own = try await county.supervision.task(id, for: watcher)
            #expect(own.number(of: own.state.matter) != nil)
            for name in ["handler", "leader", "watcher2"] {
                let viewer = try await county.viewer(name)
                let file = try await county.supervision.task(id, for: viewer)
                #expect(file.number(of: file.state.matter) == nil, "\(name)")
                let rows =
                    try await county.supervision.tasks(TaskRequest(.unfinished), for: viewer).rows
                    + county.supervision.tasksToAnswer(TaskRequest(.unfinished), for: viewer).rows
                #expect(rows.count == 1 && rows.allSatisfy { $0.matter == nil }, "\(name)")
            }
            let unknown = await plainCode {
                _ = try await county.supervision.openTask(
                    TaskDraft(
                        unit: try await county.unit("water"), trigger: .falsified,
                        matterNumber: MatterNumber(month: 2604, sequence: 1).description, reason: "x",
                        due: day("2026-05-28")), submission: nil, by: try await county.viewer("watcher2"))
            }
            #expect(unknown == "case.numberUnknown.number")
        }
    }

    @Test func findingsAreOfferedOnceAndASetAsideOneCanComeBack() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let watcher = try await county.viewer("watcher")
            let first = try await county.found(1)
            let second = try await county.found(2, trigger: .promiseBroken)
            let id = try await supervision.setAside(
                first.key, reason: "单位昨天已经答复，只是没有登记。", submission: nil, by: watcher)
            #expect(try await supervision.findings(FindingRequest(), for: watcher).items.map(\.key) == [second.key])
            #expect(try await supervision.tasks(TaskRequest(.setAside), for: watcher).rows.map(\.id) == [id])
            // The unit is not told of what led to nothing.
            let handler = try await county.viewer("handler")
            #expect(await plainCode { _ = try await supervision.task(id, for: handler) } == "supervision.notFound")
            #expect(try await supervision.tasksToAnswer(TaskRequest(.setAside), for: handler).rows.isEmpty)
            try await supervision.withdraw(id, reason: "看错了", by: watcher)
            #expect(
                try await supervision.findings(FindingRequest(), for: watcher).items.map(\.key)
                    == [first.key, second.key])
            // A new deadline that is missed again is a new finding.
            _ = try await supervision.openTask(
                on: first.key, due: day("2026-05-28"), reason: "", submission: nil, by: watcher)
            let again = try await county.found(1, since: "2026-05-19")
            #expect(
                try await supervision.findings(FindingRequest(), for: watcher).items.map(\.key)
                    == [again.key, second.key])
            let gone = FindingKey(caseID: CaseID(rawValue: 77), trigger: .falsified, since: day("2026-05-01"))
            let code = await plainCode {
                _ = try await supervision.openTask(
                    on: gone, due: day("2026-05-28"), reason: "", submission: nil, by: watcher)
            }
            #expect(code == "supervision.findingGone")
            #expect(try await county.findings() == [])
        }
    }

    @Test func pagesOfFindingsAndTasksJoinWithoutGapOrRepeat() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let watcher = try await county.viewer("watcher")
            for number in 1...23 { try await county.found(number, unit: number % 2 == 0 ? "water" : "roads") }
            for number in stride(from: 1, through: 9, by: 2) {
                let key = FindingKey(
                    caseID: CaseID(rawValue: Int64(number)), trigger: .notAnsweredInTime, since: day("2026-05-10"))
                _ = try await supervision.openTask(
                    on: key, due: day("2026-05-28"), reason: "", submission: nil, by: watcher)
            }
            var request = FindingRequest()
            request.limit = 4
            var seen: [FindingKey] = []
            repeat {
                let page = try await supervision.findings(request, for: watcher)
                #expect(page.items.count <= 4)
                seen += page.items.map(\.key)
                request.after = page.next
            } while request.after != nil
            #expect(seen.count == 18 && Set(seen).count == 18)
            var list = TaskRequest(.unfinished)
            list.limit = 2
            var tasks: [SupervisionID] = []
            repeat {
                let page = try await supervision.tasks(list, for: watcher)
                tasks += page.rows.map(\.id)
                list.after = page.next.flatMap { DueCursor("\($0)") }
            } while list.after != nil
            #expect(tasks.count == 5 && Set(tasks).count == 5)
        }
    }

    @Test func wordsAreErasedAndTheChainStillHolds() async throws {
        try await withCounty { county in
            let id = try await county.task()
            let watcher = try await county.viewer("watcher")
            try await county.supervision.answer(
                id, text: "王某某的事已经办好。", by: try await county.viewer("handler"))
            let text = try #require(try await county.state(id).answers.first).text
            try await county.supervision.eraseTexts([text], of: id, reason: "不该写姓名", by: watcher)
            let file = try await county.supervision.task(id, for: watcher)
            #expect(file.texts[text] == nil)
            let bodies = try await county.database.read { tx in
                try tx.rows("SELECT body FROM events").map { try $0.text(0) }.joined()
                    + tx.rows("SELECT COALESCE(body, '') FROM texts").map { try $0.text(0) }.joined()
            }
            #expect(!bodies.contains("王某某"))
            #expect(try await county.findings() == [])
        }
    }
}
