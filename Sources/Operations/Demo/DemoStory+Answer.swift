internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

extension DemoStory {
    /// The signed reply. Most come within two weeks, some late.
    mutating func answer(again: Bool = false) throws -> Bool {
        try extend()
        let isSlow = item.halt == nil && random.chance(7)
        guard isSlow ? after(40, 70) : random.chance(60) ? after(1.5, 9) : after(6, 26) else { return false }
        let roles: [Role] = [.approver, .handler]
        guard let signer = world.member(roles, of: state.responsible, except: state.recused, &random) else {
            return false
        }
        scene.repliedOn = world.zone.date(of: time)
        if let visit = scene.visitedOn, visit > world.zone.date(of: time) { scene.visitedOn = scene.repliedOn }
        let outcome: ReplyOutcome = again || random.chance(58) ? .solved : pattern.otherOutcome
        let body = text(outcome == .solved ? pattern.solved : pattern.other)
        let isRefusal = outcome == .explained || outcome == .notSupported
        let opening = phrase("replyOpening")
        let closing = phrase("replyClosing")
        var draft = ReplyDraft(
            outcome: outcome, body: "\(opening)\n\(body)\n\(closing)",
            basis: isRefusal || random.chance(25) ? scene.law : nil,
            remedies: isRefusal || random.chance(50) ? phrase("remedies") : nil)
        draft.request = phrase("request")
        draft.facts = phrase("facts")
        if state.triage?.sort == .suggestion {
            draft.adoption = outcome == .solved ? .adopted : outcome == .partly ? .partlyAdopted : .notAdopted
        }
        if !isRefusal {
            draft.execution = random.chance(25) ? .promised : .done
            if draft.execution == .promised {
                let due = world.zone.date(of: time).adding(days: random.number(5...40))
                draft.promises = [PromiseDraft(kind: .execution, text: phrase("execution"), due: due)]
            } else {
                draft.executedOn = world.zone.date(of: time)
                draft.executionWords = phrase("executionProof")
            }
        }
        try chronicle.reply(draft, by: .staff(signer.id, unit: signer.unit), at: time)
        scene.repliedOn = nil
        return true
    }

    /// Everybody gets the reply: on the portal when they look, else from the unit.
    mutating func deliver() throws -> Bool {
        for reporter in state.reporters where reporter.deliveredAt == nil && !reporter.withdrawn {
            let isOnline = state.channel == .web || random.chance(25)
            guard isOnline ? after(0.05, 2.5, atWork: false) : after(0.05, 3) else { return false }
            let id = reporter.details.id
            if isOnline {
                try take(.deliver(reporter: id, method: .portal), by: .reporter(id))
            } else {
                let method = random.pick([DeliveryMethod.phone, .phone, .inPerson, .post, .homeVisit], or: .phone)
                try take(
                    .deliver(reporter: id, method: method),
                    by: try actor(.handler, .approver, of: state.responsible))
            }
        }
        return true
    }

    /// Some judge, some re-open, and for the others the window ends.
    mutating func judge() throws {
        for reporter in state.reporters where !reporter.isSettled {
            let isWanted =
                item.halt == .judged || (item.halt == nil && random.chance(52))
                || (item.halt == .closed && random.chance(75))
            guard isWanted, after(0.2, 9, atWork: false) else { continue }
            let draft = verdict(on: state.reply?.outcome ?? .solved)
            let id = reporter.details.id
            let isOnline = state.channel == .web || random.chance(40)
            let teller = isOnline ? Actor.reporter(id) : try actor(.receptionClerk, of: try world.unit("LX"))
            try chronicle.judge(id, draft, by: teller, at: time)
            if draft.outcome == .notSolved, item.halt == nil, random.chance(50) { return try again(id) }
        }
        try endWindows()
    }

    private mutating func again(_ reporter: ReporterID) throws {
        guard after(0.2, 6, atWork: false) else { return }
        let isResident = random.chance(70)
        let who = isResident ? Actor.reporter(reporter) : try actor(.supervisor, of: state.receivedBy)
        let reason = words(isResident ? "reopenReason" : "staffReopen")
        try take(.reopen(reporter: isResident ? reporter : nil, reason: reason), by: who)
        if state.phase == .registered {
            // Nobody was named before: the unit that has it goes on.
            guard try accept() else { return }
        }
        guard try work(), try answer(again: true), try deliver() else { return }
        for open in state.reporters where !open.isSettled && random.chance(60) {
            guard after(0.2, 6, atWork: false) else { return }
            try chronicle.judge(
                open.details.id, verdict(on: .solved), by: .reporter(open.details.id), at: time)
        }
        try endWindows()
    }

    private mutating func endWindows() throws {
        let waiting = state.reporters.filter { !$0.isSettled && $0.judgeUntil != nil }
        for reporter in waiting.sorted(by: {
            ($0.judgeUntil?.daysSinceEpoch ?? 0, $0.details.id) < ($1.judgeUntil?.daysSinceEpoch ?? 0, $1.details.id)
        }) {
            guard let until = reporter.judgeUntil, until < world.zone.date(of: world.now) else { continue }
            time = max(time, world.zone.instant(of: until.adding(days: 1), minute: 5))
            try take(.endWindow(reporter: reporter.details.id), by: .system("clock"))
        }
    }

    private mutating func verdict(on outcome: ReplyOutcome) -> JudgementDraft {
        let weights: [(Judgement, Double)] =
            outcome == .solved
            ? [(.solved, 80), (.partly, 13), (.notSolved, 7)] : [(.solved, 26), (.partly, 42), (.notSolved, 32)]
        var draft = JudgementDraft(outcome: random.pick(weighted: weights, or: .solved))
        let isGlad = draft.outcome == .solved
        if random.chance(70) {
            draft.attitude = isGlad || random.chance(60) ? .good : random.chance(60) ? .fair : .poor
        }
        if random.chance(35) {
            draft.answers = FourAnswers(
                supports: isGlad || random.chance(50), approves: isGlad || random.chance(40), pleased: isGlad,
                agrees: isGlad || random.chance(40))
        }
        if random.chance(55) {
            let kinds: [Judgement: String] = [
                .solved: "judgeSolved", .partly: "judgePartly", .notSolved: "judgeNotSolved",
            ]
            draft.words = kinds[draft.outcome].map { phrase($0) }
        }
        return draft
    }

    /// Promises are kept, some late, some not yet.
    mutating func keepPromises() throws {
        for promise in state.promises where promise.settled == nil {
            guard random.chance(80), after(2, 35) else { continue }
            let keeper = try actor(.handler, .approver, of: promise.made.unit)
            let isKept = random.chance(93)
            try take(
                .settlePromise(
                    id: promise.made.id, end: isKept ? .kept : .withdrawn,
                    text: words(isKept ? "promiseKept" : "promiseWithdrawn")), by: keeper)
        }
    }

    /// Some ask for a review, a few for a second one.
    mutating func review() throws {
        let wanted = [CasePhase.reviewing, .reviewed, .concluded]
        let isWanted = item.halt.map(wanted.contains) ?? false
        guard isWanted || (item.halt == nil && state.judgement == .notSolved && random.chance(45)) else { return }
        for stage in 1...2 {
            guard try reviewOnce(stage) else { return }
            guard item.halt == .concluded || (item.halt == nil && random.chance(30)) else { return }
        }
    }

    /// `false` when the story ends in this stage.
    private mutating func reviewOnce(_ stage: Int) throws -> Bool {
        guard let reporter = state.reporters.first(where: { $0.deliveredAt != nil && !$0.withdrawn })?.details.id,
            after(1, 12, atWork: false),
            let body = chronicle.reviewBody(in: world.organisation, on: world.zone.date(of: time))
        else { return false }
        try take(.askReview(reporter: reporter, reason: words("reviewReason"), body: body), by: .reporter(reporter))
        if item.halt == .reviewing { return false }
        guard item.halt == nil ? after(8, 28) : after(2, 5) else { return false }
        let involved = state.recused.union([state.reply?.signer, state.handler].compactMap { $0 })
        guard let judge = world.member([.reviewer], of: body, except: involved, &random) else { return false }
        let outcome: ReviewOutcome = item.halt == nil && stage == 1 && random.chance(25) ? .change : .maintain
        var decision = ReviewDecision(
            outcome: outcome, facts: words("reviewFacts"),
            body: words(outcome == .change ? "reviewChange" : "reviewMaintain", isIndexed: true),
            basis: words("reviewBasis"), law: [], unit: body, signer: judge.id)
        if outcome.needsExecution {
            (decision.execution, decision.executionWords) = (.notNeeded, words("reviewNothing"))
        }
        try take(.decideReview(decision), by: .staff(judge.id, unit: judge.unit))
        if item.halt == .reviewed { return false }
        guard after(0.2, 3) else { return false }
        try take(.deliverReview(reporter: reporter, method: .post), by: .staff(judge.id, unit: judge.unit))
        return true
    }

    /// A named person closes what is settled.
    mutating func finish() throws {
        try keepPromises()
        try review()
        guard state.openExecutions.isEmpty else { return }
        guard state.phase == .judged || state.phase == .unjudged else { return }
        guard item.halt == .closed || (item.halt == nil && random.chance(72)), after(0.5, 8) else { return }
        let reason = state.judgement == .notSolved ? words("closeNotSolved") : nil
        try take(.close(reason: reason), by: try actor(.supervisor, of: state.receivedBy))
    }
}
