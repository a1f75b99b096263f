internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What rulings on objections suggest for the duty catalogue: taken up or declined by a person.
extension RulebookPages {
    /// What rulings on objections suggest: numbers only, as administrators see no matter.
    func proposals(_ request: PageRequest, _ errors: [PlainError]) async throws -> RulebookBlock {
        let words = request.words
        let viewer = try request.staff
        let isEnglish = words.language.isEnglish
        let all = try await casework.catalogueProposalCounts(for: viewer)
        let declined = try await request.site.organisation.history(of: .catalogue, limit: 500)
            .filter { $0.kind == "proposalDeclined" }
        let open = all.filter { proposal in
            !declined.contains {
                $0.category == proposal.category && $0.area == proposal.area && $0.to == proposal.to
                    && $0.at >= proposal.newest
            }
        }
        var block = RulebookBlock(
            id: "proposals", heading: words.text("rulebook.proposals"), hint: words.text("rulebook.proposalsHint"))
        if open.isEmpty { block.sentences = [words.text("rulebook.noProposals")] }
        for proposal in open.prefix(20) {
            let unit = viewer.organisation.unit(proposal.to)
            let values = [
                "category": viewer.organisation.pathName(ofCategory: proposal.category, isEnglish: isEnglish),
                "unit": unit?.name.text(isEnglish: isEnglish) ?? "", "n": words.number(proposal.rulings),
                "date": words.fullDate(words.zone.date(of: proposal.newest)),
            ]
            var items = [Form.Item(name: "category", value: proposal.category)]
            items.append(.init(name: "unit", value: unit?.code ?? ""))
            if let area = proposal.area { items.append(.init(name: "area", value: area)) }
            if let entry = proposal.entry { items.append(.init(name: "id", value: entry)) }
            block.sentences.append(words.text("rulebook.proposal", values))
            block.links.append(
                (words.text("rulebook.accept", values), "/admin/catalogue/line?\(Form(items).urlEncoded)"))
            var hidden: [(name: String, value: String)] = [
                ("category", proposal.category), ("to", "\(proposal.to)"),
            ]
            if let area = proposal.area { hidden.append(("area", area)) }
            block.forms.append(
                RulebookForm(
                    id: "decline-\(proposal.to)-\(proposal.category.replacing(".", with: "-"))",
                    action: "/admin/catalogue/decline", button: words.text("rulebook.decline"),
                    inputs: reasonInputs(words), hidden: hidden, submission: request.newSubmission(), errors: errors))
        }
        return block
    }

    func declineProposal(_ request: PageRequest) async throws -> Response {
        let (viewer, form) = (try request.staff, request.form)
        return try await run {
            guard let to = form.id("to", of: Named.Unit.self) else { throw PlainError(.notFound, "rulebook.noEntry") }
            try await request.site.organisation.declineProposal(
                category: form.text("category"), area: form.text("area").isEmpty ? nil : form.text("area"), to: to,
                reason: form.text("reason"), submission: try request.requiredSubmission, by: viewer.actor)
            return request.redirect(to: "/admin/catalogue?done=declined")
        } again: { errors in
            try await catalogue(request, errors: errors, failed: "decline")
        }
    }
}
