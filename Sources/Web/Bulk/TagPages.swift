internal import Hummingbird
internal import Kernel
internal import Organisation

/// The vocabulary of tags: words about matters, each of a unit.
extension BulkPages {
    func tags(_ request: PageRequest) async throws -> Response { try await tagsPage(request, errors: []) }

    private func tagsPage(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let viewer = try request.staff
        let words = words(request, viewer)
        let units = viewer.organisation.units.filter {
            $0.isValid(on: words.today) && $0.kind.takesMatters && viewer.may(.manageTags, on: $0.id)
        }
        let typed = FormState(words: words.words, form: errors.isEmpty ? nil : request.form, errors: errors)
        var fields = typed.fields(["zh", "en", "unit"])
        let home = errors.isEmpty ? "\(viewer.staff.unit)" : request.form.text("unit")
        fields.merge([
            "submission": request.newSubmission(), "longest": .text("\(Tag.longestName)"),
            "units": .list(
                units.map {
                    QueueFilters.option(
                        "\($0.id)", $0.name.text(isEnglish: words.isEnglish), isSelected: "\($0.id)" == home)
                }),
            "tags": .list(viewer.organisation.tags.map { tag($0, words, viewer) }),
            "hasRows": .flag(!viewer.organisation.tags.isEmpty),
        ])
        return try await request.page(
            "desk/tags", title: words.text("bulk.tagsTitle"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors,
            notice: request.query["done"].flatMap {
                request.site.catalogue.find("bulk.tagDone.\(String($0.prefix(20)))", request.language)
            })
    }

    private func tag(_ tag: Tag, _ words: MatterWords, _ viewer: Viewer) -> Fields {
        [
            "id": .text("\(tag.id)"), "name": .text(tag.name.text(isEnglish: words.isEnglish)),
            "other": .text(tag.name.text(isEnglish: !words.isEnglish)), "unit": .text(words.unit(tag.unit)),
            "isRetired": .flag(tag.isRetired), "canChange": .flag(viewer.may(.manageTags, on: tag.unit)),
            "listURL": .text("/desk/queue/all?mark=\(tag.id)"),
        ]
    }

    func addTag(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        do {
            guard let unit = request.form.id("unit", of: Named.Unit.self) else {
                throw PlainError(.invalid, "unit.unknown", field: "unit")
            }
            try await organisation.addTag(
                LocalizedName(zh: request.form.text("zh"), en: request.form.text("en")), of: unit, by: viewer.actor)
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await tagsPage(request, errors: [error])
        }
        return request.redirect(to: "/desk/tags?done=added")
    }

    /// Retires a tag or takes it up again.
    func changeTag(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        guard let id = request.form.id("id", of: Named.Tag.self) else { throw PlainError(.notFound, "tag.unknown") }
        let isRetired = request.form["change"] != "revive"
        try await organisation.changeTag(id, isRetired: isRetired, by: viewer.actor)
        return request.redirect(to: "/desk/tags?done=\(isRetired ? "retired" : "revived")")
    }
}
