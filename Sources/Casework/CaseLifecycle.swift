public import Kernel
internal import Ledger

/// The rules of a matter's life. Pure: no store, no clock of its own, no random values.
public enum CaseLifecycle {
    /// What a command does to a matter, as events.
    ///
    /// - Parameters:
    ///   - state: the matter as it stands.
    ///   - command: what is wanted.
    ///   - now: the moment at which it happens.
    ///   - clocks: computes due dates under the matter's rule pack.
    /// - Throws: `CaseError` when the matter's state or a rule forbids it.
    public static func decide(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        guard command.name.phases.contains(state.phase) else {
            throw .notNow(command.name, state.phase)
        }
        switch command {
        case .dispatch, .accept, .object, .ruleObjection, .askHelper, .answerHelp:
            return try assign(state, command, at: now, clocks: clocks)
        case .reply, .deliver, .judge, .endWindow, .close, .reopen, .withdraw:
            return try answer(state, command, at: now, clocks: clocks)
        default:
            return try tend(state, command)
        }
    }

    /// Commands that decide who answers for the matter.
    private static func assign(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        let transferred = clocks.start(["XF-NOTIFY-TRANSFERRED", "XF-OBJECT"], at: now)
        switch command {
        case .dispatch(let lead, let entry, let entryVersion, let reason):
            guard entry != nil || reason != nil else { throw .reasonMissing(.dispatch) }
            // A second dispatch before acceptance is an exception, so it always says why.
            guard state.phase == .registered || reason != nil else { throw .reasonMissing(.dispatch) }
            return [
                .dispatched(
                    .init(
                        lead: lead, entry: entry, entryVersion: entryVersion, reason: reason, clocks: transferred))
            ]
        case .accept(let handler):
            guard !state.recused.contains(handler) else { throw .recused }
            return [.accepted(.init(handler: handler, clocks: clocks.start(["XF-HANDLE"], at: now)))]
        case .object(let reason):
            return [.objected(.init(text: reason))]
        case .ruleObjection(let upheld, let lead, let reason):
            guard !upheld || (lead != nil && lead != state.lead) else { throw .newUnitMissing }
            return [
                .objectionRuled(
                    .init(
                        upheld: upheld, lead: upheld ? lead : nil, reason: reason, clocks: upheld ? transferred : []))
            ]
        case .askHelper(let unit, let ask, let due):
            guard unit != state.responsible, !state.isHelping(unit) else { throw .alreadyInHand }
            return [.helperAsked(.init(unit: unit, ask: ask, due: due))]
        case .answerHelp(let unit, let text):
            guard state.isHelping(unit) else { throw .notAsked }
            return [.helperAnswered(.init(unit: unit, text: text))]
        default: throw .notNow(command.name, state.phase)
        }
    }

    /// Commands about the answer and what the resident says of it.
    private static func answer(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .reply(let reply):
            if let signer = reply.signer, state.recused.contains(signer) { throw .recused }
            // An answer that does not give what was asked must say on what it rests (Art. 32).
            if [.explained, .notSupported].contains(reply.outcome), reply.basis == nil { throw .basisMissing }
            return [.replied(reply)]
        case .deliver(let id, let method):
            let reporter = try known(id, in: state)
            guard reporter.deliveredAt == nil else { throw .alreadyDelivered }
            return [
                .delivered(
                    .init(
                        reporter: id, method: method, judgeUntil: clocks.judgeUntil(deliveredAt: now),
                        clocks: reporter.details.anonymous ? [] : clocks.start(["XF-ASK-REVIEW"], at: now)))
            ]
        case .judge(let judged):
            let reporter = try known(judged.reporter, in: state)
            guard reporter.deliveredAt != nil, !reporter.withdrawn else { throw .notDelivered }
            if reporter.judgement != nil, let until = reporter.judgeUntil, clocks.date(of: now) > until {
                throw .windowOver(until)
            }
            return [.judged(judged)]
        case .endWindow(let id):
            let reporter = try known(id, in: state)
            guard let until = reporter.judgeUntil, clocks.date(of: now) > until, !reporter.isSettled else {
                throw .windowOpen
            }
            return [.windowEnded(.init(reporter: id, text: nil))]
        case .close(let reason):
            // Closing over a resident's "not solved" is possible, but never without saying why.
            if state.judgement == .notSolved || state.phase == .withdrawn, reason == nil {
                throw .reasonMissing(.close)
            }
            return [.closed(.init(text: reason))]
        case .reopen(let reporter, let reason):
            if let reporter { _ = try known(reporter, in: state) }
            let rule = state.lead == nil ? "XF-TRANSFER" : "XF-HANDLE"
            return [.reopened(.init(reporter: reporter, reason: reason, clocks: clocks.start([rule], at: now)))]
        case .withdraw(let id, let reason):
            guard !(try known(id, in: state).withdrawn) else { throw .alreadyWithdrawn }
            return [.withdrawn(.init(reporter: id, text: reason))]
        default: throw .notNow(command.name, state.phase)
        }
    }

    /// Commands that change nothing in the course of the matter.
    private static func tend(_ state: CaseState, _ command: CaseCommand) throws(CaseError) -> [CaseEvent] {
        switch command {
        case .note(let text): return [.noted(.init(text: text))]
        case .contact(let method, let result): return [.contacted(.init(method: method, result: result))]
        case .message(let text): return [.messaged(.init(text: text))]
        case .addWords(let id, let text):
            _ = try known(id, in: state)
            return [.worded(.init(reporter: id, text: text))]
        case .link(let link):
            guard link.other != state.id else { throw .linkToItself }
            guard !state.links.contains(where: { $0.other == link.other }) else { throw .alreadyLinked }
            return [.linked(link)]
        case .restrict(let staff, let reason):
            guard !staff.isEmpty else { throw .nobodyNamed }
            return [.restricted(.init(staff: staff, reason: reason))]
        case .unrestrict(let reason):
            guard state.restrictedTo != nil else { throw .notRestricted }
            return [.unrestricted(.init(text: reason))]
        case .reveal(let id, let reason):
            _ = try known(id, in: state)
            return [.contactRevealed(.init(reporter: id, text: reason))]
        case .reissueCode(let id, let hash, let reason):
            _ = try known(id, in: state)
            return [.codeReissued(.init(reporter: id, codeHash: hash, reason: reason))]
        case .addReporter(let details, let channel, let body):
            return [.reporterAdded(.init(reporter: details, channel: channel, body: body))]
        case .categorise(let category, let area): return [.categorised(.init(category: category, area: area))]
        case .recuse(let staff, let reason): return [.recused(.init(staff: staff, reason: reason))]
        case .erasePerson(let id, let texts):
            let reporter = try known(id, in: state)
            guard !reporter.erased else { throw .alreadyErased }
            return [.personErased(.init(reporter: id, person: reporter.details.person, texts: texts))]
        default: throw .notNow(command.name, state.phase)
        }
    }

    private static func known(_ id: ReporterID, in state: CaseState) throws(CaseError) -> CaseState.Reporter {
        guard let reporter = state.reporters.first(where: { $0.details.id == id }) else { throw .unknownReporter }
        return reporter
    }
}

/// Computes due dates for the lifecycle; the rule pack and the calendar stand behind it.
public protocol CaseClocks: Sendable {
    /// Clocks of these rules, counted from `instant`; a rule that the pack does not have starts none.
    func start(_ rules: [String], at instant: Instant) -> [ClockStart]
    /// The last day on which a resident can judge (and change the judgement).
    func judgeUntil(deliveredAt instant: Instant) -> LocalDate
    /// The local date of a moment.
    func date(of instant: Instant) -> LocalDate
}
