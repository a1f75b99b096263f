internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// Outlines of divisions for the map: a GeoJSON file, looked at before it takes the place of what is there.
extension RulebookPages {
    private static let outlinesURL = "/admin/areas/outlines"

    func addOutlines(to router: AppRouter) {
        let access = Access.staff(.manageOrganisation)
        router.get("/admin/areas/outlines", access: access) { try await outlines($0, errors: []) }
        router.post(
            "/admin/areas/draft", access: access, readsFiles: true, mostBytes: AreaOutlines.mostBytes + 64 * 1024,
            draftOutlines)
        router.get("/admin/areas/draft/{draft}", access: access) { try await outlinesDraft($0, errors: []) }
        router.post("/admin/areas/draft/{draft}/load", access: access, loadOutlines)
    }

    func outlines(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let organisation = try request.staff.organisation
        let present = try await casework.outlinedAreas()
        let without = organisation.areas.filter { !$0.isRetired && !present.contains($0.code) }
        var state = RulebookBlock(id: "state", heading: words.text("rulebook.outlinesNow"))
        state.sentences = [words.text("rulebook.outlinesHave", ["n": words.number(present.count)])]
        if !present.isEmpty, !without.isEmpty {
            state.sentences.append(
                words.text(
                    "rulebook.outlinesWithout",
                    ["n": words.number(without.count), "names": names(without.prefix(12).map(\.code), request)]))
        }
        var form = uploadForm(request, "areas", isPrimary: true)
        form.errors = errors
        let upload = RulebookBlock(
            id: "new", heading: words.text("rulebook.outlinesNew"), hint: words.text("rulebook.outlinesNewHint"),
            forms: [form])
        return try await page(
            request, tab: "areas", heading: words.text("rulebook.outlines"), hint: words.text("rulebook.outlinesHint"),
            back: ("/admin/areas", words.text("rulebook.tab.areas")),
            [state, upload, try await history(.areas, request)], errors: errors)
    }

    func draftOutlines(_ request: PageRequest) async throws -> Response {
        try await run {
            let text = try sentText(request)
            guard text.utf8.count <= AreaOutlines.mostBytes else {
                throw PlainError(.invalid, "rulebook.outlinesLarge", field: "file")
            }
            let organisation = try request.staff.organisation
            do {
                let outlines = try AreaOutlines(geoJSON: Array(text.utf8)) { organisation.area($0) != nil }
                guard !outlines.shapes.isEmpty else {
                    throw PlainError(
                        .invalid, "rulebook.outlinesNone", field: "file",
                        values: ["codes": Self.codes(outlines.strangers)])
                }
                return try await keep(try DraftText.text(outlines), .areas, request)
            } catch let wrong as AreaOutlineProblems {
                let faults = RuleFaults(request.words)
                // What was chosen as a file is not put into the page: it can be large.
                let kept = request.form.text("file").isEmpty ? text : ""
                return try await faulty(
                    request, "areas", kept,
                    wrong.problems.map { problem in
                        var fault = faults.fault(0, problem.reason, in: "")
                        fault.place =
                            problem.feature.map { request.words.text("rulebook.feature", ["n": "\($0)"]) }
                            ?? request.words.text("rulebook.wholeFile")
                        return fault
                    })
            }
        } again: { errors in
            try await outlines(request, errors: errors)
        }
    }

    func outlinesDraft(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let draft = try await drafts.draft(try draftID(request), part: .areas, for: try request.staff.staff.id)
        let outlines: AreaOutlines = try DraftText.draft(draft.body)
        let (difference, isSame) = try await self.difference(outlines, request)
        var blocks = [difference]
        if !outlines.strangers.isEmpty {
            blocks.append(
                RulebookBlock(
                    id: "unknown", heading: words.text("rulebook.outlinesUnknown"), tone: "wait",
                    sentences: [
                        words.text(
                            "rulebook.outlinesUnknownLine",
                            [
                                "n": words.number(outlines.strangers.count),
                                "codes": Self.codes(outlines.strangers),
                            ])
                    ]))
        }
        if !isSame {
            blocks.append(
                RulebookBlock(
                    id: "load", heading: words.text("rulebook.outlinesLoad"),
                    hint: words.text("rulebook.outlinesLoadHint"),
                    forms: [
                        RulebookForm(
                            id: "load", action: "/admin/areas/draft/\(draft.id)/load",
                            button: words.text("rulebook.outlinesLoadButton"), inputs: reasonInputs(words),
                            isPrimary: true, submission: request.submissionField(),
                            typed: errors.isEmpty ? nil : request.form, errors: errors)
                    ]))
        }
        return try await page(
            request, tab: "areas", heading: words.text("rulebook.outlinesDraft"),
            back: (Self.outlinesURL, words.text("rulebook.outlines")), blocks, errors: errors)
    }

    /// What the outlines would change, area by area.
    private func difference(
        _ outlines: AreaOutlines, _ request: PageRequest
    ) async throws -> (block: RulebookBlock, isSame: Bool) {
        let words = request.words
        let present = Dictionary(
            try await casework.areaShapes().map { ($0.area, $0.geometry) }, uniquingKeysWith: { first, _ in first })
        let wanted = Set(outlines.shapes.map(\.area))
        let changed = outlines.shapes.filter { present[$0.area] != $0.geometry }
        let gone = present.keys.filter { !wanted.contains($0) }.sorted()
        var block = RulebookBlock(id: "difference", heading: words.text("rulebook.difference"))
        block.sentences = [
            words.text(
                "rulebook.outlinesSum",
                [
                    "n": words.number(outlines.shapes.count), "points": words.number(outlines.points),
                    "same": words.number(outlines.shapes.count - changed.count), "gone": words.number(gone.count),
                ])
        ]
        let changes =
            changed.map { shape in
                RulebookBlock.Change(
                    kind: present[shape.area] == nil ? .added : .changed, what: names([shape.area], request))
            } + gone.map { RulebookBlock.Change(kind: .ended, what: names([$0], request)) }
        block.changes = Array(changes.prefix(500))
        if changes.count > 500 { block.sentences.append(words.text("rulebook.changesMore")) }
        if changes.isEmpty { block.sentences.append(words.text("rulebook.noDifference")) }
        return (block, changes.isEmpty)
    }

    func loadOutlines(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let draft = try await drafts.draft(try draftID(request), part: .areas, for: viewer.staff.id)
            let outlines: AreaOutlines = try DraftText.draft(draft.body)
            try await casework.loadAreaShapes(
                outlines.shapes, because: request.form.text("reason"), submission: try request.requiredSubmission,
                by: viewer.actor)
            return request.redirect(to: "\(Self.outlinesURL)?done=outlinesLoaded")
        } again: { errors in
            try await outlinesDraft(request, errors: errors)
        }
    }

    private func names(_ codes: [String], _ request: PageRequest) -> String {
        let words = request.words
        let organisation = (try? request.staff)?.organisation ?? .empty
        return words.list(
            codes.map { code in
                let name = organisation.area(code)?.name.text(isEnglish: words.language.isEnglish)
                return name.map { words.text("rulebook.areaNamed", ["name": $0, "code": code]) } ?? code
            })
    }

    private static func codes(_ strangers: [AreaOutlines.Stranger]) -> String {
        let shown = strangers.prefix(20).map(\.code).joined(separator: ", ")
        return strangers.count > 20 ? "\(shown) …" : shown
    }
}
