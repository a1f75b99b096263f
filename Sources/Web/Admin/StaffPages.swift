internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension AdminPages {
    private static let rowsOnPage = 50

    /// Everybody, narrowed by name, unit, role and state; by sign-in name, page by page.
    func staffList(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let (organisation, query) = (viewer.organisation, request.query)
        let wanted = StaffMember.foldedSignInName(query.text("q"))
        let unit = query.id("unit", of: Named.Unit.self)
        let role = query.value("role", as: Role.self)
        let state = query.text("state")
        let today = request.site.today
        let below = unit.map { organisation.subtree(of: $0) }
        let found = organisation.allStaff.filter { member in
            if !wanted.isEmpty, !member.signInName.contains(wanted),
                !member.displayName.lowercased().contains(wanted)
            {
                return false
            }
            if let below, !below.contains(member.unit) { return false }
            if let role, !member.grants.contains(where: { $0.role == role }) { return false }
            switch state {
            case "left": return !member.isActive
            case "leave": return member.isActive && member.leave?.covers(today) == true
            case "noRole": return member.isActive && member.grants.isEmpty
            case "all": return true
            default: return member.isActive
            }
        }
        let after = query.text("after")
        let rest = after.isEmpty ? found[...] : found.drop { $0.signInName <= after }
        let shown = rest.prefix(Self.rowsOnPage)
        var next = ""
        if rest.count > shown.count, let last = shown.last {
            next = address("/admin/staff", query, adding: ("after", last.signInName))
        }
        func options(_ all: [(String, String)], _ chosen: String) -> Field {
            .list(
                all.map { value, label in
                    ["value": .text(value), "label": .text(label), "selected": .flag(value == chosen)]
                })
        }
        return try await page(
            "staff-list", title: words.text("admin.entry.staff"),
            [
                "query": "", "q": .text(query.text("q")),
                "count": .text(words.words.counted("admin.people", found.count)),
                "units": options(
                    unitOptions(words, chosen: nil).map { ($0.value, $0.label) }, unit.map { "\($0)" } ?? ""),
                "roles": options(Role.allCases.map { ($0.rawValue, words.role($0)) }, role?.rawValue ?? ""),
                "states": options(
                    ["active", "leave", "noRole", "left", "all"].map { ($0, words.text("admin.state.\($0)")) },
                    state.isEmpty ? "active" : state),
                "rows": .list(shown.map { row($0, words, today) }), "hasRows": .flag(!shown.isEmpty),
                "canAdd": .flag(viewer.may(.manageStaff, on: nil)), "hasPaging": .flag(!next.isEmpty || !after.isEmpty),
                "nextURL": .text(next),
                "firstURL": .text(after.isEmpty ? "" : address("/admin/staff", query, adding: nil)),
            ], request)
    }

    /// An address with the same narrowing and another place in the list.
    func address(_ path: String, _ query: Form, adding item: (String, String)?) -> String {
        var items = query.items.filter {
            !["after", "lang", "large", "theme", "done"].contains($0.name) && !$0.value.isEmpty
        }
        if let item { items.append(Form.Item(name: item.0, value: item.1)) }
        return items.isEmpty ? path : "\(path)?\(Form(items).urlEncoded)"
    }

    private func row(_ member: StaffMember, _ words: AdminWords, _ today: LocalDate) -> Fields {
        [
            "url": .text("/admin/staff/\(member.id)"), "name": .text(member.displayName),
            "signIn": .text(member.signInName), "unit": .text(words.unit(member.unit)),
            "roles": .text(
                member.grants.isEmpty
                    ? words.text("admin.noRoles") : words.words.list(roles(of: member).map(words.role))),
            "state": .text(state(member, words, today)),
        ]
    }

    private func state(_ member: StaffMember, _ words: AdminWords, _ today: LocalDate) -> String {
        guard member.isActive else { return words.text("admin.state.left") }
        guard let leave = member.leave, leave.covers(today) else { return "" }
        return words.text("admin.awayUntil", ["date": words.words.date(leave.to)])
    }

    /// One person: the account, what they may do and since when, what changed. Nothing about how much they work.
    func person(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let member = try member(of: request, in: viewer.organisation)
        let origins = try await organisation.origins(of: member.id)
        var history = HistoryRequest()
        (history.staff, history.limit) = (member.id, 10)
        let lines = try await organisation.history(history).lines
        let seesSessions = viewer.may(.grantRoles, on: nil) || viewer.may(.auditAdministration, on: nil)
        let since = request.now.adding(seconds: -Int64(request.site.settings.idleMinutes) * 60)
        let sessions = seesSessions ? try await organisation.sessions(of: member.id, since: since) : []
        let waiting = viewer.organisation.plans.filter { $0.change.concerns(member.id) }
        return try await page(
            "staff", title: member.displayName,
            [
                "heading": .text(member.displayName), "state": .text(state(member, words, request.site.today)),
                "facts": facts(member, words, hasProvider: request.site.provider != nil),
                "roles": .list(
                    member.grants.map { grant in
                        [
                            "text": .text(words.grant(grant)),
                            "since": .text(
                                origins[grant].map {
                                    words.text(
                                        "admin.since",
                                        [
                                            "date": words.words.fullDate(words.words.zone.date(of: $0.at)),
                                            "by": words.actor($0.by),
                                        ])
                                } ?? ""),
                        ]
                    }),
                "waiting": .list(waiting.map { ["text": .text(words.plan($0.change))] }),
                "acts": acts(on: member, viewer, words),
                "handOverURL": .text(
                    viewer.may(.manageStaff, on: member.unit) && !member.isAdministrator
                        ? "/admin/staff/\(member.id)/hand-over" : ""),
                "seesSessions": .flag(seesSessions),
                "sessions": .list(
                    sessions.map { session in
                        [
                            "text": .text(
                                words.text(
                                    "admin.session",
                                    [
                                        "begun": words.words.relative(session.begun, now: request.now),
                                        "seen": words.words.relative(session.seen, now: request.now),
                                    ]))
                        ]
                    }),
                "history": .list(lines.map { line($0, words, request.now) }),
                "historyURL": .text("/admin/changes?staff=\(member.id)"),
            ], request)
    }

    private func acts(on member: StaffMember, _ viewer: Viewer, _ words: AdminWords) -> Field {
        guard member.id != viewer.staff.id else { return .list([]) }
        let acts = StaffAct.allCases.filter { act in
            guard member.isActive, act.isFor(viewer, member) else { return false }
            switch act {
            case .secondFactor: return member.hasSecondFactor
            case .openID: return member.openID != nil
            default: return true
            }
        }
        return .list(
            acts.map { act in
                [
                    "url": .text("/admin/staff/\(member.id)/\(act.rawValue)"),
                    "name": .text(words.text("admin.act.staff.\(act.rawValue)")), "isPrimary": .flag(act == .roles),
                ]
            })
    }

    private func facts(_ member: StaffMember, _ words: AdminWords, hasProvider: Bool) -> Field {
        let factor =
            member.hasSecondFactor
            ? "admin.factor.set" : member.needsSecondFactor ? "admin.factor.missing" : "admin.factor.none"
        let all: [(String, String?)] = [
            ("signInName", member.signInName),
            (
                "unit",
                words.organisation.path(of: member.unit).map { $0.name.text(isEnglish: words.isEnglish) }
                    .joined(separator: " › ")
            ),
            ("secondFactor", words.text(factor)),
            (
                "openID",
                member.openID.map { words.text("admin.openID.linked", ["issuer": $0.issuer]) }
                    ?? (hasProvider && member.isActive ? words.text("admin.openID.none") : nil)
            ),
            ("mustChangePassword", member.mustChangePassword ? words.text("admin.yes") : nil),
            ("leave", member.leave.map(words.leave)),
        ]
        return .list(
            all.compactMap { name, value in
                guard let value else { return nil }
                return ["name": .text(words.text("admin.changed.\(name)")), "value": .text(value)]
            })
    }
}

extension PlannedChange {
    /// Whether it changes something of a person.
    func concerns(_ id: StaffID) -> Bool {
        switch self {
        case .addUnit, .changeUnit, .moveUnit, .endUnit, .addArea, .renameArea, .moveArea, .retireArea, .restoreArea,
            .addTag, .renameTag, .retireTag, .restoreTag, .readyText:
            false
        case .moveStaff(let staff, _), .deactivate(let staff), .renameStaff(let staff, _), .setLeave(let staff, _):
            staff == id
        case .setGrants(let settings): settings.contains { $0.staff == id }
        }
    }
}
