internal import Bulk
internal import Casework
internal import Kernel
internal import Organisation

/// The choice before a run: to which unit, to whom, which word, which number.
struct RunForm {
    let run: Run
    let words: MatterWords
    let viewer: Viewer
    let typed: Form?
    let errors: [PlainError]

    private var organisation: Organisation { viewer.organisation }

    /// What the form asks for.
    static func act(_ kind: RunPlan.Kind, _ form: Form) throws(PlainError) -> BulkAct {
        switch kind {
        case .dispatch:
            guard form["how"] == "unit" else { return .dispatchByCatalogue }
            guard let unit = form.id("unit", of: Named.Unit.self) else {
                throw PlainError(.invalid, "unit.unknown", field: "unit")
            }
            let reason = try PlainText.required(form.text("reason"), field: "reason", most: 1_000)
            return .dispatch(unit: unit, reason: reason, isException: form.flag("grassroots"))
        case .assign:
            guard let handler = form.id("handler", of: Named.Staff.self) else {
                throw PlainError(.invalid, "staff.unknown", field: "handler")
            }
            guard let reason = form["reason"], !PlainText.cleaned(reason).isEmpty else {
                return .assign(handler: handler, decision: nil)
            }
            let tier = form["tier"].flatMap { $0.isEmpty ? nil : $0 }
            return .assign(
                handler: handler, decision: BulkDecision(sort: form.value("sort"), tier: tier, reason: reason))
        case .tag, .untag:
            guard let tag = form.id("mark", of: Named.Tag.self) else {
                throw PlainError(.invalid, "tag.unknown", field: "mark")
            }
            return kind == .tag ? .tag(tag) : .untag(tag)
        case .link:
            guard let number = MatterNumber(form.text("number")) else {
                throw PlainError(.invalid, "case.numberUnknown", field: "number")
            }
            let kinds: [String: LinkKind] = ["same-matter": .sameMatter, "related": .related]
            guard let link = kinds[form.text("kind")] else {
                throw PlainError(.invalid, "choice.missing", field: "kind")
            }
            return .link(number: number.description, kind: link)
        case .unlink, .recall, .export: throw PlainError(.invalid, "form.malformed")
        }
    }

    func fields(needsDecision: Bool) -> Fields {
        let typed = FormState(words: words.words, form: typed ?? chosen, errors: errors)
        let kind = run.plan.kind
        var fields = typed.fields(["unit", "reason", "handler", "sort", "tier", "mark", "number", "kind"])
        let isByUnit = (self.typed ?? chosen)?["how"] == "unit"
        fields["isDispatch"] = .flag(kind == .dispatch)
        fields["isAssign"] = .flag(kind == .assign)
        fields["isTag"] = .flag(kind == .tag || kind == .untag)
        fields["isLink"] = .flag(kind == .link)
        fields["isFixed"] = .flag([.unlink, .recall].contains(kind))
        fields["byUnit"] = .flag(isByUnit)
        fields["grassroots"] = .flag((self.typed ?? chosen)?.flag("grassroots") ?? false)
        fields["units"] = kind == .dispatch ? typed.options("unit", units) : .list([])
        fields["handlers"] = kind == .assign ? typed.options("handler", handlers) : .list([])
        fields["needsDecision"] = .flag(needsDecision)
        fields["sorts"] = typed.options("sort", needsDecision ? MatterSort.allCases : [], family: "matterSort")
        fields["tiers"] = typed.options("tier", needsDecision ? tiers : [])
        fields["hasTiers"] = .flag(needsDecision && !tiers.isEmpty)
        fields["tags"] = typed.options("mark", tags(kind))
        fields["kindIsSame"] = .flag((self.typed ?? chosen)?["kind"] == "same-matter")
        fields["kindIsRelated"] = .flag((self.typed ?? chosen)?["kind"] == "related")
        return fields
    }

    /// What was chosen before, as the form would send it.
    private var chosen: Form? {
        var items: [(String, String)] = []
        switch run.plan.act {
        case nil: return nil
        case .dispatch(let unit, let reason, let isException):
            items = [("how", "unit"), ("unit", "\(unit)"), ("reason", reason)]
            if isException { items.append(("grassroots", "yes")) }
        case .dispatchByCatalogue: items = [("how", "catalogue")]
        case .assign(let handler, let decision):
            items = [("handler", "\(handler)")]
            if let decision {
                items += [
                    ("sort", decision.sort?.rawValue ?? ""), ("tier", decision.tier ?? ""), ("reason", decision.reason),
                ]
            }
        case .tag(let tag), .untag(let tag): items = [("mark", "\(tag)")]
        case .link(let number, let kind):
            items = [("number", number), ("kind", kind == .sameMatter ? "same-matter" : "related")]
        case .unlink, .recall: break
        }
        return Form(items.map { Form.Item(name: $0.0, value: $0.1) })
    }

    private var units: [(value: String, label: String)] {
        organisation.units.filter { $0.isValid(on: words.today) && $0.kind.takesMatters }
            .map { ("\($0.id)", $0.name.text(isEnglish: words.isEnglish)) }
    }

    /// Those who can answer for a unit for which the person may take matters up.
    private var handlers: [(value: String, label: String)] {
        organisation.allStaff.filter { member in
            member.isActive && viewer.may(.accept, on: member.unit)
                && Viewer(staff: member, organisation: organisation).may(.reply, on: member.unit)
        }.prefix(200).map { ("\($0.id)", "\($0.displayName) · \(words.unit($0.unit))") }
    }

    private var tiers: [(value: String, label: String)] {
        var seen: Set<String> = []
        return words.book.packs.packs.flatMap(\.tiers).filter { seen.insert($0.id).inserted }
            .map { ($0.id, $0.name.text(isEnglish: words.isEnglish)) }
    }

    private func tags(_ kind: RunPlan.Kind) -> [(value: String, label: String)] {
        let offered =
            switch kind {
            case .tag: organisation.tags(for: viewer.staff.unit)
            case .untag: organisation.tags
            default: [Tag]()
            }
        return offered.map { ("\($0.id)", $0.name.text(isEnglish: words.isEnglish)) }
    }
}
