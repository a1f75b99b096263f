internal import Casework
internal import Kernel
internal import Ledger

/// What the resident is asked for: whether it is solved, and what an application lacks.
extension MatterModel {
    // MARK: Judging

    private var mayChange: Bool {
        reporter?.judgement == nil || reporter?.judgeUntil.map { matter.today <= $0 } ?? false
    }

    var canJudge: Bool {
        CaseCommand.Name.judge.phases.contains(state.phase) && reporter?.deliveredAt != nil && mayChange
            && reporter?.withdrawn == false
    }

    var judging: Fields {
        let until = reporter?.judgeUntil
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
            "canJudge": .flag(canJudge), "judged": .optional(judged(untilWords)),
            "outcomeError": .text(request.message(input.errors, for: "outcome")),
            "isSolved": .flag(chosen == "solved"), "isPartly": .flag(chosen == "partly"),
            "isNot": .flag(chosen == "not"),
            "isGood": .flag(attitude == "good"), "isFair": .flag(attitude == "fair"),
            "isPoor": .flag(attitude == "poor"),
            "judgeWords": .text(form?.text("words") ?? file.text(reporter?.judgement?.words)),
            "fourOpen": .flag(questions.contains { $0["isYes"]?.isTrue == true || $0["isNo"]?.isTrue == true }),
            "intake": .optional(state.asksOfIntake ? intake(form) : nil), "callText": .text(callText),
            "questions": .list(questions), "judgeUntil": .text(untilWords),
            "judgedUnit": .text(state.reply.map { matter.unit($0.unit) }), "judgeSubmission": request.newSubmission(),
        ]
    }

    /// The office that took it in is judged by itself, where another unit answered (Art. 21).
    private func intake(_ form: Form?) -> Fields {
        let chosen = form?.text("intake") ?? reporter?.judgement?.intake?.rawValue ?? ""
        return [
            "legend": .text(words.text("portal.intake", ["unit": matter.unit(state.receivedBy)])),
            "isGood": .flag(chosen == "good"), "isFair": .flag(chosen == "fair"), "isPoor": .flag(chosen == "poor"),
        ]
    }

    /// Somebody will call; whoever judges now is not called.
    private var callText: String {
        guard let day = reporter?.callsOn else { return "" }
        let key = day <= matter.today ? "portal.callSoon" : "portal.callFrom"
        return words.text(key, ["date": words.date(day, today: matter.today)])
    }

    private func judged(_ until: String) -> Fields? {
        guard let judgement = reporter?.judgement else { return nil }
        let verdict = words.name("judgement", judgement.outcome)
        let key = mayChange ? "pages.judgedChangeable" : "pages.judgedFinal"
        let isUnsolved = judgement.outcome != .solved
        // Somebody who says that it is not solved is led on at once: to the higher office first, where there is one.
        return [
            "text": .text(words.text(key, ["verdict": verdict, "date": until])),
            "goesOn": .flag(isUnsolved && offer != nil),
        ]
    }

    // MARK: Completing an application

    var correctionIsOpen: Bool {
        state.correction.map { $0.corrected == nil } ?? false && CaseCommand.Name.correct.phases.contains(state.phase)
    }

    var correcting: Fields {
        [
            "canCorrect": .flag(correctionIsOpen),
            "correctionAsked": .paragraphs(matter.quoted(state.correction?.asked, in: file)),
            "correction": .text(input.correction), "correctionSubmission": request.newSubmission(),
            "correctionError": .text(request.message(input.errors, for: "correction")),
        ]
    }

    // MARK: What was promised

    var promises: Fields {
        let rows = state.promises.map { promise -> Fields in
            let standing = promise.standing(on: matter.today)
            let shape =
                switch standing {
                case .open: "plenty"
                case .kept: "solved"
                case .late: "near"
                case .broken: "over"
                case .withdrawn: "pause"
                }
            let settled = promise.settled.map { words.date($0.on, today: matter.today) } ?? ""
            return [
                "text": .text(matter.quoted(promise.made.text, in: file)),
                "unit": .text(matter.unit(promise.made.unit)),
                "dueText": .text(words.text("remedies.lastDay", ["date": words.dateAndWeekday(promise.made.due)])),
                "state": .text(shape),
                "words": .text(words.text("remedies.standing.\(standing.rawValue)", ["date": settled])),
                "settled": .text(matter.quoted(promise.settled?.text, in: file)),
            ]
        }
        return ["hasPromises": .flag(!rows.isEmpty), "promises": .list(rows)]
    }
}
