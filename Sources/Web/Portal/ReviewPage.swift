internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// Asking a higher office for a review or a second review: one page, filled in as far as we know it, and the same on
/// paper.
extension Portal {
    private enum Step: String { case send, paper }

    func review(_ request: PageRequest) async throws -> Response {
        try await reviewForm(request, reason: "", errors: [])
    }

    /// Sends the request, or lays it out for paper; nothing typed is lost when something is wrong.
    func askReview(_ request: PageRequest) async throws -> Response {
        let session = try request.reporterSession
        let reason = request.form.text("reason")
        if request.form.value("step", as: Step.self) == .paper {
            return try await paper(request, reason: reason)
        }
        do {
            try await casework.askReview(
                session.caseID, reason: reason, submission: try request.requiredSubmission, by: session.reporter)
            return request.redirect(to: "/matter?done=review")
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await reviewForm(request, reason: reason, errors: [error])
        }
    }

    /// The form on paper, with room to write by hand.
    func reviewPaper(_ request: PageRequest) async throws -> Response {
        try await paper(request, reason: "")
    }

    private func reviewForm(_ request: PageRequest, reason: String, errors: [PlainError]) async throws -> Response {
        guard let (model, fields) = try await offer(request) else {
            // Sent twice, or decided meanwhile: the page of the matter tells how it stands.
            return request.redirect(to: "/matter")
        }
        let more: Fields = [
            "reason": .text(reason), "reasonError": .text(request.message(errors, for: "reason")),
            "submission": request.submissionField(),
        ]
        let title = request.words.text("remedies.reviewTitle.\(model.stage == 2 ? "2" : "1")")
        return try await request.page(
            "portal/review", title: title, fields.merging(more),
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
    }

    private func paper(_ request: PageRequest, reason: String) async throws -> Response {
        guard let (model, fields) = try await offer(request) else { return request.redirect(to: "/matter") }
        let more: Fields = [
            "backURL": "/matter/review", "reasonParagraphs": .paragraphs(PlainText.cleaned(reason)),
            "hasReason": .flag(!PlainText.cleaned(reason).isEmpty),
        ]
        let title = request.words.text("remedies.paperTitle.\(model.stage == 2 ? "2" : "1")")
        return try await request.page("portal/review-paper", title: title, fields.merging(more))
    }

    private func offer(_ request: PageRequest) async throws -> (ReviewOffer, Fields)? {
        let session = try request.reporterSession
        let file = try await casework.file(session.caseID, for: session.reporter)
        let matter = try await matterWords(request)
        // What is asked about must have been read, and reading is recorded on the matter's own page.
        guard !file.state.hasUnread(for: session.reporter),
            let offer = ReviewOffer(file, for: session.reporter, matter)
        else { return nil }
        let more: Fields = [
            "number": .text(file.state.number), "subject": .text(file.text(file.state.title) ?? file.state.number),
            "applicant": .text(file.contacts[session.reporter]?.name),
            "today": .text(request.words.fullDate(matter.today)),
        ]
        return (offer, offer.fields.merging(more))
    }
}
