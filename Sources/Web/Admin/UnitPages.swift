internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What can be done to a unit.
enum UnitAct: String, CaseIterable {
    case add, change, move, end
}

extension AdminPages {
    /// The tree of units.
    func units(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let organisation = viewer.organisation
        var rows: [Fields] = []
        func add(_ unit: Organisation.Unit, _ depth: Int) {
            rows.append(row(unit, depth, words))
            guard depth < 12 else { return }
            for child in organisation.children(of: unit.id) { add(child, depth + 1) }
        }
        for unit in organisation.units where unit.parent == nil { add(unit, 0) }
        return try await page(
            "units", title: words.text("admin.entry.units"),
            ["rows": .list(rows), "count": .text(words.words.counted("admin.unitCount", rows.count))], request)
    }

    private func row(_ unit: Organisation.Unit, _ depth: Int, _ words: AdminWords) -> Fields {
        [
            "url": .text("/admin/units/\(unit.id)"), "name": .text(unit.name.text(isEnglish: words.isEnglish)),
            "code": .text(unit.code), "kind": .text(words.text("admin.kind.\(unit.kind.rawValue)")),
            "depth": .text("\(min(depth, 5))"),
            "people": .text(words.words.counted("admin.people", words.organisation.staffMembers(of: unit.id).count)),
            "state": .text(state(unit, words)), "isOver": .flag(unit.successor != nil),
        ]
    }

    private func state(_ unit: Organisation.Unit, _ words: AdminWords) -> String {
        guard let successor = unit.successor else { return "" }
        return words.text(
            "admin.unitEnded",
            ["date": unit.validTo.map(words.words.fullDate) ?? "", "unit": words.unit(successor)])
    }

    /// One unit: facts, people, what hangs below it, what changed.
    func unit(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let unit = try unit(of: request, in: viewer.organisation)
        var history = HistoryRequest()
        (history.unit, history.limit) = (unit.id, 10)
        let lines = try await organisation.history(history).lines
        let mayChange = viewer.may(.manageOrganisation, on: unit.id)
        let acts = UnitAct.allCases.filter { act in
            guard mayChange, unit.successor == nil else { return false }
            return unit.parent != nil || act == .add || act == .change
        }
        return try await page(
            "unit", title: unit.name.text(isEnglish: words.isEnglish),
            [
                "heading": .text(unit.name.text(isEnglish: words.isEnglish)), "state": .text(state(unit, words)),
                "facts": facts(unit, words),
                "acts": .list(
                    acts.map { act in
                        [
                            "url": .text("/admin/units/\(unit.id)/\(act.rawValue)"),
                            "name": .text(words.text("admin.act.\(act.rawValue)")), "isPrimary": .flag(act == .add),
                        ]
                    }),
                "people": .list(
                    viewer.organisation.staffMembers(of: unit.id).map { member in
                        [
                            "url": .text("/admin/staff/\(member.id)"), "name": .text(member.displayName),
                            "roles": .text(words.words.list(roles(of: member).map(words.role))),
                        ]
                    }),
                "children": .list(viewer.organisation.children(of: unit.id).map { row($0, 0, words) }),
                "history": .list(lines.map { self.line($0, words, request.now) }),
                "historyURL": .text("/admin/changes?unit=\(unit.id)"),
            ], request)
    }

    func roles(of member: StaffMember) -> [Role] {
        var out: [Role] = []
        for grant in member.grants where !out.contains(grant.role) { out.append(grant.role) }
        return out
    }

    private func facts(_ unit: Organisation.Unit, _ words: AdminWords) -> Field {
        let path = words.organisation.path(of: unit.id).dropLast().map { $0.name.text(isEnglish: words.isEnglish) }
        let all: [(String, String?)] = [
            ("code", unit.code), ("kind", words.text("admin.kind.\(unit.kind.rawValue)")),
            ("parent", path.isEmpty ? nil : path.joined(separator: " › ")),
            ("nameEnglish", unit.name.en),
            ("area", unit.areaCode.map { words.organisation.pathName(ofArea: $0, isEnglish: words.isEnglish) }),
            ("phone", unit.phone), ("address", unit.address), ("hours", unit.hours),
            ("counter", words.text(unit.isPublicCounter ? "admin.yes" : "admin.no")),
            ("validFrom", unit.validFrom.map(words.words.fullDate)),
        ]
        return .list(
            all.compactMap { name, value in
                guard let value, !value.isEmpty else { return nil }
                return ["name": .text(words.text("admin.changed.\(name)")), "value": .text(value)]
            })
    }

    // MARK: Forms

    func ask(unit act: UnitAct, _ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let unit = try unit(of: request, in: viewer.organisation)
        let isTyped = !request.form.items.isEmpty
        let form = AdminForm(
            name: "unit.\(act.rawValue)", action: "/admin/units/\(unit.id)/\(act.rawValue)",
            inputs: inputs(act, unit, words) + [.reasonInput, AdminForm.effective(request.site.today)],
            typed: isTyped ? request.form : nil, errors: errors)
        return try await formPage(
            form, title: words.text("admin.act.\(act.rawValue)"),
            about: unit.name.text(isEnglish: words.isEnglish), back: "/admin/units/\(unit.id)", request, errors)
    }

    func formPage(
        _ form: AdminForm, title: String, about: String, back: String, _ request: PageRequest, _ errors: [PlainError],
        submission: Field? = nil
    ) async throws -> Response {
        let words = try words(request)
        return try await page(
            "form", title: title,
            [
                "heading": .text(title), "about": .text(about), "backURL": .text(back),
                "hint": .text(words.optional("admin.formHint.\(form.name)")),
                "form": .list([form.fields(words, submission: submission ?? request.submissionField())]),
            ], request, errors: errors)
    }

    private func inputs(_ act: UnitAct, _ unit: Organisation.Unit, _ words: AdminWords) -> [AdminForm.Input] {
        let organisation = words.organisation
        func others(_ chosen: UnitID?, _ isAllowed: (Organisation.Unit) -> Bool) -> AdminForm.Kind {
            .select(unitOptions(words, chosen: chosen, isAllowed))
        }
        switch act {
        case .add: return [AdminForm.Input(name: "code", kind: .line(most: 40))] + details(nil, words)
        case .change: return details(unit, words)
        case .move:
            let below = organisation.subtree(of: unit.id)
            return [AdminForm.Input(name: "parent", kind: others(unit.parent) { !below.contains($0.id) })]
        case .end:
            return [
                AdminForm.Input(name: "successor", kind: others(nil) { !organisation.isInside($0.id, unit.id) })
            ]
        }
    }

    /// Units as choices, indented by their place in the tree; without those that ended.
    func unitOptions(
        _ words: AdminWords, chosen: UnitID?, _ isAllowed: (Organisation.Unit) -> Bool = { _ in true }
    ) -> [AdminForm.Option] {
        var out: [AdminForm.Option] = []
        func add(_ unit: Organisation.Unit, _ depth: Int) {
            if unit.successor == nil, isAllowed(unit) {
                let indent = String(repeating: "　", count: depth)
                out.append(
                    AdminForm.Option(
                        value: "\(unit.id)", label: indent + unit.name.text(isEnglish: words.isEnglish),
                        isSelected: unit.id == chosen))
            }
            guard depth < 12 else { return }
            for child in words.organisation.children(of: unit.id) { add(child, depth + 1) }
        }
        for unit in words.organisation.units where unit.parent == nil { add(unit, 0) }
        return out
    }

    private func details(_ unit: Organisation.Unit?, _ words: AdminWords) -> [AdminForm.Input] {
        let kinds = UnitKind.allCases.map {
            AdminForm.Option(
                value: $0.rawValue, label: words.text("admin.kind.\($0.rawValue)"), isSelected: unit?.kind == $0)
        }
        let areas = words.organisation.areas.filter { !$0.isRetired || $0.code == unit?.areaCode }.map {
            AdminForm.Option(
                value: $0.code, label: words.organisation.pathName(ofArea: $0.code, isEnglish: words.isEnglish),
                isSelected: unit?.areaCode == $0.code)
        }
        let counter = AdminForm.Option(
            value: "1", label: words.text("admin.counterLabel"), isSelected: unit?.isPublicCounter ?? false)
        var inputs = [
            AdminForm.Input(name: "nameZh", kind: .line(most: 100), value: unit?.name.zh ?? ""),
            AdminForm.Input(name: "nameEn", kind: .line(most: 100), isRequired: false, value: unit?.name.en ?? ""),
            AdminForm.Input(name: "kind", kind: .select(kinds)),
        ]
        if !areas.isEmpty { inputs.append(AdminForm.Input(name: "area", kind: .select(areas), isRequired: false)) }
        for (name, value) in [("phone", unit?.phone), ("address", unit?.address), ("hours", unit?.hours)] {
            inputs.append(
                AdminForm.Input(name: name, kind: .line(most: 120), isRequired: false, value: value ?? ""))
        }
        inputs.append(AdminForm.Input(name: "counter", kind: .checks([counter]), isRequired: false))
        return inputs
    }
}

extension AdminForm.Input {
    static let reasonInput = AdminForm.reason()
}
