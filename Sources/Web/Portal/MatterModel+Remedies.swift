internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What else a resident can do, the right thing first: a higher office where there is an opinion, else once more here.
extension MatterModel {
    var asking: Fields {
        let canReopen = CaseCommand.Name.reopen.phases.contains(state.phase) && state.openReview == nil
        let reopenHint =
            state.phase == .routed
            ? "remedies.reopenRouted" : offer == nil ? "portal.reopenHint" : "remedies.reopenBesides"
        return [
            "canReview": .flag(offer != nil),
            "reviewTitle": .text(words.text("remedies.reviewTitle.\(offer?.stage == 2 ? "2" : "1")")),
            "reviewHint": .text(offer.map(reviewHint)),
            "isInReview": .flag(state.openReview != nil), "rights": .list(rights), "hasRights": .flag(!rights.isEmpty),
            "canAddWords": true, "words": .text(input.words), "wordsSubmission": request.newSubmission(),
            "wordsError": .text(request.message(input.errors, for: "words")), "canReopen": .flag(canReopen),
            "reopenHint": .text(words.text(reopenHint)), "reopenReasons": .text(input.reopenReasons),
            "reopenSubmission": request.newSubmission(),
            "reopenError": .text(request.message(input.errors, for: "reason")),
            "canWithdraw": .flag(CasePhase.open.contains(state.phase) && reporter?.withdrawn == false),
            "withdrawReason": .text(input.withdrawReason), "withdrawSubmission": request.newSubmission(),
            "withdrawError": .text(request.message(input.errors, for: "confirm")),
        ]
    }

    private func reviewHint(_ offer: ReviewOffer) -> String {
        let values = ["body": offer.bodyName, "date": offer.lastDay.map { words.date($0, today: matter.today) } ?? ""]
        if offer.isLate { return words.text("remedies.reviewHintLate", values) }
        return words.text(offer.lastDay == nil ? "remedies.reviewHintNoDay" : "remedies.reviewHint", values)
    }

    /// Rights that are used elsewhere, before another organ or a court, each with its last day.
    private var rights: [Fields] {
        guard state.kind == .information, reporter?.deliveredAt != nil else { return [] }
        return ResidentClock.all(file, matter).filter { $0.aim == .right }.map { right in
            let source = matter.sourceWords(matter.rule(right.clock.start, of: state))
            return right.fields.merging(["basis": .text(source)])
        }
    }

    /// The end of the three steps: what holds now, and what remains open all the same (Art. 36, 37).
    var ending: Fields {
        let second = state.reviews.last { $0.stage == 2 && $0.decided != nil && $0.deliveredAt != nil }
        let isFinal = second.map { $0.decided?.outcome != .redo } ?? false && state.openReview == nil
        return [
            "isFinal": .flag(isFinal && [.concluded, .closed].contains(state.phase)),
            "newFactsURL": .text("/write?about=\(state.number)"),
        ]
    }

    func reads(_ timeline: ResidentTimeline) -> Fields {
        let rows = timeline.reads()
        let print = words.fingerprint(file.fingerprint)
        return [
            "readsSummary": .text(words.counted(rows.isEmpty ? "pages.readsNever" : "pages.reads", rows.count)),
            "reads": .list(rows), "fingerprint": .text(print), "fingerprintStart": .text(String(print.prefix(19))),
        ]
    }
}
