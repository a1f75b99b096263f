internal import Hummingbird
internal import Kernel
internal import Organisation

/// What can be done to a tag.
enum TagAct: String, CaseIterable {
    case add, rename, retire, restore
}

/// The vocabulary of tags: words about matters, each of a unit. Each change has its reason and its day.
extension AdminPages {
    /// Adds their routes.
    func addTagRoutes(to router: AppRouter) {
        router.get("/desk/tags", access: .staff(.manageTags), tags)
        for act in TagAct.allCases {
            router.get("/desk/tags/\(act.rawValue)", access: .staff(.manageTags)) {
                try await ask(tag: act, $0, errors: [])
            }
            router.post("/desk/tags/\(act.rawValue)", access: .staff(.manageTags)) {
                try await perform(tag: act, $0)
            }
        }
        router.post("/desk/tags/{id}/withdraw", access: .staff(.manageTags)) {
            try await withdraw($0, back: "/desk/tags")
        }
    }

    /// The vocabulary, and what will change in it.
    func tags(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let all = viewer.organisation.tags
        let plans = viewer.organisation.plans.filter { viewer.organisation.unit(ofTagIn: $0.change) != nil }
        return try await request.page(
            "desk/tags", title: words.text("bulk.tagsTitle"),
            [
                "plans": .list(plans.map { plan($0, viewer, words, request, under: "/desk/tags") }),
                "tags": .list(all.map { tag($0, words, viewer) }), "hasRows": .flag(!all.isEmpty),
            ], notice: notice(request))
    }

    private func tag(_ tag: Tag, _ words: AdminWords, _ viewer: Viewer) -> Fields {
        let acts: [TagAct] =
            viewer.may(.manageTags, on: tag.unit) ? tag.isRetired ? [.restore] : [.rename, .retire] : []
        return [
            "name": .text(tag.name.text(isEnglish: words.isEnglish)),
            "other": .text(tag.name.text(isEnglish: !words.isEnglish)), "unit": .text(words.unit(tag.unit)),
            "isRetired": .flag(tag.isRetired), "listURL": .text("/desk/queue/all?mark=\(tag.id)"),
            "acts": .list(
                acts.map { act in
                    [
                        "url": .text("/desk/tags/\(act.rawValue)?of=\(tag.id)"),
                        "name": .text(words.text("admin.act.tag.\(act.rawValue)")),
                    ]
                }),
        ]
    }

    private func tag(of request: PageRequest, in organisation: Organisation) throws -> Tag {
        guard let id = TagID(request.form["of"] ?? request.query.text("of")), let tag = organisation.tag(id) else {
            throw PlainError(.notFound, "tag.unknown")
        }
        return tag
    }

    func ask(tag act: TagAct, _ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = try words(request)
        let viewer = try request.staff
        let tag = act == .add ? nil : try tag(of: request, in: words.organisation)
        if let tag { try viewer.require(.manageTags, on: tag.unit) }
        func names(_ tag: Tag?) -> [AdminForm.Input] {
            [
                AdminForm.Input(name: "zh", kind: .line(most: Tag.longestName), value: tag?.name.zh ?? ""),
                AdminForm.Input(
                    name: "en", kind: .line(most: Tag.longestName), isRequired: false, value: tag?.name.en ?? ""),
            ]
        }
        let inputs: [AdminForm.Input]
        switch act {
        case .add:
            let units = words.organisation.units.filter {
                $0.isValid(on: request.site.today) && $0.kind.takesMatters && viewer.may(.manageTags, on: $0.id)
            }
            let options = units.map { unit in
                AdminForm.Option(
                    value: "\(unit.id)", label: unit.name.text(isEnglish: words.isEnglish),
                    isSelected: unit.id == viewer.staff.unit)
            }
            inputs = names(nil) + [AdminForm.Input(name: "unit", kind: .select(options))]
        case .rename: inputs = names(tag)
        case .retire, .restore: inputs = []
        }
        let form = AdminForm(
            name: "tag.\(act.rawValue)", action: "/desk/tags/\(act.rawValue)",
            inputs: inputs + [.reasonInput, AdminForm.effective(request.site.today)],
            hidden: tag.map { [("of", "\($0.id)")] } ?? [],
            typed: request.form.items.isEmpty ? nil : request.form, errors: errors)
        return try await formPage(
            form, title: words.text("admin.act.tag.\(act.rawValue)"),
            about: tag?.name.text(isEnglish: words.isEnglish) ?? "", back: "/desk/tags", request, errors)
    }

    func perform(tag act: TagAct, _ request: PageRequest) async throws -> Response {
        let form = request.form
        let name = LocalizedName(zh: form.text("zh"), en: form.text("en"))
        return try await run(
            {
                let change: PlannedChange
                if act == .add {
                    guard let unit = form.id("unit", of: Named.Unit.self) else {
                        throw PlainError(.invalid, "unit.unknown", field: "unit")
                    }
                    change = .addTag(NewTag(unit: unit, name: try TagName.checked(name)))
                } else {
                    let id = try tag(of: request, in: try request.staff.organisation).id
                    switch act {
                    case .add, .rename: change = .renameTag(id, try TagName.checked(name))
                    case .retire: change = .retireTag(id)
                    case .restore: change = .restoreTag(id)
                    }
                }
                return try await settle(change, request, back: "/desk/tags", later: "/desk/tags?done=scheduled") {
                    try await ask(tag: act, request, errors: $0)
                }
            }, again: { try await ask(tag: act, request, errors: $0) })
    }
}
