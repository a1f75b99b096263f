import Kernel
import Ledger
import Organisation
import Testing

@testable import Casework

@Suite struct LifecycleTests {
    /// What each phase allows, written down once more by hand; `-` is refused as "not now", `!` by another rule.
    static let table: [CasePhase: String] = [
        .registered:
            "reportUp dispatch triage contact message withdraw addReporter categorise mergeInto absorb split becomePart",
        .dispatched:
            "reportUp dispatch triage object contact message withdraw addReporter categorise mergeInto absorb split",
        .objected: "reportUp triage ruleObjection raiseDispute contact message withdraw addReporter categorise absorb",
        .inHand:
            "reportUp askHelper triage askExtension extend callHearing promise settle contact message reply withdraw "
            + "addReporter categorise mergeInto absorb split",
        .replied: "reportUp contact message reply deliver promise settle withdraw addReporter categorise",
        .delivered: "reportUp contact message judge reopen askReview promise settle withdraw addReporter categorise",
        .judged: "reportUp contact message judge close reopen askReview promise settle withdraw addReporter categorise",
        .unjudged:
            "reportUp contact message judge close reopen askReview promise settle withdraw addReporter categorise",
        .closed: "reopen askReview",
        .withdrawn: "close reopen",
        .routed: "reportUp reopen deliverNotice contact message withdraw addReporter categorise",
        .reviewing: "reportUp callHearing decideReview promise settle contact message withdraw addReporter categorise",
        .reviewed: "reportUp deliverReview promise settle contact message withdraw addReporter categorise",
        .concluded: "close settle contact message",
    ]

    /// Possible in every phase.
    static let always =
        "note addWords link restrict reveal reissueCode recuse handOver erasePerson nameAccused assist recompute escalate consent "
        + "attach withdrawAttachment shelve tag"

    /// Possible on a merged matter: what is done about it is done where it goes on. Its paper still lies somewhere.
    static let whileMerged = "note recompute escalate erasePerson withdrawAttachment shelve takeBack followGuard"

    @Test(arguments: CasePhase.allCases)
    func everyCommandInEveryPhase(_ phase: CasePhase) throws {
        let always = phase == .merged ? Self.whileMerged : Self.always
        let allowed = Set((always + " " + (Self.table[phase] ?? "")).split(separator: " ").map(String.init))
        for name in CaseCommand.Name.allCases {
            var life = try Life.at(phase)
            let isDone = (try? life.run(Life.command(name))) != nil
            #expect(isDone == allowed.contains(name.rawValue), "\(name) in \(phase)")
        }
    }

    @Test(arguments: CasePhase.allCases)
    func refusedCommandsChangeNothingAndSayWhy(_ phase: CasePhase) throws {
        for name in CaseCommand.Name.allCases where !name.phases.contains(phase) {
            let life = try Life.at(phase)
            let expected: CaseError =
                phase == .merged
                ? .mergedAway("2605-0002-7")
                : phase == .concluded && [.reopen, .askReview].contains(name) ? .concluded : .notNow(name, phase)
            #expect(throws: expected) {
                try CaseLifecycle.decide(life.state, Life.command(name), at: life.now, clocks: life.clocks)
            }
        }
    }

    @Test func theFirstReceiverStaysResponsibleUntilAnotherAccepts() throws {
        var life = try Life.at(.dispatched)
        #expect(life.state.responsible == Life.unit)
        try life.run(.object(reason: Life.text()))
        #expect(life.state.responsible == Life.unit)
        try life.run(.ruleObjection(upheld: true, lead: Life.third, reason: Life.text()))
        #expect(life.state.responsible == Life.unit && life.state.lead == Life.third)
        #expect(throws: CaseError.triageMissing) { try life.run(.accept(handler: Life.handler)) }
        try life.run(Life.triage())
        try life.run(.accept(handler: Life.handler))
        #expect(life.state.responsible == Life.third)
    }

    @Test func clocksStartAndEndWithTheirEvents() throws {
        func running(_ life: Life) -> [String] { life.state.clocks.filter { $0.endedAt == nil }.map(\.start.rule) }
        #expect(running(try Life.at(.registered)) == ["XF-TRANSFER"])
        #expect(running(try Life.at(.dispatched)) == ["XF-NOTIFY-TRANSFERRED", "XF-OBJECT"])
        #expect(running(try Life.at(.objected)) == ["XF-NOTIFY-TRANSFERRED"])
        #expect(running(try Life.at(.inHand)) == ["XF-HANDLE"])
        #expect(running(try Life.at(.replied)) == [])
        // The citizen's clock runs, but no office is ever late by it.
        let delivered = try Life.at(.delivered)
        #expect(running(delivered) == ["XF-ASK-REVIEW"] && delivered.state.nextClock == nil)
    }

    @Test func eachResidentHasAnOwnDeliveryAndJudgement() throws {
        var life = try Life.at(.inHand)
        let second = ReporterID(rawValue: 22)
        try life.run(.addReporter(Life.details(second), channel: .visit, body: nil))
        try life.run(.reply(Life.reply))
        try life.run(.deliver(reporter: Life.reporter, method: .portal))
        #expect(life.state.phase == .replied)
        try life.run(.judge(Life.judged(.solved)))
        try life.run(.deliver(reporter: second, method: .phone))
        #expect(life.state.phase == .delivered)
        try life.run(
            .judge(.init(reporter: second, outcome: .notSolved, attitude: .poor, answers: .init(), words: nil)))
        #expect(life.state.phase == .judged && life.state.judgement == .notSolved)
        #expect(throws: CaseError.reasonMissing(.close)) { try life.run(.close(reason: nil)) }
    }

    @Test func aJudgementCanBeChangedUntilTheStatedDayOnly() throws {
        var life = try Life.at(.judged)
        life.wait(days: 30)
        try life.run(.judge(Life.judged(.notSolved)))
        #expect(life.state.judgement == .notSolved)
        life.wait(days: 1)
        #expect(throws: (any Error).self) { try life.run(.judge(Life.judged(.solved))) }
    }

    @Test func silenceIsNeverSatisfaction() throws {
        let life = try Life.at(.unjudged)
        #expect(life.state.judgement == nil)
        var early = try Life.at(.delivered)
        early.wait(days: 30)
        #expect(throws: CaseError.windowOpen) { try early.run(.endWindow(reporter: Life.reporter)) }
    }

    @Test func nothingClosesWithoutADeliveredReply() throws {
        for phase in [CasePhase.registered, .dispatched, .objected, .inHand, .replied, .delivered] {
            var life = try Life.at(phase)
            #expect(throws: CaseError.notNow(.close, phase)) { try life.run(.close(reason: Life.text())) }
        }
    }

    @Test func anAnswerThatDoesNotGiveWhatWasAskedNamesItsBasis() throws {
        var life = try Life.at(.inHand)
        for outcome in [ReplyOutcome.explained, .notSupported] {
            var reply = Life.reply
            reply.outcome = outcome
            #expect(throws: CaseError.basisMissing) { try life.run(.reply(reply)) }
        }
    }

    @Test func dispatchWithoutEntrySaysWhy() throws {
        var life = try Life()
        let bare = CaseCommand.dispatch(lead: Life.other, entry: nil, entryVersion: nil, reason: nil)
        #expect(throws: CaseError.reasonMissing(.dispatch)) { try life.run(bare) }
        var again = try Life.at(.dispatched)
        let entry = CaseCommand.dispatch(lead: Life.third, entry: "2", entryVersion: 1, reason: nil)
        #expect(throws: CaseError.reasonMissing(.dispatch)) { try again.run(entry) }
    }

    @Test func whoMustKeepOutCannotAcceptOrSign() throws {
        var life = try Life.at(.dispatched)
        try life.run(.recuse(staff: Life.handler, reason: Life.text()))
        #expect(throws: CaseError.recused) { try life.run(.accept(handler: Life.handler)) }
        var late = try Life.at(.inHand)
        try late.run(.recuse(staff: Life.handler, reason: Life.text()))
        #expect(late.state.handler == nil)
        #expect(throws: CaseError.recused) { try late.run(.reply(Life.reply)) }
    }

    @Test func reopeningClearsTheAnswerAndCountsAnew() throws {
        var life = try Life.at(.closed)
        try life.run(.reopen(reporter: Life.reporter, reason: Life.text()))
        #expect(life.state.phase == .inHand && life.state.reopenings == 1)
        #expect(life.state.reporters[0].judgement == nil && life.state.reporters[0].deliveredAt == nil)
        #expect(life.state.nextClock?.start.rule == "XF-HANDLE")
    }

    @Test(arguments: CaseCommand.Name.allCases)
    func eventsSurviveTheirStoredForm(_ name: CaseCommand.Name) throws {
        var life = try Life.ready(for: name)
        let events = try life.run(Life.command(name))
        // Without anything to change these two say nothing; their own tests make them speak.
        #expect(!events.isEmpty || [.recompute, .escalate].contains(name))
        for event in events {
            let stored = try event.newEvent(at: life.now)
            #expect(try CaseEvent(kind: stored.kind, data: stored.data) == event)
            #expect(stored.texts == event.texts)
        }
    }
}
