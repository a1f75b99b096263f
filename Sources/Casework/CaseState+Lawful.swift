internal import Kernel
internal import Organisation

/// How the events of the lawful process change a matter.
extension CaseState {
    mutating func applyLawful(_ event: CaseEvent, actor: Actor, at instant: Instant) {
        switch event {
        case .triaged(let p):
            triage = p
            end(with: .triage, at: instant)
            replace(p.ended ?? [], at: instant)
            start(p.clocks, at: instant)
        case .routed(let p):
            phase = .routed
            route = p
            objection = nil
            extensionWish = nil
            end(with: .route, at: instant)
            endDuties(at: instant)
            start(p.clocks, at: instant)
        case .accusedNamed(let p):
            accusedStaff.formUnion(p.staff)
            accusedUnits.formUnion(p.units)
            if let handler, p.staff.contains(handler) { self.handler = nil }
            if let home = p.returnsTo {
                phase = .registered
                responsible = home
                lead = nil
                handler = nil
                objection = nil
                endDuties(at: instant)
                start(p.clocks, at: instant)
            }
        case .disputeRaised(let p):
            objection?.step = p.step
            objection?.superior = p.superior
            objection?.raisedBy = actor
        case .helperRated(let p):
            if let index = helpers.lastIndex(where: { $0.unit == p.unit }) {
                helpers[index].ratings[p.side] = p.rating
            }
        case .assisted: break
        case .reportedUp: reportedUpAt = instant
        case .noticeDelivered(let p): change(p.reporter) { $0.notices.insert(p.notice) }
        case .promised(let p): promises.append(Promise(made: p, at: instant, settled: nil))
        case .promiseSettled(let p):
            if let index = promises.firstIndex(where: { $0.made.id == p.id }) { promises[index].settled = p }
        case .settled(let p): settlements.append(p)
        case .correctionAsked(let p):
            correction = Correction(asked: p.text, at: instant, corrected: nil)
            end(with: .correctionRequest, at: instant)
        case .corrected(let p):
            correction?.corrected = p
            end(with: .correction, at: instant)
            start(p.clocks, at: instant)
        case .consulted(let p):
            consultations.append(Consultation(asked: p, answered: nil))
            start(p.clocks, at: instant)
        case .consultationAnswered(let p):
            let isOpen = { (one: Consultation) in one.asked.kind == p.kind && one.answered == nil }
            if let index = p.position ?? consultations.lastIndex(where: isOpen), consultations.indices.contains(index) {
                consultations[index].answered = p
                if let clock = consultedClock(consultations[index]) { clocks[clock].endedAt = instant }
            }
            // Their time runs until the last of them has answered.
            if consultations.allSatisfy({ $0.answered != nil }) { end(with: .consultationAnswer, at: instant) }
        case .reviewAsked, .reviewDecided, .reviewDelivered: applyRemedy(event, at: instant)
        default: applyClock(event)
        }
    }

    private mutating func applyRemedy(_ event: CaseEvent, at instant: Instant) {
        switch event {
        case .reviewAsked(let p):
            phase = .reviewing
            reviews.append(Review(asked: p, at: instant, decided: nil, decidedAt: nil, deliveredAt: nil))
            end(with: p.stage == 1 ? .reviewRequest : .rereviewRequest, at: instant)
            start(p.clocks, at: instant)
        case .reviewDecided(let p):
            guard let last = reviews.indices.last else { return }
            reviews[last].decided = p
            reviews[last].decidedAt = instant
            end(with: p.stage == 1 ? .reviewReply : .rereviewReply, at: instant)
            endDuties(at: instant)
            guard p.outcome == .redo else {
                phase = .reviewed
                return
            }
            // The organ decides anew, with a new clock, and what it said before does not count as an answer.
            phase = .inHand
            redoOf = reply
            for index in reporters.indices {
                reporters[index].judgement = nil
                reporters[index].judgedAt = nil
                reporters[index].deliveredAt = nil
                reporters[index].judgeUntil = nil
                reporters[index].windowEnded = false
            }
            start(p.clocks, at: instant)
        case .reviewDelivered(let p):
            guard let index = reviews.lastIndex(where: { $0.stage == p.stage && $0.decided != nil }) else { return }
            reviews[index].deliveredAt = instant
            start(p.clocks, at: instant)
            if p.stage == 2, phase == .reviewed { phase = .concluded }
        default: break
        }
    }

    private mutating func applyClock(_ event: CaseEvent) {
        switch event {
        case .extensionAsked(let p): extensionWish = p
        case .extensionRefused: extensionWish = nil
        case .extended(let p):
            extensionWish = nil
            let before = runningClock(p.clock.rule)?.start.due
            replace([p.clock]) {
                $0.extensions += 1
                $0.extendedFrom = before
            }
        case .paused(let p):
            for index in clocks.indices where clocks[index].endedAt == nil && p.rules.contains(clocks[index].start.rule)
            {
                clocks[index].paused = Pause(cause: p.cause, since: p.on)
            }
        case .resumed(let p): replace(p.clocks) { $0.paused = nil }
        case .recomputed(let p): replace(p.clocks) { _ in }
        case .escalated(let p):
            if let index = clocks.lastIndex(where: { $0.start.rule == p.rule && $0.endedAt == nil }) {
                clocks[index].escalations = p.step
            }
        case .hearingCalled(let p): hearings.append(Hearing(called: p, held: nil))
        case .hearingHeld(let p):
            if let last = hearings.indices.last { hearings[last].held = p }
        default: break
        }
    }

    /// Ends clocks of an earlier decision.
    private mutating func replace(_ ended: [CaseEvent.Triaged.Ended], at instant: Instant) {
        for old in ended {
            guard let index = clocks.lastIndex(where: { $0.start.rule == old.rule && $0.endedAt == nil }) else {
                continue
            }
            clocks[index].endedAt = instant
            clocks[index].paused = nil
            clocks[index].isReplaced = true
            clocks[index].wasMissed = old.late
        }
    }

    /// Gives running clocks new days.
    private mutating func replace(_ starts: [ClockStart], _ more: (inout Clock) -> Void) {
        var done: Set<Int> = []
        for start in starts {
            let running = clocks.indices.filter {
                clocks[$0].start.rule == start.rule && clocks[$0].endedAt == nil && !done.contains($0)
            }
            // Of those who were asked several have a clock of one rule, even of one day.
            guard let index = running.first(where: { clocks[$0].start.from == start.from }) ?? running.last else {
                continue
            }
            done.insert(index)
            // A new last day: whoever was to hear of the old one hears of the new one.
            if clocks[index].start.due < start.due { clocks[index].escalations = 0 }
            clocks[index].start = start
            more(&clocks[index])
        }
    }
}
