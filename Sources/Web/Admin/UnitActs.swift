internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What a form of a unit asks for: done in the way of every change, or tried before.
extension AdminPages {
    func perform(unit act: UnitAct, _ request: PageRequest) async throws -> Response {
        let unit = try unit(of: request, in: try request.staff.organisation)
        func again(_ errors: [PlainError]) async throws -> Response {
            try await ask(unit: act, request, errors: errors.map(Self.placed))
        }
        let change: PlannedChange
        do {
            change = try self.change(act, of: unit, request.form)
        } catch {
            return try await again([error])
        }
        return try await settle(change, request, back: "/admin/units/\(unit.id)", again: again)
    }

    /// Tries what the form asks for on matters of the past; it must be possible, and changes nothing.
    func tryOut(unit act: UnitAct, _ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let unit = try unit(of: request, in: viewer.organisation)
        return try await run {
            let change = try self.change(act, of: unit, request.form)
            _ = try await organisation.preview(change, today: request.site.today, by: viewer.actor)
            let id = try await casework.trials.ask(
                .units, try DraftText.text(change), since: request.triedSince,
                submission: try request.requiredSubmission, by: viewer.staff.id)
            return request.redirect(to: "/admin/trial/\(id)")
        } again: { errors in
            try await ask(unit: act, request, errors: errors.map(Self.placed))
        }
    }

    /// What the form of an act asks for.
    private func change(
        _ act: UnitAct, of unit: Organisation.Unit, _ form: Form
    ) throws(PlainError) -> PlannedChange {
        func other(_ field: String) throws(PlainError) -> UnitID {
            guard let id = form.id(field, of: Named.Unit.self) else {
                throw PlainError(.invalid, "unit.unknown", field: field)
            }
            return id
        }
        func text(_ name: String) -> String? {
            let value = PlainText.cleaned(form.text(name))
            return value.isEmpty ? nil : value
        }
        switch act {
        case .move: return .moveUnit(unit.id, under: try other("parent"))
        case .end: return .endUnit(unit.id, into: try other("successor"))
        case .add, .change:
            guard let kind = form.value("kind", as: UnitKind.self) else {
                throw PlainError(.invalid, "unit.kindMissing", field: "kind")
            }
            let new = NewUnit(
                code: act == .add ? PlainText.cleaned(form.text("code")) : unit.code,
                name: LocalizedName(zh: text("nameZh") ?? "", en: text("nameEn")), kind: kind,
                parent: act == .add ? unit.id : unit.parent, areaCode: text("area"), phone: text("phone"),
                address: text("address"), hours: text("hours"), isPublicCounter: form.flag("counter"))
            return act == .add ? .addUnit(new) : .changeUnit(unit.id, new)
        }
    }

    /// The names of fields in the forms are those of the two languages.
    private static func placed(_ error: PlainError) -> PlainError {
        guard error.field == "name" else { return error }
        return PlainError(error.kind, error.code, field: "nameZh", values: error.values)
    }
}
