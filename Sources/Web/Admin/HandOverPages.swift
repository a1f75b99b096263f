internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Workbench

extension AdminPages {
    /// How much open work somebody has, and to whom it shall go. Counts only: whoever keeps staff sees no letter.
    func handOverPage(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let organisation = viewer.organisation
        let member = try member(of: request, in: organisation)
        let work = try await casework.openWork(of: member.id)
        let typed = request.form.items.isEmpty ? nil : request.form
        let choices = organisation.allStaff.filter { other in
            other.isActive && other.id != member.id
                && Viewer(staff: other, organisation: organisation).may(.reply, on: nil)
        }
        .sorted { ($0.unit != member.unit ? 1 : 0, $0.signInName) < ($1.unit != member.unit ? 1 : 0, $1.signInName) }
        func options(_ field: String) -> Field {
            .list(
                choices.map { other in
                    [
                        "value": .text("\(other.id)"),
                        "label": .text("\(other.displayName) · \(words.unit(other.unit))"),
                        "selected": .flag(typed?.text(field) == "\(other.id)"),
                    ]
                })
        }
        let categories = work.byCategory.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }
        return try await page(
            "hand-over", title: words.text("admin.act.staff.hand-over"),
            [
                "heading": .text(words.text("admin.act.staff.hand-over")), "about": .text(member.displayName),
                "backURL": .text("/admin/staff/\(member.id)"), "action": .text(request.path),
                "matters": .text(words.words.counted("admin.handOver.matters", work.matters)),
                "promises": .text(
                    work.promises == 0 ? "" : words.words.counted("admin.handOver.promises", work.promises)),
                "isEmpty": .flag(work.matters == 0), "options": options("to"),
                "toError": .text(request.message(errors, for: "to")),
                "reason": .text(request.form.text("reason")),
                "reasonError": .text(request.message(errors, for: "reason")),
                "categories": .list(
                    categories.count < 2
                        ? []
                        : categories.map { code, count in
                            [
                                "code": .text(code),
                                "name": .text(organisation.pathName(ofCategory: code, isEnglish: words.isEnglish)),
                                "count": .text(words.words.number(count)), "options": options("to.\(code)"),
                            ]
                        }), "submission": request.submissionField(),
            ], request, errors: errors)
    }

    func handOver(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let member = try member(of: request, in: viewer.organisation)
        return try await run(
            {
                let form = request.form
                guard let to = form.id("to", of: Named.Staff.self) else {
                    throw PlainError(.invalid, "handOver.recipient", field: "to")
                }
                var plan = HandOverPlan(from: member.id, to: to)
                for item in form.items where item.name.hasPrefix("to.") && !item.value.isEmpty {
                    plan.byCategory[String(item.name.dropFirst(3))] = StaffID(item.value)
                }
                let id = try await casework.planHandOver(
                    plan, because: form.text("reason"), submission: try request.requiredSubmission, by: viewer)
                // A short list is done at once; a long one goes on by itself while the page tells how far it is.
                if try await casework.openWork(of: member.id).matters <= 60 {
                    _ = try await casework.carryOnHandOvers(drafts: workbench.takeAlong(_:from:to:))
                }
                return request.redirect(to: "/admin/hand-over/\(id)")
            }, again: { try await handOverPage(request, errors: $0) })
    }

    /// How far it is, and what could not go and why.
    func handOverReport(_ request: PageRequest) async throws -> Response {
        let words = try words(request)
        guard let id = HandOverID(request.parameter("id")), let report = try await casework.handOverReport(id) else {
            throw PlainError(.notFound, "route.missing")
        }
        let values = [
            "done": words.words.number(report.done), "total": words.words.number(report.total),
            "stays": words.words.number(report.stayed),
        ]
        return try await page(
            "hand-over-report", title: words.text("admin.handOver.report"),
            [
                "heading": .text(words.text("admin.handOver.report")), "about": .text(words.person(report.from)),
                "backURL": .text("/admin/staff/\(report.from)"), "reason": .text(report.reason),
                "isFinished": .flag(report.isFinished),
                "text": .text(
                    words.text(report.isFinished ? "admin.handOver.finished" : "admin.handOver.running", values)),
                "done": .text("\(report.done + report.stayed)"), "total": .text("\(max(1, report.total))"),
                "rows": .list(
                    report.stays.map { item in
                        [
                            "number": .text(item.number), "to": .text(words.person(item.to)),
                            "reason": .text(
                                item.reason.map { words.message(PlainError(.conflict, $0)) } ?? ""),
                        ]
                    }), "hasRows": .flag(!report.stays.isEmpty), "reloadURL": .text(request.path),
            ], request)
    }
}
