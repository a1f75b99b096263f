import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Supervision

@Suite struct SuggestionTests {
    @Test func aSuggestionGetsAWrittenReplyOnBothEngines() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let watcher = try await county.viewer("watcher")
            let first = try await county.found(1)
            let second = try await county.found(2)
            let id = try await supervision.suggest(
                SuggestionDraft(
                    unit: try await county.unit("water"), kind: .improveWork, text: "先查管道，再等来信。",
                    matterNumbers: "\(first.number)，\(second.number)\n\(first.number)"), submission: "s", by: watcher)
            let same = try await supervision.suggest(
                SuggestionDraft(unit: try await county.unit("water"), kind: .improveWork, text: "先查管道，再等来信。"),
                submission: "s", by: watcher)
            #expect(same == id)
            let handler = try await county.viewer("handler")
            let asked = try await supervision.suggestionsToAnswer(SuggestionRequest(), for: handler)
            #expect(asked.rows.map(\.id) == [id] && asked.rows.first?.text == "先查管道，再等来信。")
            #expect(
                await plainCode { try await supervision.reply(to: id, adoption: .partly, text: " ", by: handler) }
                    == "text.missing")
            #expect(
                await plainCode { try await supervision.reply(to: id, adoption: nil, text: "好", by: handler) }
                    == "choice.missing")
            try await supervision.reply(to: id, adoption: .partly, text: "采纳一半：人手只够查一半。", by: handler)
            try await supervision.giveBack(id, reason: "另一半为什么不行？", answerBy: day("2026-05-30"), by: watcher)
            #expect(try await supervision.suggestion(id, for: watcher).state.reply == nil)
            try await supervision.reply(to: id, adoption: .adopted, text: "全部采纳。", by: handler)
            let file = try await supervision.suggestion(id, for: handler)
            #expect(file.state.reply?.adoption == .adopted && file.state.reply?.inTime == true)
            #expect(file.state.matters.compactMap { file.number(of: $0) } == [first.number, second.number])
            var request = SuggestionRequest()
            request.adoption = .adopted
            #expect(try await supervision.suggestions(request, for: watcher).rows.map(\.id) == [id])
            request.isWaiting = true
            #expect(try await supervision.suggestions(request, for: watcher).rows.isEmpty)
            #expect(try await county.findings() == [])
        }
    }

    @Test func noDayIsSetUnlessSomebodySetsOne() async throws {
        try await withCounty { county in
            let watcher = try await county.viewer("watcher")
            let unit = try await county.unit("water")
            let id = try await county.supervision.suggest(
                SuggestionDraft(unit: unit, kind: .accountability, text: "核查责任。"), submission: nil, by: watcher)
            #expect(try await county.supervision.suggestion(id, for: watcher).state.answerBy == nil)
            let code = await plainCode {
                _ = try await county.supervision.suggest(
                    SuggestionDraft(text: "", matterNumbers: "9999", answerBy: day("2026-05-20")), submission: nil,
                    by: watcher)
            }
            #expect(
                code
                    == "text.missing.text,choice.missing.kind,unit.unknown.unit,date.past.answerBy,case.numberUnknown.matters"
            )
        }
    }

    @Test func otherUnitsKnowNothingOfIt() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let id = try await supervision.suggest(
                SuggestionDraft(unit: try await county.unit("water"), kind: .changePolicy, text: "改一条规定。"),
                submission: nil, by: try await county.viewer("watcher"))
            for (name, seen) in [
                ("roads", false), ("town", false), ("clerk", false), ("leader", true), ("handler", true),
            ] {
                let viewer = try await county.viewer(name)
                let code = await plainCode { _ = try await supervision.suggestion(id, for: viewer) }
                #expect(code == (seen ? nil : "suggestion.notFound"), "\(name)")
            }
            let leader = try await county.viewer("leader")
            #expect(
                await plainCode { try await supervision.reply(to: id, adoption: .adopted, text: "好", by: leader) }
                    == "permission.missing", "the unit replies for itself")
        }
    }
}

@Suite struct ConferenceTests {
    /// A meeting with two items, held today, decided.
    private func held(_ county: County) async throws -> ConferenceID {
        let supervision = county.supervision
        let watcher = try await county.viewer("watcher")
        let (water, roads) = (try await county.unit("water"), try await county.unit("roads"))
        let finding = try await county.found(1)
        let id = try await supervision.convene(
            ConferenceDraft(on: supervision.today, time: "14：30", place: "三楼会议室", units: [water, roads, water]),
            submission: "c", by: watcher)
        try await supervision.addItem(to: id, title: "由谁负责", matterNumber: finding.number, by: watcher)
        try await supervision.addItem(to: id, title: "管道改造", matterNumber: "", by: try await county.viewer("leader"))
        try await supervision.hold(id, units: [water, roads], by: watcher)
        try await supervision.decide(
            1, of: id,
            DecisionDraft(text: "由交通局负责。", owner: roads, due: day("2026-05-30"), responsible: roads), by: watcher)
        try await supervision.decide(
            2, of: id, DecisionDraft(text: "先修五个小区。", owner: water, due: day("2026-05-30")), by: watcher)
        return id
    }

    @Test func aMeetingDecidesAndItsDecisionsAreCarriedOutOnBothEngines() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let id = try await held(county)
            let (handler, roads) = (try await county.viewer("handler"), try await county.viewer("roads"))
            #expect(try await supervision.decisionsToCarryOut(for: handler).map(\.item) == [2])
            let foreign = await plainCode {
                try await supervision.report(on: 1, of: id, outcome: .done, text: "办好了。", by: handler)
            }
            #expect(foreign == "permission.missing")
            try await supervision.report(on: 2, of: id, outcome: .partly, text: "修好三个。", by: handler)
            try await supervision.report(on: 2, of: id, outcome: .done, text: "都修好了。", by: handler)
            try await supervision.report(on: 1, of: id, outcome: .notDone, text: "正在交接。", by: roads)
            #expect(try await supervision.decisionsToCarryOut(for: handler).isEmpty)
            let file = try await supervision.conference(id, for: roads)
            #expect(file.state.minute == 870 && file.state.phase == .held)
            #expect(file.state.items.map { $0.decision?.outcome } == [.notDone, .done])
            let rows = try await supervision.conferences(for: try await county.viewer("leader")).rows
            #expect(rows.map(\.id) == [id] && rows.first?.decided == 2 && rows.first?.done == 1)
            #expect(rows.first?.place == "三楼会议室")
            #expect(try await county.findings() == [])
        }
    }

    @Test func otherRoomsFindTheDecisionOnADispute() async throws {
        try await withCounty { county in
            let id = try await held(county)
            let supervision = county.supervision
            let roads = try await county.unit("roads")
            let named = ConferenceDecisionID(conference: id, item: 1)
            let decision = try #require(try await supervision.conferenceDecision(named))
            #expect(decision.responsible == roads && decision.matter?.id == CaseID(rawValue: 1))
            #expect(decision.heldOn == supervision.today)
            let inside = try await county.database.read { tx in
                try Supervision.conferenceDecision(ConferenceDecisionID(conference: id, item: 2), in: tx)
            }
            let water = try await county.unit("water")
            #expect(inside?.responsible == nil && inside?.owner == water)
            #expect(try await supervision.conferenceDecisions(on: CaseID(rawValue: 1)).map(\.id) == [named])
            #expect(try await supervision.conferenceDecisions(on: CaseID(rawValue: 2)).isEmpty)
            #expect(try await supervision.conferenceDecision(ConferenceDecisionID(conference: id, item: 9)) == nil)
        }
    }

    @Test func whatIsNotDecidedIsNoDecision() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let watcher = try await county.viewer("watcher")
            let finding = try await county.found(1)
            let id = try await supervision.convene(
                ConferenceDraft(on: day("2026-05-25"), place: "会议室", units: [try await county.unit("water")]),
                submission: nil, by: watcher)
            try await supervision.addItem(to: id, title: "由谁负责", matterNumber: finding.number, by: watcher)
            #expect(try await supervision.conferenceDecisions(on: finding.caseID).isEmpty)
            try await supervision.rearrange(
                id,
                ConferenceDraft(on: day("2026-05-26"), place: "另一间", units: [try await county.unit("roads")]),
                by: watcher)
            #expect(try await supervision.conference(id, for: watcher).state.on == day("2026-05-26"))
            let handler = try await county.viewer("handler")
            #expect(
                await plainCode { _ = try await supervision.conference(id, for: handler) } == "conference.notFound",
                "no longer invited")
            try await supervision.cancel(id, reason: "两家自己谈好了。", by: watcher)
            #expect(try await supervision.conference(id, for: watcher).state.phase == .cancelled)
            let wrong = await plainCode {
                _ = try await supervision.convene(
                    ConferenceDraft(on: day("2026-05-20"), time: "25:00", place: "", units: []), submission: nil,
                    by: watcher)
            }
            #expect(
                wrong
                    == "date.past.on,text.missing.place,supervision.nobodyInvited.units,supervision.timeInvalid.time")
            #expect(
                await plainCode {
                    _ = try await supervision.convene(
                        ConferenceDraft(on: day("2026-05-25"), place: "会议室", units: [try await county.unit("water")]),
                        submission: nil, by: handler)
                } == "permission.missing")
            #expect(try await county.findings() == [])
        }
    }

    @Test func numbersForTheYearlyReport() async throws {
        try await withCounty { county in
            let supervision = county.supervision
            let watcher = try await county.viewer("watcher")
            let handler = try await county.viewer("handler")
            let id = try await held(county)
            try await supervision.report(on: 2, of: id, outcome: .done, text: "修好了。", by: handler)
            let water = try await county.unit("water")
            for (number, trigger) in [
                (2, SupervisionTrigger.notAnsweredInTime), (3, .promiseBroken), (4, .promiseBroken), (5, .notExecuted),
            ] {
                let finding = try await county.found(number, trigger: trigger)
                let task = try await supervision.openTask(
                    on: finding.key, due: day("2026-05-28"), reason: "", submission: nil, by: watcher)
                switch number {
                case 2: try await supervision.answer(task, text: "办好了。", by: handler)
                case 3:
                    try await supervision.urge(task, text: "请答复。", due: day("2026-06-30"), by: watcher)
                    try await supervision.withdraw(task, reason: "立错了。", by: watcher)
                default: break
                }
            }
            for (kind, adoption) in [
                (SuggestionKind.improveWork, SuggestionAdoption?.some(.partly)), (.improveWork, nil),
                (.changePolicy, .notAdopted),
            ] {
                let suggestion = try await supervision.suggest(
                    SuggestionDraft(unit: water, kind: kind, text: "建议。"), submission: nil, by: watcher)
                if let adoption {
                    try await supervision.reply(to: suggestion, adoption: adoption, text: "说明。", by: handler)
                }
            }
            county.clock.advance(days: 10)
            let numbers = try await supervision.numbers(day("2026-05-01")...day("2026-05-31"), for: watcher)
            #expect(numbers.conferences == 1)
            let codes = try await county.store.current()
            #expect(numbers.units.map { codes.unit($0.unit)?.code } == ["roads", "water"], "in the order of the code")
            let line = try #require(numbers.units.last).line
            #expect(line.tasks == [.notAnsweredInTime: 1, .promiseBroken: 2, .notExecuted: 1])
            #expect(line.answeredInTime == 1 && line.answeredLate == 0 && line.withdrawn == 1)
            #expect(line.unanswered == 2 && line.waiting == 0)
            #expect(line.measures == [.urge: 1])
            #expect(line.suggestions[.improveWork]?.made == 2 && line.suggestions[.improveWork]?.unanswered == 1)
            #expect(line.suggestions[.changePolicy]?.replies == [.notAdopted: 1])
            #expect(line.decisions == 1 && line.carriedOut == [.done: 1])
            #expect(numbers.all.decisions == 2)
            let later = try await supervision.numbers(day("2026-06-01")...day("2026-06-30"), for: watcher)
            #expect(later.units.isEmpty && later.conferences == 0)
            let town = try await supervision.numbers(
                day("2026-05-01")...day("2026-05-31"), for: try await county.viewer("town"))
            #expect(town.units.isEmpty, "within the own subtree only")
        }
    }
}
