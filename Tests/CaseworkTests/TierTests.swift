import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Casework

/// A second decision about tier, route or category, and time that belongs to somebody else than the authority.
@Suite struct TierTests {
    private func running(_ life: Life) -> Set<String> {
        Set(life.state.clocks.filter { $0.endedAt == nil && !$0.start.isRight }.map(\.start.rule))
    }

    private static func hotline() throws -> Life {
        let pack = try #require(
            try RulePacks.exampleTexts().map { try RulePack(yaml: $0) }.first { !$0.tiers.isEmpty })
        return try Life(.hotline, pack: pack)
    }

    private static func decide(_ tier: String, _ route: LawfulRoute = .ordinary) -> CaseCommand {
        let told = RouteTold(organ: route == .ordinary ? nil : Life.text(60))
        return .triage(sort: nil, route: route, tier: tier, reason: Life.text(61), told: told, keptTo: [])
    }

    // MARK: Tiers

    @Test func aSecondDecisionEndsTheClocksOfTheOldTier() throws {
        var life = try Self.hotline()
        #expect(running(life) == ["HL-TRIAGE"])
        try life.run(Self.decide("d15"))
        #expect(running(life) == ["HL-DISPATCH-D15", "HL-ANSWER-D15"])
        let events = try life.run(Self.decide("h24"))
        #expect(running(life) == ["HL-DISPATCH-H24", "HL-ANSWER-H24"])
        guard case .triaged(let decision) = events.first else { throw CaseError.tierUnknown }
        #expect(decision.ended?.map(\.rule) == ["HL-DISPATCH-D15", "HL-ANSWER-D15"])
        #expect(decision.ended?.contains(where: \.late) == false)
        #expect(life.state.nextClock?.start.rule == "HL-DISPATCH-H24", "two hours before a day")
        // Nobody has kept or missed what was replaced.
        let old = life.state.clocks.filter { $0.start.rule.hasSuffix("-D15") }
        #expect(old.allSatisfy { $0.endedAt != nil && $0.duty == nil })
    }

    /// Two hours are over after two hours: somebody hears of it an hour later, not on the next day.
    @Test func clocksInHoursAreToldOfToTheHour() throws {
        var life = try Self.hotline()
        try life.run(Self.decide("h2"))
        let clock = try #require(life.state.runningClock("HL-ANSWER-H2"))
        let due = try #require(clock.start.dueAt)
        #expect(clock.start.escalation == nil && clock.escalatesAt == due.adding(seconds: 3_600))
        #expect(clock.escalatesOn == clock.start.due, "read on its day, told at its moment")
        func told() throws -> [Role] {
            try life.run(.escalate).compactMap { event in
                if case .escalated(let p) = event, p.rule == "HL-ANSWER-H2" { p.to } else { nil }
            }
        }
        life.now = due.adding(seconds: 3_599)
        #expect(try told().isEmpty)
        life.now = due.adding(seconds: 3_600)
        #expect(try told() == [.dispatcher])
        life.now = due.adding(seconds: 86_399)
        #expect(try told().isEmpty)
        life.now = due.adding(seconds: 86_400)
        #expect(try told() == [.supervisor])
        // Clocks in days follow the days alone.
        var slow = try Self.hotline()
        try slow.run(Self.decide("d7"))
        #expect(slow.state.runningClock("HL-ANSWER-D7")?.start.escalation == [1, 5])
    }

    @Test func whatWasMissedBeforeTheDecisionStaysMissed() throws {
        var life = try Self.hotline()
        try life.run(Self.decide("h2"))
        life.wait(days: 1)
        let events = try life.run(Self.decide("d7"))
        guard case .triaged(let decision) = events.first else { throw CaseError.tierUnknown }
        #expect(decision.ended?.allSatisfy(\.late) == true)
        let old = life.state.clocks.filter { $0.start.rule == "HL-ANSWER-H2" }
        #expect(old.map(\.duty) == [.answer] && running(life) == ["HL-DISPATCH-D7", "HL-ANSWER-D7"])
    }

    @Test func decidingTheSameAgainGivesNoMoreTime() throws {
        var life = try Self.hotline()
        try life.run(Self.decide("d7"))
        let before = life.state.clocks.filter { $0.endedAt == nil }.map(\.start)
        life.wait(days: 3)
        let events = try life.run(Self.decide("d7"))
        guard case .triaged(let decision) = events.first else { throw CaseError.tierUnknown }
        #expect(decision.ended == nil && decision.clocks.isEmpty)
        #expect(life.state.clocks.filter { $0.endedAt == nil }.map(\.start) == before)
    }

    @Test func aClockThatHasNothingToWaitForDoesNotStart() throws {
        var life = try Self.hotline()
        try life.run(Self.decide("d15"))
        try life.run(.dispatch(lead: Life.other, entry: "1", entryVersion: 1, reason: nil))
        try life.run(.accept(handler: Life.handler))
        try life.run(Self.decide("h24"))
        #expect(running(life) == ["HL-ANSWER-H24"], "it was passed on long ago")
    }

    @Test func anotherRouteEndsTheClocksOfTheTier() throws {
        var life = try Self.hotline()
        try life.run(Self.decide("d15"))
        let events = try life.run(Self.decide("h2", .litigation))
        #expect(running(life).isEmpty && life.state.phase == .routed)
        guard case .triaged(let decision) = events.first else { throw CaseError.tierUnknown }
        #expect(decision.clocks.isEmpty, "nothing begins only to end in the same moment")
    }

    // MARK: Categories

    @Test func anotherCategoryCountsItsTimeFromTheSameDay() throws {
        var life = try Life.at(.inHand)
        let from = try #require(life.state.runningClock("XF-HANDLE")).start.from
        life.wait(days: 10)
        let events = try life.run(Life.triage(.ordinary, sort: .suggestion))
        guard case .triaged(let decision) = events.first else { throw CaseError.sortMissing }
        #expect(decision.ended?.map(\.rule) == ["XF-HANDLE"] && running(life) == ["XF-SUGGESTION"])
        #expect(life.state.runningClock("XF-SUGGESTION")?.start.from == from)
        try life.run(Life.triage(.ordinary, sort: .claim))
        #expect(running(life) == ["XF-HANDLE"] && life.state.runningClock("XF-HANDLE")?.start.from == from)
    }

    // MARK: Whose time it is

    @Test func theTimeForObjectingIsNobodysDuty() throws {
        var life = try Life.at(.dispatched)
        let objection = try #require(life.state.runningClock("XF-OBJECT"))
        #expect(objection.start.owner == .receiver && !objection.start.isDuty && !objection.start.isRight)
        #expect(objection.escalatesOn == nil && objection.duty == nil && !objection.isWatched)
        #expect(life.state.nextClock?.start.rule == "XF-NOTIFY-TRANSFERRED")
        life.wait(days: 10)
        #expect(try life.run(.escalate).isEmpty)
        #expect(life.state.nextClock.map { $0.start.due > life.clocks.date(of: life.now) } == true)
        // It ends with what the unit does, as before.
        try life.run(Life.triage())
        try life.run(.accept(handler: Life.handler))
        #expect(life.state.runningClock("XF-OBJECT") == nil)
    }

    /// Events that are there already call it a duty of the authority, or say nothing.
    @Test(arguments: [RuleOwner.authority, nil]) func olderEventsAreReadTheSameWay(owner: RuleOwner?) {
        for rule in ["XF-OBJECT", "GI-THIRD"] {
            var start = ClockStart(
                rule: rule, from: Life.day, due: Life.day.adding(days: 7), rolled: nil, provisional: false,
                calendar: "c")
            start.owner = owner
            start.escalation = [1, 5]
            let clock = CaseState.Clock(start: start, endedAt: nil)
            #expect(!start.isDuty && !start.isRight && clock.duty == nil)
            // Nobody is called because of it; the silence of those who were asked is noticed on the day after.
            #expect(clock.escalatesOn == (rule == "GI-THIRD" ? start.due.adding(days: 1) : nil))
        }
    }

    @Test func theTimeOfAThirdPartyIsNotTheAuthoritys() throws {
        var life = try Life(.information)
        try life.run(Life.command(.consult))
        let third = try #require(life.state.runningClock("GI-THIRD"))
        #expect(third.start.owner == .consulted && third.duty == nil)
        #expect(life.state.waitsUntil == nil, "something of the authority's still runs")
        // Only what is missing in the application is the authority's to ask for meanwhile.
        #expect(life.state.nextClock?.start.rule == "GI-CORRECT")
        try life.run(.accept(handler: Life.handler), after: Life.triage())
        #expect(life.state.nextClock == nil && life.state.runningClock("GI-THIRD") != nil)
        #expect(life.state.waitsUntil == third.start.due)
        try life.run(Life.command(.answerConsultation))
        #expect(life.state.nextClock?.start.rule == "GI-ANSWER" && life.state.waitsUntil == nil)
    }

    /// Art. 32: who says nothing in time leaves it to the organ, whose own time then runs on from their last day,
    /// however late that is noticed.
    @Test func silenceEndsTheTimeOfThoseWhoWereAsked() throws {
        var life = try Life(.information)
        try life.run(.accept(handler: Life.handler), after: Life.triage())
        let before = try #require(life.state.runningClock("GI-ANSWER")?.start.due)
        try life.run(Life.command(.consult))
        let until = try #require(life.state.waitsUntil)
        #expect(throws: CaseError.consultationRuns(until)) {
            try life.run(.answerConsultation(kind: .thirdParty, answer: .silent, text: nil))
        }
        #expect(try life.run(.escalate).isEmpty, "there is still time")
        life.wait(days: 60)
        let events = try life.run(.escalate)
        #expect(
            events.contains(.consultationAnswered(.init(kind: .thirdParty, answer: .silent, text: nil, position: 0))),
            "an answer like any other, recorded by the clock")
        let clock = try #require(life.state.nextClock)
        #expect(clock.start.rule == "GI-ANSWER" && clock.start.due > before)
        // Not from the day on which it was noticed: nobody wins time by looking late.
        let rest = TestRules.calendar.workingDays(from: Life.day, to: before).count
        #expect(clock.start.due == TestRules.calendar.adding(workingDays: rest, to: until).date)
        #expect(life.state.waitsUntil == nil && life.state.runningClock("GI-THIRD") == nil)
        #expect(try !life.run(.escalate).contains { $0.kind == "consultationAnswered" })
    }

    @Test func theTimeEndsWithTheLastOfThoseWhoWereAsked() throws {
        var life = try Life(.information)
        try life.run(.accept(handler: Life.handler), after: Life.triage())
        try life.run(Life.command(.consult))
        life.wait(days: 2)
        try life.run(.consult(kind: .otherOrgan, text: Life.text()))
        try life.run(.answerConsultation(kind: .otherOrgan, answer: .agrees, text: nil))
        #expect(life.state.waitsUntil != nil, "the third party has not answered yet")
        try life.run(.answerConsultation(kind: .thirdParty, answer: .objects, text: Life.text()))
        #expect(life.state.waitsUntil == nil && life.state.nextClock?.start.rule == "GI-ANSWER")
    }

    /// Two who were asked on different days: each is silent from the end of their own time on.
    @Test func eachOfThoseWhoWereAskedHasATimeOfTheirOwn() throws {
        var life = try Life(.information)
        try life.run(.accept(handler: Life.handler), after: Life.triage())
        try life.run(Life.command(.consult))
        life.wait(days: 9)
        try life.run(Life.command(.consult))
        let days = life.state.consultations.compactMap { life.state.until($0) }
        #expect(days.count == 2 && days[0] < days[1] && life.state.waitsUntil == days[1])
        func silent() throws -> [Int?] {
            try life.run(.escalate).compactMap { event in
                if case .consultationAnswered(let p) = event, p.answer == .silent { p.position } else { nil }
            }
        }
        while CivilZone.shanghai.date(of: life.now) <= days[0] { life.wait(days: 1) }
        #expect(throws: CaseError.consultationRuns(days[1])) {
            try life.run(.answerConsultation(kind: .thirdParty, answer: .silent, text: nil, position: 1))
        }
        #expect(try silent() == [0])
        #expect(life.state.runningClock("GI-ANSWER")?.paused != nil, "the second may still answer")
        #expect(life.state.waitsUntil == days[1])
        while CivilZone.shanghai.date(of: life.now) <= days[1] { life.wait(days: 1) }
        #expect(try silent() == [1])
        let clock = try #require(life.state.runningClock("GI-ANSWER"))
        #expect(clock.paused == nil && clock.start.rests?.last?.until == days[1])
        #expect(life.state.clocks.allSatisfy { $0.start.holder != .consulted || $0.endedAt != nil })
    }

    /// Asked on one day, they have clocks of one rule and one day; a new calendar finds both, once.
    @Test func aNewCalendarCountsBothClocksOfOneDay() throws {
        var life = try Life(.information)
        try life.run(.accept(handler: Life.handler), after: Life.triage())
        for _ in 0..<2 { try life.run(Life.command(.consult)) }
        let both = life.state.clocks.filter { $0.start.holder == .consulted && $0.endedAt == nil }.map(\.start)
        #expect(both.count == 2 && both[0] == both[1])
        let later = both.map { start in
            ClockStart(
                rule: start.rule, from: start.from, due: start.due.adding(days: 1), rolled: nil, provisional: false,
                calendar: "new", ends: start.ends, owner: start.owner)
        }
        let state = life.state.evolved(
            by: .recomputed(.init(calendar: "new", clocks: later)), actor: .system("test"), at: life.now)
        let after = state.clocks.filter { $0.start.holder == .consulted && $0.endedAt == nil }.map(\.start)
        #expect(after == later, "neither is left behind, to be counted again and again")
    }

    /// Both silent and noticed late: still each on their own day.
    @Test func silenceNoticedLateIsWrittenDownInItsOrder() throws {
        var life = try Life(.information)
        try life.run(.accept(handler: Life.handler), after: Life.triage())
        try life.run(Life.command(.consult))
        life.wait(days: 9)
        try life.run(Life.command(.consult))
        let last = try #require(life.state.waitsUntil)
        life.wait(days: 90)
        let events = try life.run(.escalate)
        let answers = events.compactMap { event -> Int? in
            if case .consultationAnswered(let p) = event { p.position } else { nil }
        }
        #expect(answers == [0, 1])
        #expect(life.state.runningClock("GI-ANSWER")?.start.rests?.last?.until == last)
    }

    /// Whoever answers first, the organ's own time stands still until nobody is asked any more.
    @Test(arguments: [ConsultationKind.thirdParty, .otherOrgan])
    func noClockRunsWhileSomebodyIsStillAsked(_ first: ConsultationKind) throws {
        var life = try Life(.information)
        try life.run(.accept(handler: Life.handler), after: Life.triage())
        try life.run(Life.command(.consult))
        life.wait(days: 2)
        try life.run(.consult(kind: .otherOrgan, text: Life.text()))
        let second: ConsultationKind = first == .thirdParty ? .otherOrgan : .thirdParty
        try life.run(.answerConsultation(kind: first, answer: .agrees, text: nil))
        #expect(life.state.runningClock("GI-ANSWER")?.paused != nil)
        life.wait(days: 3)
        let since = try #require(life.state.runningClock("GI-ANSWER")?.paused?.since)
        try life.run(.answerConsultation(kind: second, answer: .agrees, text: nil))
        let clock = try #require(life.state.runningClock("GI-ANSWER"))
        #expect(clock.paused == nil && clock.start.rests == [ClockRest(since: since, until: since.adding(days: 5))])
    }

    /// Rows that an older program wrote become the same as those that are written today.
    @Test func rowsAreWrittenAnewTheSame() async throws {
        try await withCounty { county in
            let receipt = try await county.register()
            try await county.casework.dispatch(
                receipt.caseID, to: .unit(try await county.unit("water"), reason: "归水务局管"), version: 1,
                by: try await county.viewer("dispatcher"))
            let rows = { () async throws -> [String] in
                try await county.database.read { tx in
                    try tx.rows(
                        """
                        SELECT k.rule, k.escalates_on, k.duty, k.watched, c.due_rule FROM case_clocks k
                        JOIN cases c ON c.id = k.case_id ORDER BY k.case_id, k.position LIMIT 100
                        """
                    ).map { row in
                        let (on, duty) = (try row.optionalText(1), try row.optionalText(2))
                        return "\(try row.text(0)) \(on ?? "-") \(duty ?? "-") \(try row.int(3)) \(try row.text(4))"
                    }
                }
            }
            let before = try await rows()
            #expect(before.contains("XF-OBJECT - - 0 XF-NOTIFY-TRANSFERRED"))
            try await county.database.write { tx in
                try tx.execute("UPDATE case_clocks SET escalates_on = '2026-01-01', watched = 1")
                try tx.execute("UPDATE cases SET due_rule = 'XF-OBJECT', due_on = '2026-01-01'")
            }
            try await county.casework.rebuildProjections(force: true)
            #expect(try await rows() == before)
            #expect(try await county.findings().isEmpty)
        }
    }
}

extension Life {
    /// Two commands, one after the other.
    fileprivate mutating func run(_ command: CaseCommand, after first: CaseCommand) throws {
        try run(first)
        try run(command)
    }
}
