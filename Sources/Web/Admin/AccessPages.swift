internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension AdminPages {
    /// Why somebody may do something: by person, or by permission and unit.
    func whoMay(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let (query, organisation) = (request.query, viewer.organisation)
        let staff = query.text("name").isEmpty ? nil : organisation.staff(signInName: query.text("name"))
        let permission = query.value("permission", as: Permission.self)
        let unit = query.id("unit", of: Named.Unit.self)
        var rows: [Fields] = []
        if let staff {
            let origins = try await self.organisation.origins(of: staff.id)
            let asked = permission.map { [$0] } ?? Permission.allCases
            for permission in asked {
                rows.append(answer(permission, staff, unit, origins, words))
            }
        } else if let permission, let unit {
            for (member, grant) in organisation.whoMay(permission, on: unit) {
                let origins = try await self.organisation.origins(of: member.id)
                rows.append(given(member, grant, origins[grant], words))
            }
        }
        func options(_ all: [(String, String)], _ chosen: String) -> Field {
            .list(
                all.map { value, label in
                    ["value": .text(value), "label": .text(label), "selected": .flag(value == chosen)]
                })
        }
        let asks = staff != nil || (permission != nil && unit != nil)
        return try await page(
            "access", title: words.text("admin.entry.access"),
            [
                "name": .text(query.text("name")),
                "nameError": .text(
                    staff == nil && !query.text("name").isEmpty ? words.text("admin.access.nobody") : ""),
                "permissions": options(
                    Permission.allCases.filter { $0 != .receiveSealed }
                        .map { ($0.rawValue, words.text("permission.\($0.rawValue)")) }, permission?.rawValue ?? ""),
                "units": options(
                    unitOptions(words, chosen: unit).map { ($0.value, $0.label) }, unit.map { "\($0)" } ?? ""),
                "asks": .flag(asks), "rows": .list(rows), "hasRows": .flag(!rows.isEmpty),
                "heading": .text(
                    staff.map { words.text("admin.access.of", ["name": $0.displayName]) }
                        ?? permission.map {
                            words.text(
                                "admin.access.who",
                                ["what": words.text("permission.\($0.rawValue)"), "unit": words.unit(unit)])
                        }),
            ], request)
    }

    private typealias Origins = [RoleGrant: (at: Instant, by: Actor)]

    private func answer(
        _ permission: Permission, _ staff: StaffMember, _ unit: UnitID?, _ origins: Origins, _ words: AdminWords
    ) -> Fields {
        let viewer = Viewer(staff: staff, organisation: words.organisation)
        let isAllowed = viewer.may(permission, on: unit)
        let grants = staff.grants.filter {
            $0.role.allowed.contains(permission)
                && (unit == nil || words.organisation.isInside(unit ?? $0.unit, $0.unit))
        }
        var why = grants.map { because($0, origins[$0], words) }
        if !isAllowed, !grants.isEmpty { why.append(words.text("admin.access.denied")) }
        if grants.isEmpty { why = [words.text("admin.access.noGrant")] }
        return [
            "subject": .text(words.text("permission.\(permission.rawValue)")), "url": "", "isAllowed": .flag(isAllowed),
            "answer": .text(words.text(isAllowed ? "admin.access.yes" : "admin.access.no")), "why": .texts(why),
        ]
    }

    private func given(
        _ member: StaffMember, _ grant: RoleGrant, _ origin: (at: Instant, by: Actor)?, _ words: AdminWords
    ) -> Fields {
        [
            "subject": .text("\(member.displayName) · \(words.unit(member.unit))"),
            "url": .text("/admin/staff/\(member.id)"), "isAllowed": true,
            "answer": .text(words.text("admin.access.yes")), "why": .texts([because(grant, origin, words)]),
        ]
    }

    private func because(_ grant: RoleGrant, _ origin: (at: Instant, by: Actor)?, _ words: AdminWords) -> String {
        guard let origin else { return words.grant(grant) }
        return words.text(
            "admin.access.because",
            [
                "grant": words.grant(grant),
                "date": words.words.fullDate(words.words.zone.date(of: origin.at)), "by": words.actor(origin.by),
            ])
    }

    // MARK: Lists

    /// Who signed in and who failed to.
    func signIns(_ request: PageRequest) async throws -> Response {
        let words = try words(request)
        let after = request.query.id("after", of: SignInLine.self)
        let (lines, next) = try await organisation.signIns(after: after)
        return try await list(
            "signIns", "/admin/sign-ins",
            rows: lines.map { line in
                [
                    "when": .text(words.words.relative(line.at, now: request.now)),
                    "iso": .text(words.words.iso(line.at)), "who": .text(words.person(line.staff)),
                    "what": .text(words.text("admin.signIn.\(line.outcome.rawValue)")),
                    "about": "", "reason": "", "isOver": .flag(line.outcome != .entered),
                ]
            }, next: next.map { "\($0)" }, isFirst: after == nil, request)
    }

    /// Who looked at contact data or looked a person up; the matter by its number only.
    func readings(_ request: PageRequest) async throws -> Response {
        let words = try words(request)
        let after = request.query.id("after", of: Named.Event.self)
        let (lines, next) = try await casework.readings(after: after)
        return try await list(
            "readings", "/admin/readings",
            rows: lines.map { line in
                [
                    "when": .text(words.words.relative(line.at, now: request.now)),
                    "iso": .text(words.words.iso(line.at)), "who": .text(words.actor(line.actor)),
                    "what": .text(words.text("admin.reading.\(line.kind)")), "about": .text(line.number),
                    "reason": "", "isOver": false,
                ]
            }, next: next.map { "\($0)" }, isFirst: after == nil, request)
    }

    /// Who looked at the screens of a role in the units over which the viewer may know it.
    func looks(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        var wanted = HistoryRequest()
        wanted.topic = .looks
        wanted.after = request.query.id("after", of: Named.Event.self)
        let (lines, next) = try await organisation.history(wanted)
        let shown = lines.filter { line in line.look.map { viewer.may(.seeLooks, on: $0.unit) } ?? false }
        return try await list(
            "looks", "/admin/looks",
            rows: shown.map { line in
                let fields = self.line(line, words, request.now)
                return [
                    "when": fields["when"] ?? "", "iso": fields["iso"] ?? "", "who": fields["who"] ?? "",
                    "what": fields["what"] ?? "",
                    "about": .text(
                        line.look.map { words.text("admin.lookUntil", ["time": words.words.time($0.until)]) } ?? ""),
                    "reason": fields["reason"] ?? "", "isOver": false,
                ]
            }, next: next.map { "\($0)" }, isFirst: wanted.after == nil, request)
    }

    private func list(
        _ name: String, _ path: String, rows: [Fields], next: String?, isFirst: Bool, _ request: PageRequest
    ) async throws -> Response {
        let words = try words(request)
        return try await page(
            "log", title: words.text("admin.entry.\(name)"),
            [
                "heading": .text(words.text("admin.entry.\(name)")),
                "hint": .text(words.text("admin.entryHint.\(name)")),
                "rows": .list(rows), "hasRows": .flag(!rows.isEmpty), "hasPaging": .flag(next != nil || !isFirst),
                "nextURL": .text(next.map { "\(path)?after=\($0)" }), "firstURL": .text(isFirst ? "" : path),
            ], request)
    }

    /// How the machine stands.
    func healthPage(_ request: PageRequest) async throws -> Response {
        let words = try words(request)
        let lines = await health.report()
        let worst: HealthLine.State =
            lines.contains { $0.state == .over } ? .over : lines.contains { $0.state == .near } ? .near : .ok
        return try await page(
            "health", title: words.text("admin.entry.health"),
            [
                "summary": .text(words.text("health.summary.\(worst.rawValue)")), "worst": .text(worst.rawValue),
                "worstShape": .text(Self.shape(worst)),
                "rows": .list(
                    lines.map { line in
                        let detail = words.catalogue.find(
                            "health.\(line.code).\(line.state.rawValue)", words.words.language, line.values)
                        return [
                            "name": .text(words.text("health.\(line.code)")), "tone": .text(line.state.rawValue),
                            "shape": .text(Self.shape(line.state)),
                            "state": .text(words.text("health.state.\(line.state.rawValue)")),
                            "detail": .text(
                                detail
                                    ?? words.text(
                                        line.values["hours"] == "–" ? "health.never" : "health.\(line.code).detail",
                                        line.values)),
                            "advice": .text(
                                line.state == .near || line.state == .over
                                    ? words.optional("health.\(line.code).advice") : ""),
                        ]
                    }),
                "time": .text(words.words.fullDateTime(request.now)),
            ], request)
    }

    private static func shape(_ state: HealthLine.State) -> String {
        switch state {
        case .ok: "s-solved"
        case .near: "s-near"
        case .over: "s-over"
        case .unknown: "s-pause"
        }
    }
}
