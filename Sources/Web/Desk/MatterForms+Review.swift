internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// Review (复查) and second review (复核): the request at the counter, the decision, its delivery.
extension MatterForms {
    private var state: CaseState { page.state }
    private var words: MatterWords { page.words }

    /// A request that a resident makes at the counter or by post.
    func takeReview() -> Fields? {
        guard state.kind == .petition, state.reply != nil else { return nil }
        let typed = state(.takeReview)
        let organisation = words.organisation
        guard
            let body = organisation.reviewBody(
                after: state.remedies.map(\.body), reply: state.reply?.unit, on: words.today)
        else { return nil }
        var fields = typed.fields(["reason", "posted"])
        fields["reporters"] = readers(typed)
        let stage = StaffSentence(words: words, file: page.file).stage(state.remedies.count + 1)
        let right = state.clocks.last { words.isRight($0.start, of: state) && $0.endedAt == nil }
        let until = right.map { words.words.dateAndWeekday(words.due($0.start, of: state)) }
        fields["hint"] = .text(
            words.text(
                until == nil ? "proc.takeReviewHint" : "proc.takeReviewUntil",
                ["stage": stage, "unit": words.unit(body), "date": until ?? ""]))
        return fields
    }

    /// The decision of the body, with what it decides about.
    func review() -> Fields? {
        guard let review = state.openReview, let reply = state.reply else { return nil }
        // Only people of the deciding body sign, whatever rights others have over it.
        guard words.organisation.isInside(page.viewer.staff.unit, review.body) else { return nil }
        let typed = state(.decideReview)
        var fields = typed.fields(
            ["outcome", "facts", "body", "basis", "law", "execution", "executionDue", "executionText"])
        let stage = StaffSentence(words: words, file: page.file).stage(review.stage)
        fields["prefix"] = "review"
        fields["heading"] = .text(words.text("proc.reviewHeading", ["stage": stage]))
        fields["outcomes"] = typed.options("outcome", ReviewOutcome.allCases, family: "reviewOutcome")
        fields["laws"] = lawInputs(typed)
        fields["execution"] = .group(execution(typed, prefix: "review", [.promised, .notNeeded]))
        fields["asked"] = .group([
            "text": .text(words.quoted(review.asked.reason, in: page.file)),
            "who": .text(words.reporter(review.asked.reporter, in: page.file)),
            "when": .text(words.words.relative(review.at, now: words.now)),
            "late": .text(review.asked.late ? words.text("story.reviewLate") : ""),
        ])
        fields["earlier"] = .list(earlier(reply, before: review))
        return fields
    }

    /// What was decided before: the reply, and the first review where this is the second.
    private func earlier(_ reply: CaseEvent.Replied, before review: CaseState.Review) -> [Fields] {
        var rows = [
            decided(
                words.text("proc.earlierReply", ["unit": words.unit(reply.unit)]),
                words.words.name("outcome", reply.outcome), words.quoted(reply.body, in: page.file),
                StaffTimeline.blocks(words.blocks(reply, in: page.file)),
                words.basis(reply.law, reply.basis, in: page.file))
        ]
        if review.stage == 2, let first = state.remedies.first?.decided {
            rows.append(
                decided(
                    words.text("proc.earlierReview", ["unit": words.unit(first.unit)]),
                    words.words.name("reviewOutcome", first.outcome), words.quoted(first.body, in: page.file),
                    StaffTimeline.blocks(words.blocks(first, in: page.file)),
                    words.basis(first.law, first.basis, in: page.file)))
        }
        return rows
    }

    private func decided(
        _ heading: String, _ outcome: String, _ body: String, _ blocks: Field, _ basis: String
    ) -> Fields {
        [
            "heading": .text(heading), "outcome": .text(outcome), "lang": .text(MatterWords.language(of: body)),
            "paragraphs": .paragraphs(body), "blocks": blocks, "basis": .text(basis),
        ]
    }

    /// The decision that the resident who asked has not had yet.
    func reviewDelivery() -> Fields? {
        guard let review = state.reviews.last(where: { $0.decided != nil }), review.deliveredAt == nil,
            let reporter = state.reporters.first(where: { $0.details.id == review.asked.reporter }), !reporter.erased
        else { return nil }
        var fields = state(.deliverReview).fields(["how", "when"])
        fields["reporter"] = .text("\(reporter.details.id)")
        fields["reporterName"] = .text(words.reporter(reporter.details.id, in: page.file))
        return fields
    }

    /// Inputs that complete to an article of the rule library; one more than is filled, at least three.
    func lawInputs(_ typed: FormState, first: String? = nil) -> Field {
        let entered = typed.form.map { $0.values("law").filter { !$0.isEmpty } } ?? [first].compactMap { $0 }
        let count = min(10, max(3, entered.count + 1))
        return .list(
            (0..<count).map { index in
                ["text": .text(index < entered.count ? entered[index] : ""), "n": .text("\(index + 1)")]
            })
    }
}
