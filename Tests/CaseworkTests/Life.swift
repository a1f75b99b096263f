import Attachments
import Kernel
import Ledger
import Organisation
import StorageTestKit
import Testing

@testable import Casework

/// Clocks under the packs that come with the program; the rules themselves are tested in the Organisation room.
struct PlainClocks: CaseClocks {
    private let inner: PackClocks

    init(pack: RulePack) {
        inner = PackClocks(pack: pack, calendar: TestRules.calendar, zone: .shanghai)
    }

    init(kind: MatterKind = .petition) {
        let book = DeadlineBook(packs: TestRules.packs, calendar: TestRules.calendar, zone: .shanghai)
        inner = book.clocks(for: kind, at: Life.start)
    }

    var asksTriage: Bool { inner.asksTriage }
    var asksSort: Bool { inner.asksSort }
    var calendarVersion: String { inner.calendarVersion }
    func allows(_ route: LawfulRoute, for sort: MatterSort?) -> Bool { inner.allows(route, for: sort) }
    func allows(tier: String?) -> Bool { inner.allows(tier: tier) }
    func start(on moment: RuleMoment, at instant: Instant, _ facts: ClockFacts) -> [ClockStart] {
        inner.start(on: moment, at: instant, facts)
    }
    func refitted(_ running: [ClockStart], from old: ClockFacts, to new: ClockFacts) -> RefittedClocks {
        inner.refitted(running, from: old, to: new)
    }
    func `extension`(of rule: String) -> Rule.Extension? { inner.extension(of: rule) }
    func lengthened(_ start: ClockStart, by length: Int) -> ClockStart? { inner.lengthened(start, by: length) }
    func resumed(_ start: ClockStart, since: LocalDate, on day: LocalDate) -> ClockStart {
        inner.resumed(start, since: since, on: day)
    }
    func recomputed(_ start: ClockStart) -> ClockStart? { inner.recomputed(start) }
    func escalation(step: Int, isHourly: Bool) -> Role? { inner.escalation(step: step, isHourly: isHourly) }
    func judgeUntil(deliveredAt instant: Instant) -> LocalDate { inner.judgeUntil(deliveredAt: instant) }
    func callBack(deliveredAt instant: Instant) -> LocalDate? { inner.callBack(deliveredAt: instant) }
    func date(of instant: Instant) -> LocalDate { inner.date(of: instant) }
}

/// A matter that is driven through its life without a store.
struct Life {
    static let start = Instant(milliseconds: 1_780_000_000_000)
    static let unit = UnitID(rawValue: 1)
    static let other = UnitID(rawValue: 2)
    static let third = UnitID(rawValue: 3)
    static let handler = StaffID(rawValue: 11)
    static let reporter = ReporterID(rawValue: 21)
    static let superior = UnitID(rawValue: 4)
    static let judge = StaffID(rawValue: 12)
    static let day = CivilZone.shanghai.date(of: start)

    var state: CaseState
    var now = Life.start
    let clocks: PlainClocks

    static func text(_ id: Int64 = 100) -> TextReference { TextReference(id: TextID(rawValue: id), hash: "h") }

    static func file(_ id: Int64) -> FileReference {
        FileReference(id: AttachmentID(rawValue: id), type: "jpeg", size: 10, hash: "00")
    }

    static func details(_ id: ReporterID) -> ReporterDetails {
        ReporterDetails(
            id: id, person: nil, anonymous: false, keepSecret: false, noReply: false, needs: [], codeHash: "00")
    }

    init(_ kind: MatterKind = .petition, pack: RulePack? = nil) throws {
        let clocks = pack.map { PlainClocks(pack: $0) } ?? PlainClocks(kind: kind)
        let event = CaseEvent.registered(
            .init(
                number: "2605-0001-9", channel: .web, title: Self.text(1), body: Self.text(2), place: nil, wish: nil,
                category: nil, area: nil, receivedBy: Self.unit, urgency: .normal, pack: "p", packVersion: 1,
                reporter: Self.details(Self.reporter), publishable: false, source: nil,
                clocks: clocks.start(on: .receipt, at: Self.start, ClockFacts(receiver: .office)), kind: kind,
                receiver: .office))
        self.clocks = clocks
        state = try #require(CaseState(id: CaseID(rawValue: 5), first: event, at: Self.start))
    }

    @discardableResult
    mutating func run(_ command: CaseCommand, by actor: Actor = .system("test")) throws -> [CaseEvent] {
        let events = try CaseLifecycle.decide(state, command, at: now, clocks: clocks)
        state = events.reduce(state) { $0.evolved(by: $1, actor: actor, at: now) }
        return events
    }

    mutating func wait(days: Int) { now = now.adding(days: days) }

    /// A matter in a phase, reached by lawful commands only.
    static func at(_ phase: CasePhase) throws -> Life {
        var life = try Life()
        try life.run(.attach(.init(files: [file(1)], reporter: reporter)))
        func go(_ commands: CaseCommand...) throws { for command in commands { try life.run(command) } }
        let dispatch = CaseCommand.dispatch(lead: other, entry: "1", entryVersion: 1, reason: nil)
        let answer: [CaseCommand] = [dispatch, triage(), .accept(handler: handler), .reply(reply)]
        switch phase {
        case .registered: break
        case .dispatched: try go(dispatch)
        case .objected: try go(dispatch, .object(reason: text()))
        case .inHand: try go(dispatch, triage(), .accept(handler: handler))
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
        case .routed: try go(triage(.litigation))
        case .reviewing:
            life = try at(.delivered)
            try life.run(.askReview(reporter: reporter, reason: text(), body: third))
        case .reviewed:
            life = try at(.reviewing)
            try life.run(.decideReview(decision(.maintain)))
        case .concluded:
            life = try at(.reviewed)
            try life.run(.deliverReview(reporter: reporter, method: .post))
            try life.run(.askReview(reporter: reporter, reason: text(), body: superior))
            try life.run(.decideReview(decision(.maintain, by: superior)))
            try life.run(.deliverReview(reporter: reporter, method: .post))
        case .merged: try go(command(.mergeInto))
        }
        #expect(life.state.phase == phase)
        return life
    }

    /// A call to the hotline with an answer that has arrived, under a rule that asks for a call back.
    static func called() throws -> Life {
        var life = try Life(.hotline, pack: TestRules.withCallBack.pack(for: .hotline, on: day))
        try life.run(.dispatch(lead: other, entry: "1", entryVersion: 1, reason: nil))
        try life.run(.triage(sort: nil, route: .ordinary, tier: nil, reason: text(), told: RouteTold(), keptTo: []))
        for command in [CaseCommand.accept(handler: handler), .reply(reply)] { try life.run(command) }
        try life.run(.deliver(reporter: reporter, method: .phone))
        return life
    }

    static let reply = CaseEvent.Replied(
        outcome: .solved, body: text(50), basis: nil, remedies: nil, unit: other, signer: handler, request: text(51),
        facts: text(52), execution: .done, executedOn: day, executionWords: text(53))

    static func triage(_ route: LawfulRoute = .ordinary, sort: MatterSort = .claim) -> CaseCommand {
        let told = RouteTold(organ: route == .ordinary ? nil : text(60))
        let keptTo = route == .discipline ? [handler] : []
        return .triage(sort: sort, route: route, tier: nil, reason: text(61), told: told, keptTo: keptTo)
    }

    static func decision(_ outcome: ReviewOutcome, by unit: UnitID = third) -> ReviewDecision {
        var decision = ReviewDecision(
            outcome: outcome, facts: text(70), body: text(71), basis: text(72), law: [], unit: unit, signer: judge)
        guard outcome.needsExecution else { return decision }
        (decision.execution, decision.executionWords) = (.notNeeded, text(73))
        return decision
    }

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
        case .attach: .attach(.init(files: [file(2)], reporter: reporter))
        case .withdrawAttachment: .withdrawAttachment(.init(id: AttachmentID(rawValue: 1), reporter: reporter))
        case .shelve: .shelve(mark: text())
        case .contact: .contact(method: .phone, result: text())
        case .callBack:
            .callBack(.init(reporter: reporter, result: .notReached, again: day.adding(days: 2), text: text()))
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
        case .handOver: .handOver(to: StaffID(rawValue: 4_711))
        default: lawful(name)
        }
    }

    private static func lawful(_ name: CaseCommand.Name) -> CaseCommand {
        switch name {
        case .triage: triage()
        case .nameAccused: .nameAccused(staff: [StaffID(rawValue: 99)], units: [], home: unit, reason: text())
        case .raiseDispute: .raiseDispute(reason: text())
        case .rateHelper: .rateHelper(unit: third, side: .caller, rating: .good, text: nil)
        case .askExtension: .askExtension(rule: "XF-HANDLE", length: 10, reason: text())
        case .refuseExtension: .refuseExtension(reason: text())
        case .extend: .extend(rule: "XF-HANDLE", length: 10, reason: text())
        case .recompute: .recompute
        case .escalate: .escalate
        case .callHearing: .callHearing(on: day, notice: text(), papers: nil)
        case .holdHearing: .holdHearing(list: text(), minutes: text(), result: nil)
        case .promise:
            .promise(
                .init(id: PromiseID(rawValue: 31), kind: .other, text: text(), due: day.adding(days: 400), unit: unit))
        case .settlePromise: .settlePromise(id: PromiseID(rawValue: 31), end: .kept, text: text())
        case .settle: .settle(kind: .mediation, reporter: reporter, terms: text(), residentOn: day, unitOn: day)
        case .assist: .assist(text())
        case .reportUp: .reportUp(to: [.own], text: text())
        case .deliverNotice: .deliverNotice(.route, reporter: reporter, method: .post)
        case .askReview: .askReview(reporter: reporter, reason: text(), body: superior)
        case .decideReview: .decideReview(decision(.change))
        case .deliverReview: .deliverReview(reporter: reporter, method: .phone)
        case .askCorrection: .askCorrection(text())
        case .correct: .correct(reporter: reporter, text: text())
        case .consult: .consult(kind: .thirdParty, text: text())
        case .consent: .consent(reporter: reporter, agrees: true)
        case .publish: .publish(.init(number: "P000000001", title: text(80), body: text(81)))
        case .unpublish: .unpublish(reason: text())
        case .mergeInto, .absorb, .takeBack, .release, .followGuard, .split, .becomePart: joining(name)
        case .recall: .recall(by: handler)
        case .tag: .tag(TagID(rawValue: 41))
        case .untag: .untag(TagID(rawValue: 41))
        case .unlink: .unlink(other: CaseID(rawValue: 6))
        default: .answerConsultation(kind: .thirdParty, answer: .agrees, text: nil)
        }
    }
}

extension Life {
    /// A matter on which one command is possible.
    static func ready(for name: CaseCommand.Name) throws -> Life {
        switch name {
        case .judge, .askReview: return try at(.delivered)
        case .deliverReview: return try at(.reviewed)
        case .callBack: return try called()
        case .accept: return try at(.dispatched, then: .triage)
        case .endWindow:
            var life = try at(.delivered)
            life.wait(days: 40)
            return life
        case .answerHelp, .rateHelper:
            var life = try at(.inHand)
            try life.run(command(.askHelper))
            if name == .rateHelper { try life.run(command(.answerHelp)) }
            return life
        case .unrestrict: return try at(.registered, then: .restrict)
        // Only what somebody has in hand can be handed over.
        case .askExtension, .extend, .handOver: return try at(.inHand)
        case .refuseExtension: return try at(.inHand, then: .askExtension)
        case .holdHearing: return try at(.inHand, then: .callHearing)
        case .settlePromise: return try at(.inHand, then: .promise)
        case .deliverNotice: return try at(.routed)
        case .publish: return try at(.registered, then: .consent)
        case .recall:
            var life = try at(.registered)
            try life.run(command(.dispatch), by: .staff(handler, unit: unit))
            return life
        case .untag: return try at(.registered, then: .tag)
        case .unlink: return try at(.registered, then: .link)
        case .unpublish:
            var life = try at(.registered, then: .consent)
            try life.run(command(.publish))
            return life
        case .release: return try at(.inHand, then: .absorb)
        case .askCorrection, .consult: return try Life(.information)
        case .correct: return try at(.registered, then: .askCorrection, kind: .information)
        case .answerConsultation: return try at(.registered, then: .consult, kind: .information)
        default:
            let phase = try #require(CasePhase.allCases.first { name.phases.contains($0) })
            return try at(phase)
        }
    }

    static func at(_ phase: CasePhase, then name: CaseCommand.Name, kind: MatterKind = .petition) throws -> Life {
        var life = kind == .petition ? try at(phase) : try Life(kind)
        try life.run(command(name))
        return life
    }
}
