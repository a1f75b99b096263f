internal import Hummingbird
internal import Kernel
internal import Organisation

extension AdminPages {
    /// What waits, and everything that changed, narrowed by what, who and when.
    func changes(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let query = request.query
        var wanted = HistoryRequest()
        wanted.topic = query.value("topic", as: HistoryTopic.self)
        wanted.actor = query.id("by", of: Named.Staff.self)
        wanted.unit = query.id("unit", of: Named.Unit.self)
        wanted.staff = query.id("staff", of: Named.Staff.self)
        wanted.since = LocalDate(query.text("from")).map { words.words.zone.instant(of: $0) }
        wanted.before = LocalDate(query.text("to")).map { words.words.zone.instant(of: $0.adding(days: 1)) }
        wanted.after = query.id("after", of: Named.Event.self)
        let (lines, next) = try await organisation.history(wanted)
        let isNarrowed = wanted.unit != nil || wanted.staff != nil
        let plans = isNarrowed || wanted.after != nil ? [] : viewer.organisation.plans
        func options(_ all: [(String, String)], _ chosen: String) -> Field {
            .list(
                all.map { value, label in
                    ["value": .text(value), "label": .text(label), "selected": .flag(value == chosen)]
                })
        }
        let administrators = viewer.organisation.allStaff.filter(\.isAdministrator)
        return try await page(
            "changes", title: words.text("admin.entry.changes"),
            [
                "plans": .list(plans.map { plan($0, viewer, words, request) }),
                "about": .text(wanted.unit.map(words.unit) ?? wanted.staff.map(words.person) ?? ""),
                "unit": .text(query.text("unit")), "staff": .text(query.text("staff")),
                "topics": options(
                    HistoryTopic.allCases.map { ($0.rawValue, words.text("admin.topic.\($0.rawValue)")) },
                    wanted.topic?.rawValue ?? ""),
                "people": options(
                    administrators.map { ("\($0.id)", $0.displayName) }, wanted.actor.map { "\($0)" } ?? ""),
                "from": .text(query.text("from")), "to": .text(query.text("to")),
                "lines": .list(lines.map { line($0, words, request.now) }), "hasLines": .flag(!lines.isEmpty),
                "hasPaging": .flag(next != nil || wanted.after != nil),
                "nextURL": .text(next.map { address("/admin/changes", query, adding: ("after", "\($0)")) }),
                "firstURL": .text(wanted.after == nil ? "" : address("/admin/changes", query, adding: nil)),
            ], request)
    }

    /// A change that waits.
    ///
    /// - Parameter place: under which address it is taken back.
    func plan(
        _ plan: OrganisationPlan, _ viewer: Viewer, _ words: AdminWords, _ request: PageRequest,
        under place: String = "/admin/changes"
    ) -> Fields {
        let mayConsent = plan.needsConsent && viewer.may(.grantRoles, on: nil) && plan.madeBy != viewer.staff.id
        let isOwn = plan.madeBy == viewer.staff.id
        return [
            "id": .text("\(plan.id)"), "text": .text(words.plan(plan.change)),
            "lines": .texts(words.planned(plan.change)),
            "state": .text(
                words.text(
                    plan.needsConsent ? "admin.planWaits" : "admin.planOn",
                    ["date": words.words.fullDate(plan.effective)])),
            "needsConsent": .flag(plan.needsConsent),
            "made": .text(
                words.text(
                    "admin.planMade",
                    [
                        "name": plan.madeBy.map(words.person) ?? words.text("admin.system.operator"),
                        "time": words.words.relative(plan.madeAt, now: request.now),
                    ])),
            "mayConsent": .flag(mayConsent), "mayWithdraw": .flag(isOwn || mayConsent || viewer.mayWithdraw(plan)),
            "withdrawButton": .text(words.text(mayConsent && !isOwn ? "admin.refuse" : "admin.withdraw")),
            "withdrawURL": .text("\(place)/\(plan.id)/withdraw"),
            "submission": request.newSubmission(), "submission2": request.newSubmission(),
        ]
    }

    /// One line of the history.
    func line(_ line: HistoryLine, _ words: AdminWords, _ now: Instant) -> Fields {
        let subject: String
        switch line.subject {
        case .unit(let id): subject = words.unit(id)
        case .area(let code): subject = words.area(code)
        case .staff(let id): subject = words.person(id)
        case .plan: subject = line.plan.map { words.plan($0.change) } ?? ""
        case .tag(let id): subject = words.tag(id)
        case .readyText(let title): subject = title
        case .lists: subject = ""
        }
        var what = words.optional("admin.event.\(line.kind)")
        if let end = line.end { what = words.text("admin.event.planEnded.\(end.rawValue)") }
        if let look = line.look {
            what = words.text(
                "admin.event.lookBegun", ["role": words.role(look.role), "unit": words.unit(look.unit)])
        }
        return [
            "what": .text(what.isEmpty ? words.text("admin.event.other") : what), "subject": .text(subject),
            "who": .text(words.actor(line.actor)), "when": .text(words.words.relative(line.at, now: now)),
            "iso": .text(words.words.iso(line.at)), "reason": .text(line.reason), "changes": words.fields(line.changes),
        ]
    }

    func withdraw(_ request: PageRequest) async throws -> Response {
        try await withdraw(request, back: "/admin/changes")
    }

    /// Takes back what waits, from the page on which it stands.
    func withdraw(_ request: PageRequest, back: String) async throws -> Response {
        try await decide(request, done: "withdrawn", back: back) { id, viewer in
            try await organisation.withdraw(id, because: request.form.text("reason"), by: viewer.actor)
        }
    }

    func consent(_ request: PageRequest) async throws -> Response {
        try await decide(request, done: "consented") { id, viewer in
            try await organisation.consent(
                to: id, because: request.form.text("reason"), today: request.site.today, by: viewer.actor)
        }
    }

    private func decide(
        _ request: PageRequest, done: String, back: String = "/admin/changes",
        _ body: (PlanID, Viewer) async throws -> Void
    ) async throws -> Response {
        let viewer = try request.staff
        guard let id = PlanID(request.parameter("id")) else { throw PlainError(.notFound, "change.gone") }
        do {
            try await body(id, viewer)
        } catch let error as PlainError where error.code == "change.gone" {
            // Sent twice, or somebody was faster: the list says how it stands.
            return request.redirect(to: "\(back)?done=planGone")
        } catch let error as PlainError where [.invalid, .conflict].contains(error.kind) {
            let words = try words(request)
            return try await page(
                "form", title: words.text("admin.entry.changes"),
                [
                    "heading": .text(words.text("admin.entry.changes")), "hint": "",
                    "about": .text(viewer.organisation.plan(id).map { words.plan($0.change) } ?? ""),
                    "backURL": .text(back),
                    "form": .list([
                        AdminForm(
                            name: "plan.\(done)", action: request.path, inputs: [.reasonInput], typed: request.form,
                            errors: [error]
                        ).fields(words, submission: request.submissionField())
                    ]),
                ], request, errors: [error])
        }
        return request.redirect(to: "\(back)?done=\(done)")
    }
}

extension Viewer {
    /// Whether they could have asked for it themselves, or look after what it changes.
    func mayWithdraw(_ plan: OrganisationPlan) -> Bool {
        plan.permissions(in: organisation).contains { may($0.permission, on: $0.unit) }
    }
}
