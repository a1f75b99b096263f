internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What can be done to a division.
enum AreaAct: String, CaseIterable {
    case add, rename, move, retire, restore
}

extension AdminPages {
    /// Codes of divisions are texts of any kind, so they stand in the query and not in the path.
    static func areaURL(_ page: String, _ code: String) -> String {
        "/admin/areas/\(page)?\(Form([Form.Item(name: "of", value: code)]).urlEncoded)"
    }

    /// The tree of divisions, and what changed in it.
    func areas(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let lines = try await organisation.history(ofArea: nil)
        let rows = Self.tree(words.organisation).map { row($0.area, $0.depth, words) }
        let acts = [("areas/add", "area.add", true), ("areas/outlines", "area.outlines", false)]
        return try await page(
            "areas", title: words.text("admin.entry.areas"),
            [
                "rows": .list(rows), "hasRows": .flag(!rows.isEmpty),
                "count": .text(words.words.counted("admin.areaCount", rows.count)),
                "acts": .list(
                    viewer.may(.manageOrganisation, on: nil)
                        ? acts.map { url, name, isPrimary in
                            [
                                "url": .text("/admin/\(url)"), "name": .text(words.text("admin.act.\(name)")),
                                "isPrimary": .flag(isPrimary),
                            ]
                        } : []),
                "history": .list(lines.map { line($0, words, request.now) }),
                "historyURL": "/admin/changes?topic=rules",
            ], request)
    }

    /// All divisions from the outermost inwards; one whose parent is unknown stands on top.
    static func tree(_ organisation: Organisation) -> [(area: Area, depth: Int)] {
        let inside = Dictionary(grouping: organisation.areas) { area in
            area.parent.flatMap { organisation.area($0) == nil ? nil : $0 }
        }
        var out: [(area: Area, depth: Int)] = []
        func add(_ area: Area, _ depth: Int) {
            out.append((area, depth))
            guard depth < 12 else { return }
            for next in inside[area.code] ?? [] { add(next, depth + 1) }
        }
        for area in inside[nil] ?? [] { add(area, 0) }
        return out
    }

    private func row(_ area: Area, _ depth: Int, _ words: AdminWords) -> Fields {
        [
            "url": .text(Self.areaURL("area", area.code)), "name": .text(area.name.text(isEnglish: words.isEnglish)),
            "code": .text(area.code), "depth": .text("\(min(depth, 5))"),
            "state": .text(area.isRetired ? words.text("admin.areaRetired") : ""), "isOver": .flag(area.isRetired),
        ]
    }

    /// One division: facts, who serves it, what lies in it, what changed.
    func area(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let area = try area(request, words.organisation)
        let mayChange = viewer.may(.manageOrganisation, on: nil)
        let acts: [AreaAct] = mayChange ? area.isRetired ? [.restore] : [.add, .rename, .move, .retire] : []
        let lines = try await organisation.history(ofArea: area.code)
        let units = words.organisation.units.filter { $0.areaCode == area.code && $0.successor == nil }
        return try await page(
            "area", title: area.name.text(isEnglish: words.isEnglish),
            [
                "heading": .text(area.name.text(isEnglish: words.isEnglish)),
                "state": .text(area.isRetired ? words.text("admin.areaRetiredHint") : ""),
                "facts": try await facts(area, words, request.site.today),
                "acts": .list(
                    acts.map { act in
                        [
                            "url": .text(Self.areaURL(act.rawValue, area.code)),
                            "name": .text(words.text("admin.act.area.\(act.rawValue)\(act == .add ? "Inside" : "")")),
                            "isPrimary": .flag(act == .add),
                        ]
                    }),
                "units": .list(
                    units.map { unit in
                        [
                            "url": .text("/admin/units/\(unit.id)"),
                            "name": .text(unit.name.text(isEnglish: words.isEnglish)),
                            "kind": .text(words.text("admin.kind.\(unit.kind.rawValue)")),
                        ]
                    }),
                "children": .list(
                    words.organisation.areas.filter { $0.parent == area.code }.map { row($0, 0, words) }),
                "history": .list(lines.map { line($0, words, request.now) }),
            ], request)
    }

    private func area(_ request: PageRequest, _ organisation: Organisation) throws -> Area {
        guard let area = organisation.area(request.form["of"] ?? request.query.text("of")) else {
            throw PlainError(.notFound, "area.unknown")
        }
        return area
    }

    private func facts(_ area: Area, _ words: AdminWords, _ today: LocalDate) async throws -> Field {
        let path = words.organisation.path(ofArea: area.code).dropLast().map {
            $0.name.text(isEnglish: words.isEnglish)
        }
        let entries = words.organisation.catalogueEntries(on: today).count { $0.area == area.code }
        let hasOutline = try await casework.outlinedAreas().contains(area.code)
        let all: [(String, String?)] = [
            ("code", area.code), ("within", path.joined(separator: " › ")), ("nameEnglish", area.name.en),
            ("entries", words.words.counted("admin.areaEntries", entries)),
            ("outline", words.text(hasOutline ? "admin.yes" : "admin.no")),
        ]
        return .list(
            all.compactMap { name, value in
                guard let value, !value.isEmpty else { return nil }
                return ["name": .text(words.text("admin.changed.\(name)")), "value": .text(value)]
            })
    }

    // MARK: Forms

    func ask(area act: AreaAct, _ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try words(request)
        let of = request.form["of"] ?? request.query.text("of")
        // A new division may lie in none.
        let area = act == .add && of.isEmpty ? nil : try area(request, words.organisation)
        let form = AdminForm(
            name: "area.\(act.rawValue)", action: "/admin/areas/\(act.rawValue)",
            inputs: inputs(act, area, words) + [.reasonInput, AdminForm.effective(request.site.today)],
            hidden: area.map { [("of", $0.code)] } ?? [],
            typed: request.form.items.isEmpty ? nil : request.form, errors: errors)
        return try await formPage(
            form, title: words.text("admin.act.area.\(act.rawValue)"),
            about: area?.name.text(isEnglish: words.isEnglish) ?? "",
            back: area.map { Self.areaURL("area", $0.code) } ?? "/admin/areas", request, errors)
    }

    private func inputs(_ act: AreaAct, _ area: Area?, _ words: AdminWords) -> [AdminForm.Input] {
        func names(_ area: Area?) -> [AdminForm.Input] {
            [
                AdminForm.Input(name: "nameZh", kind: .line(most: 60), value: area?.name.zh ?? ""),
                AdminForm.Input(name: "nameEn", kind: .line(most: 120), isRequired: false, value: area?.name.en ?? ""),
            ]
        }
        func inside(_ chosen: String?, without code: String? = nil) -> AdminForm.Input {
            let options = Self.tree(words.organisation).filter { area, _ in
                !area.isRetired && !words.organisation.path(ofArea: area.code).contains { $0.code == code }
            }.map { area, depth in
                let indent = String(repeating: "　", count: depth)
                return AdminForm.Option(
                    value: area.code, label: indent + area.name.text(isEnglish: words.isEnglish),
                    isSelected: area.code == chosen)
            }
            return AdminForm.Input(name: "inside", kind: .select(options), isRequired: false)
        }
        switch act {
        case .add:
            return [AdminForm.Input(name: "code", kind: .line(most: 40))] + names(nil) + [inside(area?.code)]
        case .rename: return names(area)
        case .move: return [inside(area?.parent, without: area?.code)]
        case .retire, .restore: return []
        }
    }

    func perform(area act: AreaAct, _ request: PageRequest) async throws -> Response {
        let form = request.form
        func text(_ name: String) -> String? {
            let value = PlainText.cleaned(form.text(name))
            return value.isEmpty ? nil : value
        }
        let name = LocalizedName(zh: text("nameZh") ?? "", en: text("nameEn"))
        let change: PlannedChange
        if act == .add {
            change = .addArea(Area(code: text("code") ?? "", name: name, parent: text("inside")))
        } else {
            let code = try area(request, try request.staff.organisation).code
            change =
                switch act {
                case .add, .rename: .renameArea(code, name)
                case .move: .moveArea(code, into: text("inside"))
                case .retire: .retireArea(code)
                case .restore: .restoreArea(code)
                }
        }
        return try await settle(change, request, back: "/admin/areas") {
            try await ask(area: act, request, errors: $0.map(Self.placed))
        }
    }

    /// The names of fields in the forms are those of the two languages and of the division around.
    private static func placed(_ error: PlainError) -> PlainError {
        let names = ["name": "nameZh", "parent": "inside"]
        guard let name = error.field.flatMap({ names[$0] }) else { return error }
        return PlainError(error.kind, error.code, field: name, values: error.values)
    }
}
