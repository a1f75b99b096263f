internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The fields of a resident's page about an own matter.
struct MatterModel {
    let matter: MatterWords
    let file: CaseFile
    let id: ReporterID
    let input: MatterInput
    let request: PageRequest

    private var state: CaseState { file.state }
    private var words: Words { matter.words }
    private var reporter: CaseState.Reporter? { file.reporter(id) }

    var fields: Fields {
        var fields: Fields = [
            "number": .text(state.number), "subject": .text(file.text(state.title) ?? state.number),
            "status": .group(status), "deadlineSentence": .text(deadlineSentence), "leadSentence": .text(leadSentence),
            "why": .optional(state.nextClock.map { matter.why($0.start, of: state) }), "banner": .optional(banner),
        ]
        fields.merge(letter)
        fields["entries"] = .list(ResidentTimeline(words: matter, file: file, reporter: id).entries())
        fields.merge(judging)
        fields.merge(asking)
        fields.merge(reads)
        return fields
    }

    // MARK: Head

    private var status: Fields {
        let shown: String
        switch state.phase {
        case .closed, .judged: shown = reporter?.judgement.map { Self.verdictShape($0.outcome) } ?? "done"
        case .replied, .delivered, .unjudged: shown = "done"
        case .withdrawn: shown = "pause"
        case .registered, .dispatched, .objected, .inHand:
            shown = state.nextClock.map { matter.clockState($0, of: state).urgency.shape } ?? "plenty"
        }
        return ["state": .text(shown), "words": .text(words.name("residentPhase", state.phase))]
    }

    static func verdictShape(_ verdict: Judgement) -> String {
        switch verdict {
        case .solved: "solved"
        case .partly: "partly"
        case .notSolved: "not"
        }
    }

    private var deadlineSentence: String {
        if let clock = state.nextClock {
            let due = matter.due(clock.start, of: state)
            let clockState = matter.clockState(clock, of: state)
            // Until somebody has accepted, what is promised is to say who answers.
            let isAnswer = clock.start.rule == "XF-HANDLE"
            guard !isAnswer else { return words.deadlineSentence(due: due, state: clockState) }
            return words.text(
                clockState.urgency == .overdue ? "pages.notifyLate" : "pages.notifyBy",
                ["date": words.dateAndWeekday(due), "clock": words.clock(clockState)])
        }
        guard let repliedAt = state.repliedAt else { return "" }
        return words.text(
            "pages.answeredOn", ["date": words.date(matter.book.zone.date(of: repliedAt), today: matter.today)])
    }

    private var leadSentence: String {
        guard let handler = state.handler else {
            return words.text("pages.responsible", ["unit": matter.unit(state.responsible)])
        }
        return words.text("pages.lead", ["unit": matter.unit(state.responsible), "person": matter.staff(handler)])
    }

    private var banner: Fields? {
        guard let clock = state.nextClock, matter.clockState(clock, of: state).urgency == .overdue else { return nil }
        let due = words.dateAndWeekday(matter.due(clock.start, of: state))
        return [
            "isWait": false, "isLate": true, "heading": .text(words.text("pages.lateHeading", ["date": due])),
            "text": .text(words.text("pages.lateText", ["hotline": request.site.settings.hotline])),
        ]
    }

    // MARK: Letter

    private var letter: Fields {
        let body = file.letter(of: id) ?? words.text("pages.letterErased")
        let isFirst = state.reporters.first?.details.id == id
        let zone = matter.book.zone
        let place = isFirst ? file.text(state.place) : nil
        let wish = isFirst ? file.text(state.wish) : nil
        let area = isFirst ? matter.area(state.area) : ""
        let places = [place ?? "", area].filter { !$0.isEmpty }.joined(separator: words.text("word.comma"))
        return [
            "letterChannel": .text(words.name("channel", state.channel)),
            "letterDate": .text(words.fullDate(zone.date(of: state.registeredAt))),
            "letterISO": .text(zone.date(of: state.registeredAt).description),
            "letterLang": .text(MatterWords.language(of: body)), "letterName": .text(file.contacts[id]?.name),
            "letterParagraphs": .paragraphs(body), "hasLetterFacts": .flag(!places.isEmpty || wish != nil),
            "letterPlace": .text(places), "letterWish": .text(wish),
        ]
    }

    // MARK: Judging

    private var judging: Fields {
        let isOpen = [.replied, .delivered, .judged, .unjudged].contains(state.phase) && reporter?.deliveredAt != nil
        let until = reporter?.judgeUntil
        let mayChange = reporter?.judgement == nil || until.map { matter.today <= $0 } ?? false
        let canJudge = isOpen && mayChange && reporter?.withdrawn == false
        let form = input.judgement
        let chosen = form?.text("outcome") ?? reporter?.judgement.map { Self.verdictShape($0.outcome) } ?? ""
        let attitude = form?.text("attitude") ?? reporter?.judgement?.attitude?.rawValue ?? ""
        let names = ["support", "agree", "glad", "consent"]
        let answers = reporter?.judgement?.answers
        let kept = [answers?.supports, answers?.approves, answers?.pleased, answers?.agrees]
        let questions = zip(names, kept).map { name, kept -> Fields in
            let value = form?.text(name) ?? kept.map { $0 ? "yes" : "no" } ?? ""
            return [
                "name": .text(name), "isSupport": .flag(name == "support"), "isAgree": .flag(name == "agree"),
                "isGlad": .flag(name == "glad"), "isConsent": .flag(name == "consent"), "isYes": .flag(value == "yes"),
                "isUnsure": .flag(value == "unsure"), "isNo": .flag(value == "no"),
            ]
        }
        let untilWords = until.map { words.date($0, today: matter.today) } ?? ""
        return [
            "canJudge": .flag(canJudge), "judged": .optional(judged(untilWords, mayChange: mayChange)),
            "outcomeError": .text(request.message(input.errors, for: "outcome")),
            "isSolved": .flag(chosen == "solved"), "isPartly": .flag(chosen == "partly"),
            "isNot": .flag(chosen == "not"),
            "isGood": .flag(attitude == "good"), "isFair": .flag(attitude == "fair"),
            "isPoor": .flag(attitude == "poor"),
            "judgeWords": .text(form?.text("words") ?? file.text(reporter?.judgement?.words)),
            "fourOpen": .flag(questions.contains { $0["isYes"]?.isTrue == true || $0["isNo"]?.isTrue == true }),
            "questions": .list(questions), "judgeUntil": .text(untilWords),
            "judgedUnit": .text(state.reply.map { matter.unit($0.unit) }), "judgeSubmission": request.newSubmission(),
        ]
    }

    private func judged(_ until: String, mayChange: Bool) -> Fields? {
        guard let judgement = reporter?.judgement else { return nil }
        let verdict = words.name("judgement", judgement.outcome)
        let key = mayChange ? "pages.judgedChangeable" : "pages.judgedFinal"
        return ["text": .text(words.text(key, ["verdict": verdict, "date": until]))]
    }

    // MARK: What else can be done

    private var asking: Fields {
        let review = matter.reviewUntil(state)
        let canReopen = [.delivered, .judged, .unjudged, .closed, .withdrawn].contains(state.phase)
        let parent = matter.organisation.path(of: state.responsible).dropLast().last
        return [
            "canAddWords": true, "words": .text(input.words), "wordsSubmission": request.newSubmission(),
            "wordsError": .text(request.message(input.errors, for: "words")), "canReopen": .flag(canReopen),
            "reopenUntil": "", "reopenReasons": .text(input.reopenReasons), "reopenSubmission": request.newSubmission(),
            "reopenError": .text(request.message(input.errors, for: "reason")),
            "reviewUntil": .text(review.map { words.date($0, today: matter.today) }),
            "reviewBody": .text(parent.map { $0.name.text(isEnglish: matter.isEnglish) }),
            "canWithdraw": .flag(CasePhase.open.contains(state.phase) && reporter?.withdrawn == false),
            "withdrawReason": .text(input.withdrawReason), "withdrawSubmission": request.newSubmission(),
            "withdrawError": .text(request.message(input.errors, for: "confirm")),
        ]
    }

    private var reads: Fields {
        let rows = file.entries.compactMap { entry -> Fields? in
            guard case .contactRevealed(let p) = entry.event, p.reporter == id,
                case .staff(let staff, let unit) = entry.stored.actor
            else { return nil }
            return [
                "who": .text(matter.staff(staff)), "unit": .text(matter.unit(unit)),
                "what": .text(words.text("pages.contactData")), "reason": .text(file.text(p.text)),
                "when": .text(words.relative(entry.stored.recordedAt, now: matter.now)),
                "iso": .text(words.iso(entry.stored.recordedAt)),
            ]
        }
        let print = words.fingerprint(file.fingerprint)
        return [
            "readsSummary": .text(words.counted(rows.isEmpty ? "pages.readsNever" : "pages.reads", rows.count)),
            "reads": .list(rows), "fingerprint": .text(print), "fingerprintStart": .text(String(print.prefix(19))),
        ]
    }
}
