public import Kernel
internal import Ledger
internal import Organisation

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
            // After the second review nothing begins anew: the reason is a better answer than "not now".
            if state.phase == .concluded, [.reopen, .askReview].contains(command.name) { throw .concluded }
            if let merged = state.merged { throw .mergedAway(merged.number) }
            throw .notNow(command.name, state.phase)
        }
        switch command {
        case .dispatch, .accept, .object, .ruleObjection, .askHelper, .answerHelp:
            return try assign(state, command, at: now, clocks: clocks)
        case .triage, .nameAccused, .raiseDispute, .rateHelper:
            return try sort(state, command, at: now, clocks: clocks)
        case .reply(let reply, let promises):
            return try sign(state, reply, promises, at: now, clocks: clocks)
        case .deliver, .judge, .endWindow, .callBack, .close, .reopen, .withdraw:
            return try answer(state, command, at: now, clocks: clocks)
        case .askExtension, .refuseExtension, .extend, .recompute, .escalate, .callHearing, .holdHearing:
            return try time(state, command, at: now, clocks: clocks)
        case .askReview, .decideReview, .deliverReview:
            return try remedy(state, command, at: now, clocks: clocks)
        case .promise, .settlePromise, .settle, .assist, .reportUp, .deliverNotice:
            return try keep(state, command, at: now, clocks: clocks)
        case .askCorrection, .correct, .consult, .answerConsultation:
            return try apply(state, command, at: now, clocks: clocks)
        case .consent, .publish, .unpublish: return try show(state, command)
        case .attach, .withdrawAttachment: return try file(state, command)
        case .mergeInto, .absorb, .takeBack, .release, .followGuard:
            return try merge(state, command, at: now, clocks: clocks)
        case .split, .becomePart: return try divide(state, command)
        case .recall, .tag, .untag, .unlink: return try many(state, command, at: now, clocks: clocks)
        default:
            return try tend(state, command)
        }
    }

    /// Commands that decide who answers for the matter.
    private static func assign(
        _ state: CaseState, _ command: CaseCommand, at now: Instant, clocks: any CaseClocks
    ) throws(CaseError) -> [CaseEvent] {
        func transferred() -> [ClockStart] { clocks.start(on: .transfer, at: now, state.clockFacts) }
        switch command {
        case .dispatch(let lead, let entry, let entryVersion, let reason, let feedback):
            guard entry != nil || reason != nil else { throw .reasonMissing(.dispatch) }
            // A second dispatch before acceptance is an exception, so it always says why.
            guard state.phase == .registered || reason != nil else { throw .reasonMissing(.dispatch) }
            guard !state.accusedUnits.contains(lead) else { throw .unitAccused }
            return [
                .dispatched(
                    .init(
                        lead: lead, entry: entry, entryVersion: entryVersion, reason: reason, clocks: transferred(),
                        feedback: feedback))
            ]
        case .accept(let handler):
            guard !state.recused.contains(handler), !state.complains(ofStaff: handler) else { throw .recused }
            guard !state.accusedUnits.contains(state.lead ?? state.responsible) else { throw .unitAccused }
            guard state.isTriaged || !clocks.asksTriage else { throw .triageMissing }
            return [
                .accepted(.init(handler: handler, clocks: clocks.start(on: .acceptance, at: now, state.clockFacts)))
            ]
        case .object(let reason, let evidence):
            // After five working days the sender decides, and until then the unit stays responsible (Art. 23).
            let late = state.runningClock("XF-OBJECT").map { $0.start.due < clocks.date(of: now) } ?? false
            return [.objected(.init(text: reason, evidence: evidence, late: late))]
        case .ruleObjection(let upheld, let lead, let reason, let step, let conference):
            guard !upheld || (lead != nil && lead != state.lead) else { throw .newUnitMissing }
            if let lead, state.accusedUnits.contains(lead) { throw .unitAccused }
            // What was brought to the joint conference is decided by a meeting, not by whoever writes it down.
            guard state.objection?.step != .conference || conference != nil else { throw .conferenceMissing }
            return [
                .objectionRuled(
                    .init(
                        upheld: upheld, lead: upheld ? lead : nil, reason: reason, clocks: upheld ? transferred() : [],
                        step: step ?? state.objection?.step, conference: conference))
            ]
        case .askHelper(let unit, let ask, let due, let kind, let by):
            guard unit != state.responsible, !state.isHelping(unit) else { throw .alreadyInHand }
            guard !state.accusedUnits.contains(unit) else { throw .unitAccused }
            return [.helperAsked(.init(unit: unit, ask: ask, due: due, kind: kind, by: by ?? state.responsible))]
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
        case .deliver(let id, let method):
            let reporter = try known(id, in: state)
            guard reporter.deliveredAt == nil else { throw .alreadyDelivered }
            return [
                .delivered(
                    .init(
                        reporter: id, method: method, judgeUntil: clocks.judgeUntil(deliveredAt: now),
                        clocks: reporter.details.anonymous || state.openReview != nil || state.phase == .concluded
                            ? [] : clocks.start(on: .delivery, at: now, state.clockFacts),
                        callBackOn: clocks.callBack(deliveredAt: now)))
            ]
        case .callBack(let called): return try callBack(state, called, today: clocks.date(of: now))
        case .judge(var judged):
            let reporter = try known(judged.reporter, in: state)
            guard reporter.deliveredAt != nil, !reporter.withdrawn else { throw .notDelivered }
            if reporter.judgement != nil, let until = reporter.judgeUntil, clocks.date(of: now) > until {
                throw .windowOver(until)
            }
            // Where one unit did it all, there is nothing to be said of a second.
            if !state.asksOfIntake { judged.intake = nil }
            return [.judged(judged)]
        case .endWindow(let id):
            let reporter = try known(id, in: state)
            guard let until = reporter.judgeUntil, clocks.date(of: now) > until, !reporter.isSettled else {
                throw .windowOpen
            }
            return [.windowEnded(.init(reporter: id, text: nil))]
        case .close(let reason):
            guard state.openExecutions.isEmpty else { throw .executionOpen }
            try requireTold(state)
            // Closing over a resident's "not solved" is possible, but never without saying why.
            if state.judgement == .notSolved || state.phase == .withdrawn, reason == nil {
                throw .reasonMissing(.close)
            }
            return [.closed(.init(text: reason))]
        case .reopen(let reporter, let reason):
            if let reporter { _ = try known(reporter, in: state) }
            let moment: RuleMoment = state.lead == nil ? .receipt : .acceptance
            var facts = state.clockFacts
            facts.route = nil
            let started = clocks.start(on: moment, at: now, facts) + clocks.start(on: .reopening, at: now, facts)
            return [.reopened(.init(reporter: reporter, reason: reason, clocks: started))]
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
        case .message(let text, let canned):
            return [.messaged(.init(text: text, canned: canned.isEmpty ? nil : canned))]
        case .shelve(let mark): return [.shelved(.init(mark: mark))]
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
            if details.group == .representative, state.representatives >= GroupVisit.mostRepresentatives {
                throw .tooManyRepresentatives
            }
            return [.reporterAdded(.init(reporter: details, channel: channel, body: body))]
        case .categorise(let category, let area): return [.categorised(.init(category: category, area: area))]
        case .recuse(let staff, let reason): return [.recused(.init(staff: staff, reason: reason))]
        case .handOver(let staff):
            guard let handler = state.handler, handler != staff else { return [] }
            guard !state.recused.contains(staff), !state.complains(ofStaff: staff) else { throw .recused }
            return [.handedOver(.init(from: handler, to: staff))]
        case .erasePerson(let id, let texts):
            let reporter = try known(id, in: state)
            guard !reporter.erased else { throw .alreadyErased }
            return [.personErased(.init(reporter: id, person: reporter.details.person, texts: texts))]
        default: throw .notNow(command.name, state.phase)
        }
    }

    static func known(_ id: ReporterID, in state: CaseState) throws(CaseError) -> CaseState.Reporter {
        guard let reporter = state.reporters.first(where: { $0.details.id == id }) else { throw .unknownReporter }
        return reporter
    }
}
