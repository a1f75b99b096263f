public import Kernel
internal import Organisation

extension CaseState {
    /// The state after a matter's first event; `nil` when it is another event.
    public init?(id: CaseID, first event: CaseEvent, at instant: Instant) {
        guard case .registered(let p) = event else { return nil }
        self.init(
            id: id, number: p.number, phase: .registered, channel: p.channel, title: p.title, body: p.body,
            place: p.place, wish: p.wish, category: p.category, area: p.area, urgency: p.urgency, pack: p.pack,
            packVersion: p.packVersion, publishable: p.publishable, source: p.source, receivedBy: p.receivedBy,
            responsible: p.receivedBy, lead: nil, handler: nil, reporters: [Reporter(p.reporter)], helpers: [],
            clocks: p.clocks.map { Clock(start: $0, endedAt: nil) }, links: [], restrictedTo: nil, recused: [],
            registeredAt: instant, lastAt: instant, lastKind: event.kind, reopenings: 0, reply: nil, repliedAt: nil,
            version: 1, kind: p.kind ?? .petition, receiver: p.receiver, groupSize: p.groupSize, repeatOf: p.repeatOf,
            form: p.form)
        openSteps = [OpenStep(kind: .registered, at: instant, unit: nil)]
    }

    /// The state after one more event. Pure: the same events always give the same state.
    public func evolved(by event: CaseEvent, actor: Actor, at instant: Instant) -> CaseState {
        var next = self
        next.apply(event, actor: actor, at: instant)
        next.applyMerge(event, actor: actor, at: instant)
        next.applyPublic(event, at: instant)
        next.undo = next.undo(after: event, actor: actor, before: self, at: instant)
        if event.makesFormsStale { next.version += 1 }
        next.lastAt = instant
        next.lastKind = event.kind
        return next
    }

    private mutating func apply(_ event: CaseEvent, actor: Actor, at instant: Instant) {
        switch event {
        case .registered, .noted, .messaged, .worded, .contactRevealed: break
        case .reporterAdded(let p): reporters.append(Reporter(p.reporter))
        case .categorised(let p):
            category = p.category
            area = p.area
        case .dispatched(let p):
            phase = .dispatched
            lead = p.lead
            feedback = p.feedback
            noteMove(p.entry == nil ? .hand : .catalogue, to: p.lead, at: instant)
            end(with: .transfer, at: instant)
            start(p.clocks, at: instant)
        case .objected(let p):
            phase = .objected
            objection = Objection(unit: lead ?? responsible, at: instant, late: p.late ?? false, step: .agree)
            end(with: .objection, at: instant)
        case .objectionRuled(let p):
            noteRuling(p, at: instant)
            phase = .dispatched
            objection = nil
            lead = p.lead ?? lead
            end(with: .objectionRuling, at: instant)
            start(p.clocks, at: instant)
        case .accepted(let p):
            phase = .inHand
            responsible = lead ?? responsible
            handler = p.handler
            objection = nil
            acceptedAt = acceptedAt ?? instant
            end(with: .acceptance, at: instant)
            start(p.clocks, at: instant)
        case .helperAsked(let p):
            noteMove(p.kind == .callOut ? .callOut : .help, to: p.unit, from: p.by, at: instant)
            helpers.append(
                Helper(
                    unit: p.unit, askedAt: instant, due: p.due, answeredAt: nil, kind: p.kind ?? .help, by: p.by))
        case .helperAnswered(let p):
            if let index = helpers.firstIndex(where: { $0.unit == p.unit && $0.answeredAt == nil }) {
                helpers[index].answeredAt = instant
            }
        case .contacted: end(with: .contact, at: instant)
        case .calledBack(let p): noteCall(p)
        case .replied(let p):
            noteAnswer(p, at: instant)
            phase = .replied
            // The signed answer is the account.
            feedback = nil
            reply = p
            repliedAt = instant
            redoOf = nil
            extensionWish = nil
            for index in reporters.indices where reporters[index].judgement == nil {
                reporters[index].deliveredAt = nil
                reporters[index].judgeUntil = nil
            }
            endDuties(at: instant)
        case .delivered(let p):
            change(p.reporter) {
                $0.deliveredAt = instant
                $0.judgeUntil = p.judgeUntil
                $0.callBackOn = p.callBackOn
                $0.calls = 0
            }
            start(p.clocks, at: instant)
            settle()
        case .judged(let p):
            change(p.reporter) {
                $0.judgement = p
                $0.judgedAt = instant
                $0.windowEnded = false
            }
            noteJudgement(at: instant)
            settle()
        case .windowEnded(let p):
            change(p.reporter) { $0.windowEnded = true }
            settle()
        case .closed:
            phase = .closed
            endDuties(at: instant)
        case .reopened(let p):
            phase = lead == nil ? .registered : .inHand
            if route != nil {
                route = nil
                triage = nil
            }
            reopenings += 1
            for index in reporters.indices {
                reporters[index].judgement = nil
                reporters[index].judgedAt = nil
                reporters[index].deliveredAt = nil
                reporters[index].judgeUntil = nil
                reporters[index].windowEnded = false
                if reporters[index].details.id == p.reporter { reporters[index].withdrawn = false }
            }
            endAll(at: instant)
            start(p.clocks, at: instant)
        case .withdrawn(let p):
            change(p.reporter) { $0.withdrawn = true }
            if reporters.allSatisfy(\.withdrawn) {
                phase = .withdrawn
                endAll(at: instant)
            } else {
                settle()
            }
        case .linked(let p): links.append(p)
        case .restricted(let p): restrictedTo = p.staff
        case .unrestricted: restrictedTo = nil
        case .codeReissued(let p): change(p.reporter) { $0.codeHash = p.codeHash }
        case .personErased(let p):
            change(p.reporter) { $0.erased = true }
            eraseAttachments(of: p.reporter, at: instant)
        case .attached(let p): add(p, by: actor, at: instant)
        case .attachmentWithdrawn(let p): withdraw(p, at: instant)
        case .shelved(let p): shelves.append(Shelf(mark: p.mark, by: actor, at: instant))
        case .recused(let p):
            recused.insert(p.staff)
            if handler == p.staff { handler = nil }
        case .recalled, .tagged, .untagged, .unlinked: applyMany(event, at: instant)
        case .handedOver(let p): handler = p.to
        default: applyLawful(event, actor: actor, at: instant)
        }
    }

    mutating func change(_ id: ReporterID, _ body: (inout Reporter) -> Void) {
        guard let index = reporters.firstIndex(where: { $0.details.id == id }) else { return }
        body(&reporters[index])
    }

    /// After the reply, the phase follows from what each resident has received and said.
    mutating func settle() {
        guard [.replied, .delivered, .judged, .unjudged].contains(phase) else { return }
        let open = reporters.filter { !$0.withdrawn }
        if !open.allSatisfy({ $0.deliveredAt != nil }) {
            phase = .replied
        } else if !open.allSatisfy(\.isSettled) {
            phase = .delivered
        } else {
            phase = open.contains { $0.judgement != nil } ? .judged : .unjudged
        }
    }

    /// Starts clocks; one of the same rule that still runs gives way.
    mutating func start(_ starts: [ClockStart], at instant: Instant) {
        for start in starts {
            // What came with another matter only held the place: nobody has kept or missed it here.
            for index in clocks.indices where clocks[index].isInherited && clocks[index].endedAt == nil {
                if clocks[index].start.rule == start.rule { clocks[index].isReplaced = true }
            }
            // Each of those who were asked has a time of their own.
            if start.holder != .consulted { end(at: instant) { $0.rule == start.rule } }
            clocks.append(limited(start))
        }
    }

    /// Ends the clocks that a moment ends.
    mutating func end(with moment: RuleMoment, at instant: Instant) {
        end(at: instant) { $0.ends(with: moment) }
    }

    /// Ends what the offices owe, and the time of those whom they ask; a resident's rights go on.
    mutating func endDuties(at instant: Instant) { end(at: instant) { !$0.isRight } }

    mutating func endAll(at instant: Instant) { end(at: instant) { _ in true } }

    private mutating func end(at instant: Instant, where isMeant: (ClockStart) -> Bool) {
        for index in clocks.indices where clocks[index].endedAt == nil && isMeant(clocks[index].start) {
            clocks[index].endedAt = instant
            clocks[index].paused = nil
        }
    }
}

extension CaseState.Reporter {
    init(_ details: ReporterDetails) {
        self.init(
            details: details, codeHash: details.codeHash, deliveredAt: nil, judgeUntil: nil, judgement: nil,
            judgedAt: nil, windowEnded: false, withdrawn: false, erased: false)
    }
}

extension CaseEvent {
    /// Whether forms that were opened before are out of date: a resident who merely reads does not make the form of
    /// whoever is writing to them stale, nor does paper that is carried from one shelf to another.
    public var makesFormsStale: Bool {
        switch self {
        case .noticeDelivered, .shelved: false
        default: true
        }
    }
}
