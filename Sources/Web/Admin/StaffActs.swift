internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Storage

/// What can be done to a member of staff.
enum StaffAct: String, CaseIterable {
    case roles, move, leave, rename, deactivate, password
    case secondFactor = "second-factor"
    case openID = "openid"
    case sessions

    /// Who opens the form; roles are proposed by one administrator and given by another.
    var permission: Permission {
        switch self {
        case .roles: .seeAdministration
        case .move, .leave, .rename, .deactivate: .manageStaff
        case .password, .secondFactor, .openID, .sessions: .grantRoles
        }
    }

    func isFor(_ viewer: Viewer, _ member: StaffMember) -> Bool {
        guard self == .roles else { return viewer.may(permission, on: member.unit) }
        return viewer.may(.grantRoles, on: member.unit) || viewer.may(.manageStaff, on: member.unit)
    }
}

extension AdminPages {
    func ask(
        staff act: StaffAct, _ request: PageRequest, errors: [PlainError], submission: Field? = nil
    ) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let member = try member(of: request, in: viewer.organisation)
        guard act.isFor(viewer, member) else { throw PlainError(.forbidden, "permission.missing") }
        var inputs = inputs(act, member, words) + [.reasonInput]
        if [.roles, .move, .deactivate].contains(act) { inputs.append(AdminForm.effective(request.site.today)) }
        // Offered only when there is something to keep: whoever leaves hands over, as a rule.
        if errors.contains(where: { $0.code == "staff.openWork" }) {
            let keeps = AdminForm.Option(value: "1", label: words.text("admin.keepsWork"))
            inputs.append(AdminForm.Input(name: "keepsWork", kind: .checks([keeps]), isRequired: false))
        }
        let form = AdminForm(
            name: "staff.\(act.rawValue)", action: "/admin/staff/\(member.id)/\(act.rawValue)", inputs: inputs,
            typed: request.form.items.isEmpty ? nil : request.form, errors: errors)
        return try await formPage(
            form, title: words.text("admin.act.staff.\(act.rawValue)"), about: member.displayName,
            back: "/admin/staff/\(member.id)", request, errors, submission: submission)
    }

    private func inputs(_ act: StaffAct, _ member: StaffMember, _ words: AdminWords) -> [AdminForm.Input] {
        switch act {
        case .roles:
            let places = [member.unit] + Set(member.grants.map(\.unit)).subtracting([member.unit]).sorted()
            let options = places.flatMap { unit in
                Role.allCases.compactMap { role -> AdminForm.Option? in
                    let grant = RoleGrant(role: role, unit: unit)
                    guard unit == member.unit || member.grants.contains(grant) else { return nil }
                    return AdminForm.Option(
                        value: "\(role.rawValue)@\(unit)",
                        label: unit == member.unit ? words.role(role) : words.grant(grant),
                        isSelected: member.grants.contains(grant))
                }
            }
            let more = Role.allCases.map { AdminForm.Option(value: $0.rawValue, label: words.role($0)) }
            return [
                AdminForm.Input(name: "roles", kind: .checks(options), isRequired: false),
                AdminForm.Input(name: "moreRole", kind: .select(more), isRequired: false),
                AdminForm.Input(name: "moreUnit", kind: .select(unitOptions(words, chosen: nil)), isRequired: false),
            ]
        case .move: return [AdminForm.Input(name: "unit", kind: .select(unitOptions(words, chosen: member.unit)))]
        case .rename: return [AdminForm.Input(name: "displayName", kind: .line(most: 60), value: member.displayName)]
        case .leave:
            let around = words.organisation.above(member.unit)
            let deputies = words.organisation.allStaff
                .filter { $0.isActive && $0.id != member.id && around.contains($0.unit) && !$0.isAdministrator }
                .map { deputy in
                    AdminForm.Option(
                        value: "\(deputy.id)", label: "\(deputy.displayName) · \(words.unit(deputy.unit))",
                        isSelected: member.leave?.deputy == deputy.id)
                }
            return [
                AdminForm.Input(
                    name: "from", kind: .date, isRequired: false, value: member.leave.map { "\($0.from)" } ?? ""),
                AdminForm.Input(
                    name: "to", kind: .date, isRequired: false, value: member.leave.map { "\($0.to)" } ?? ""),
                AdminForm.Input(name: "deputy", kind: .select(deputies), isRequired: false),
            ]
        case .deactivate, .password, .secondFactor, .openID, .sessions: return []
        }
    }

    func perform(staff act: StaffAct, _ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let member = try member(of: request, in: viewer.organisation)
        guard act.isFor(viewer, member) else { throw PlainError(.forbidden, "permission.missing") }
        let back = "/admin/staff/\(member.id)"
        func again(_ errors: [PlainError]) async throws -> Response {
            try await ask(staff: act, request, errors: errors)
        }
        let change: PlannedChange
        do throws(PlainError) {
            switch act {
            case .password, .secondFactor, .openID, .sessions: return try await secure(act, member, request)
            case .roles: change = .setGrants([GrantSetting(staff: member.id, grants: try Self.grants(request.form))])
            case .move: change = .moveStaff(member.id, to: try Self.id(request.form, "unit", "unit.unknown"))
            case .rename: change = .renameStaff(member.id, name: request.form.text("displayName"))
            case .leave: change = .setLeave(member.id, try Self.leave(request.form))
            case .deactivate: change = .deactivate(member.id)
            }
        } catch {
            return try await ask(staff: act, request, errors: [error], submission: request.newSubmission())
        }
        if act == .deactivate, let open = try await unfinished(member, request) { return open }
        return try await settle(change, request, back: back, again: again)
    }

    private static func id<Entity>(
        _ form: Form, _ field: String, _ code: String
    ) throws(PlainError) -> Identifier<Entity> {
        guard let id: Identifier<Entity> = form.id(field) else { throw PlainError(.invalid, code, field: field) }
        return id
    }

    private static func leave(_ form: Form) throws(PlainError) -> Leave? {
        let (from, to) = (try form.day("from"), try form.day("to"))
        guard from != nil || to != nil else { return nil }
        guard let from else { throw PlainError(.invalid, "date.invalid", field: "from") }
        guard let to else { throw PlainError(.invalid, "date.invalid", field: "to") }
        return Leave(from: from, to: to, deputy: try id(form, "deputy", "leave.deputyMissing"))
    }

    private static func grants(_ form: Form) throws(PlainError) -> [RoleGrant] {
        var out: [RoleGrant] = []
        for text in form.values("roles") {
            let parts = text.split(separator: "@").map(String.init)
            guard parts.count == 2, let role = Role(rawValue: parts[0]), let unit = UnitID(parts[1]) else {
                throw PlainError(.invalid, "staff.roleUnknown", field: "roles", values: ["role": ""])
            }
            out.append(RoleGrant(role: role, unit: unit))
        }
        if let role = form.value("moreRole", as: Role.self) {
            out.append(RoleGrant(role: role, unit: try id(form, "moreUnit", "unit.unknown")))
        }
        return Set(out).sorted { ($0.role.rawValue, $0.unit) < ($1.role.rawValue, $1.unit) }
    }

    /// A password, a second factor, a link to the provider, sessions: at once, and each form only once.
    private func secure(
        _ act: StaffAct, _ member: StaffMember, _ request: PageRequest
    ) async throws(PlainError) -> Response {
        do {
            return try await secured(act, member, request)
        } catch let error as PlainError {
            throw error
        } catch {
            throw PlainError(.unavailable, "unavailable")
        }
    }

    private func secured(_ act: StaffAct, _ member: StaffMember, _ request: PageRequest) async throws -> Response {
        let (viewer, words) = (try request.staff, try words(request))
        let reason = try OrganisationStore.reason(request.form.text("reason"))
        let back = "/admin/staff/\(member.id)"
        guard try await organisation.isFirst(try request.requiredSubmission) else {
            return request.redirect(to: "\(back)?done=already")
        }
        switch act {
        case .password:
            let password = PasswordRules.random()
            try await organisation.setPassword(password, for: member.id, because: reason, by: viewer.actor)
            return try await passwordsPage(
                [
                    OrganisationSeed.Login(
                        staff: member.id, signInName: member.signInName, displayName: member.displayName,
                        password: password)
                ], title: words.text("admin.act.staff.password"), back: back, request)
        case .secondFactor:
            try await organisation.removeSecondFactor(of: member.id, because: reason, by: viewer.actor)
            return request.redirect(to: "\(back)?done=secondFactor")
        case .openID:
            try await organisation.unlinkOpenID(of: member.id, because: reason, by: viewer.actor)
            return request.redirect(to: "\(back)?done=openID")
        default:
            try await organisation.endSessions(of: member.id, because: reason, by: viewer.actor)
            return request.redirect(to: "\(back)?done=sessions")
        }
    }

    /// One-time passwords, shown once, to be printed and handed over.
    func passwordsPage(
        _ logins: [OrganisationSeed.Login], title: String, back: String, _ request: PageRequest
    ) async throws -> Response {
        let words = try words(request)
        let organisation = try await organisation.current()
        return try await page(
            "passwords", title: title,
            [
                "heading": .text(title), "backURL": .text(back),
                "date": .text(words.words.fullDate(request.site.today)),
                "address": .text(request.site.settings.publicURL + "/staff/sign-in"), "hasRows": .flag(!logins.isEmpty),
                "rows": .list(
                    logins.map { login in
                        [
                            "name": .text(login.displayName), "signIn": .text(login.signInName),
                            "unit": .text(words.unit(organisation.staff(login.staff)?.unit)),
                            "password": .text(login.password),
                        ]
                    }),
            ], request)
    }

    /// Who still has open work hands it over before they leave; the page says how much there is.
    private func unfinished(_ member: StaffMember, _ request: PageRequest) async throws -> Response? {
        let open = try await casework.openMatters(handledBy: member.id)
        guard open > 0, !request.form.flag("keepsWork") else { return nil }
        let words = try words(request)
        return try await ask(
            staff: .deactivate, request,
            errors: [
                PlainError(
                    .conflict, "staff.openWork", values: ["n": words.words.number(open), "name": member.displayName])
            ])
    }
}
