import Kernel
import Ledger
import Testing

@testable import Casework

/// Clocks that count plain days: the rules themselves are tested in the Organisation room.
struct PlainClocks: CaseClocks {
    func start(_ rules: [String], at instant: Instant) -> [ClockStart] {
        rules.map {
            let from = date(of: instant)
            return ClockStart(
                rule: $0, from: from, due: from.adding(days: 15), rolled: nil, provisional: false, calendar: "t")
        }
    }

    func judgeUntil(deliveredAt instant: Instant) -> LocalDate { date(of: instant).adding(days: 30) }

    func date(of instant: Instant) -> LocalDate { CivilZone.shanghai.date(of: instant) }
}

/// A matter that is driven through its life without a store.
struct Life {
    static let start = Instant(milliseconds: 1_780_000_000_000)
    static let unit = UnitID(rawValue: 1)
    static let other = UnitID(rawValue: 2)
    static let third = UnitID(rawValue: 3)
    static let handler = StaffID(rawValue: 11)
    static let reporter = ReporterID(rawValue: 21)

    var state: CaseState
    var now = Life.start

    static func text(_ id: Int64 = 100) -> TextReference { TextReference(id: TextID(rawValue: id), hash: "h") }

    static func details(_ id: ReporterID) -> ReporterDetails {
        ReporterDetails(
            id: id, person: nil, anonymous: false, keepSecret: false, noReply: false, needs: [], codeHash: "00")
    }

    init() throws {
        let event = CaseEvent.registered(
            .init(
                number: "2605-0001-9", channel: .web, title: Self.text(1), body: Self.text(2), place: nil, wish: nil,
                category: nil, area: nil, receivedBy: Self.unit, urgency: .normal, pack: "p", packVersion: 1,
                reporter: Self.details(Self.reporter), publishable: false, source: nil,
                clocks: PlainClocks().start(["XF-TRANSFER"], at: Self.start)))
        state = try #require(CaseState(id: CaseID(rawValue: 5), first: event, at: Self.start))
    }

    @discardableResult
    mutating func run(_ command: CaseCommand) throws -> [CaseEvent] {
        let events = try CaseLifecycle.decide(state, command, at: now, clocks: PlainClocks())
        state = events.reduce(state) { $0.evolved(by: $1, actor: .system("test"), at: now) }
        return events
    }

    mutating func wait(days: Int) { now = now.adding(days: days) }

    /// A matter in a phase, reached by lawful commands only.
    static func at(_ phase: CasePhase) throws -> Life {
        var life = try Life()
        func go(_ commands: CaseCommand...) throws { for command in commands { try life.run(command) } }
        let dispatch = CaseCommand.dispatch(lead: other, entry: "1", entryVersion: 1, reason: nil)
        let answer: [CaseCommand] = [dispatch, .accept(handler: handler), .reply(reply)]
        switch phase {
        case .registered: break
        case .dispatched: try go(dispatch)
        case .objected: try go(dispatch, .object(reason: text()))
        case .inHand: try go(dispatch, .accept(handler: handler))
        case .replied: for command in answer { try life.run(command) }
        case .delivered:
            for command in answer + [.deliver(reporter: reporter, method: .portal)] { try life.run(command) }
        case .judged:
            life = try at(.delivered)
            try life.run(.judge(judged(.solved)))
        case .unjudged:
            life = try at(.delivered)
            life.wait(days: 31)
            try life.run(.endWindow(reporter: reporter))
        case .closed:
            life = try at(.judged)
            try life.run(.close(reason: nil))
        case .withdrawn: try go(.withdraw(reporter: reporter, reason: nil))
        }
        #expect(life.state.phase == phase)
        return life
    }

    static let reply = CaseEvent.Replied(
        outcome: .solved, body: text(50), basis: nil, remedies: nil, unit: other, signer: handler)

    static func judged(_ outcome: Judgement) -> CaseEvent.Judged {
        .init(reporter: reporter, outcome: outcome, attitude: nil, answers: FourAnswers(), words: nil)
    }

    /// One sensible command of each kind.
    static func command(_ name: CaseCommand.Name) -> CaseCommand {
        switch name {
        case .dispatch: .dispatch(lead: other, entry: "1", entryVersion: 1, reason: text())
        case .accept: .accept(handler: handler)
        case .object: .object(reason: text())
        case .ruleObjection: .ruleObjection(upheld: true, lead: third, reason: text())
        case .askHelper: .askHelper(unit: third, ask: text(), due: nil)
        case .answerHelp: .answerHelp(unit: third, text: text())
        case .note: .note(text())
        case .contact: .contact(method: .phone, result: text())
        case .message: .message(text())
        case .addWords: .addWords(reporter: reporter, text: text())
        case .reply: .reply(reply)
        case .deliver: .deliver(reporter: reporter, method: .post)
        case .judge: .judge(judged(.partly))
        case .endWindow: .endWindow(reporter: reporter)
        case .close: .close(reason: text())
        case .reopen: .reopen(reporter: reporter, reason: text())
        case .withdraw: .withdraw(reporter: reporter, reason: nil)
        case .link: .link(.init(other: CaseID(rawValue: 6), otherNumber: "2605-0002-7", kind: .related))
        case .restrict: .restrict(staff: [handler], reason: text())
        case .unrestrict: .unrestrict(reason: text())
        case .reveal: .reveal(reporter: reporter, reason: text())
        case .reissueCode: .reissueCode(reporter: reporter, codeHash: "11", reason: text())
        case .addReporter: .addReporter(details(ReporterID(rawValue: 22)), channel: .visit, body: nil)
        case .categorise: .categorise(category: "01", area: nil)
        case .recuse: .recuse(staff: handler, reason: text())
        case .erasePerson: .erasePerson(reporter: reporter, texts: [])
        }
    }
}

@Suite struct LifecycleTests {
    /// What each phase allows, written down once more by hand; `-` is refused as "not now", `!` by another rule.
    static let table: [CasePhase: String] = [
        .registered: "dispatch accept contact message withdraw addReporter categorise",
        .dispatched: "dispatch accept object contact message withdraw addReporter categorise",
        .objected: "ruleObjection contact message withdraw addReporter categorise",
        .inHand: "askHelper contact message reply withdraw addReporter categorise",
        .replied: "contact message reply deliver withdraw addReporter categorise",
        .delivered: "contact message judge reopen withdraw addReporter categorise",
        .judged: "contact message judge close reopen withdraw addReporter categorise",
        .unjudged: "contact message judge close reopen withdraw addReporter categorise",
        .closed: "reopen",
        .withdrawn: "close reopen",
    ]

    /// Possible in every phase.
    static let always = "note addWords link restrict reveal reissueCode recuse erasePerson"

    @Test(arguments: CasePhase.allCases)
    func everyCommandInEveryPhase(_ phase: CasePhase) throws {
        let allowed = Set((Self.always + " " + (Self.table[phase] ?? "")).split(separator: " ").map(String.init))
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
            #expect(throws: CaseError.notNow(name, phase)) {
                try CaseLifecycle.decide(life.state, Life.command(name), at: life.now, clocks: PlainClocks())
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
        let phase = try #require(CasePhase.allCases.first { name.phases.contains($0) })
        var life = try Life.at(name == .judge ? .delivered : name == .answerHelp ? .inHand : phase)
        if name == .answerHelp { try life.run(Life.command(.askHelper)) }
        if name == .unrestrict { try life.run(Life.command(.restrict)) }
        if name == .endWindow {
            life = try Life.at(.delivered)
            life.wait(days: 40)
        }
        for event in try life.run(Life.command(name)) {
            let stored = try event.newEvent(at: life.now)
            #expect(try CaseEvent(kind: stored.kind, data: stored.data) == event)
            #expect(stored.texts == event.texts)
        }
    }
}
