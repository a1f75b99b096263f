internal import Attachments
public import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// Where a person decides that several matters are one: suggestions with their reasons, both sides next to each other,
/// what will be kept and who will be told; and where that is taken back.
public struct MergePages: PageRoutes, Sendable {
    let casework: Casework

    /// - Parameter casework: whose matters.
    public init(casework: Casework) { self.casework = casework }

    /// Adds the routes.
    public func add(to router: AppRouter) {
        router.get("/desk/matter/{number}/merge", access: .staff(.dispatch), show)
        router.post("/desk/matter/{number}/merge", access: .staff(.dispatch), merge)
        router.post("/desk/matter/{number}/unmerge", access: .staff(.dispatch), undo)
    }

    /// The suggestions; with others named in the address, all of them side by side.
    private func show(_ request: PageRequest) async throws -> Response {
        let own = try await casework.file(number: request.parameter("number"), for: try request.staff)
        let typed = request.query.text("other").trimmingBlanks
        let others = Self.numbers(request.query.values("with") + (typed.isEmpty ? [] : [typed]))
        guard !others.isEmpty else {
            let isAsked = request.query["look"] != nil
            let error = PlainError(.invalid, "merge.none", field: "other")
            return try await choose(request, own, errors: isAsked ? [error] : [])
        }
        do {
            let files = try await files(own, others, request)
            return try await compare(request, own, files, keeping: request.query["keep"])
        } catch let error as PlainError where error.field != nil {
            return try await choose(request, own, typed: typed, chosen: others, errors: [error.at("other")])
        }
    }

    /// A named person merges them, with a reason.
    private func merge(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let form = request.form
        let own = try await casework.file(number: request.parameter("number"), for: viewer)
        let files = try await files(own, Self.numbers(form.values("with")), request)
        guard let kept = files.first(where: { $0.state.number == form.text("keep") }) else {
            throw PlainError(.invalid, "form.malformed")
        }
        var versions: [CaseID: Int] = [:]
        for file in files { versions[file.state.id] = Int(form.text("version-\(file.state.number)")) }
        let draft = MergeDraft(
            kept: kept.state.id, leaving: files.map(\.state.id).filter { $0 != kept.state.id },
            reason: form.text("reason"), versions: versions)
        do {
            let number = try await casework.merge(draft, submission: try request.requiredSubmission, by: viewer)
            return request.redirect(to: "/desk/matter/\(number)?done=merged")
        } catch is VersionConflict {
            let now = try await self.files(own, Self.numbers(form.values("with")), request)
            return try await compare(
                request, own, now, keeping: form["keep"],
                errors: [PlainError(.conflict, "merge.changed", field: "compare")])
        } catch let error as PlainError where error.kind == .invalid || error.kind == .conflict {
            return try await compare(request, own, files, keeping: form["keep"], errors: [error])
        }
    }

    /// Takes a merge back, with a reason.
    private func undo(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: request.parameter("number"), for: viewer)
        let url = "/desk/matter/\(file.state.number)"
        do {
            try await casework.undoMerge(
                file.state.id, reason: request.form.text("reason"), submission: try request.requiredSubmission,
                by: viewer)
            return request.redirect(to: "\(url)?done=unmerged")
        } catch let error as PlainError where error.code == "text.missing" {
            return request.redirect(to: "\(url)?done=unmergeReason")
        } catch let error as PlainError where error.code == "case.mergeFixed" {
            return request.redirect(to: "\(url)?done=unmergeFixed")
        }
    }

    // MARK: Pages

    /// At most as many as can be merged at once, each once.
    private static func numbers(_ typed: [String]) -> [String] {
        var seen: Set<String> = []
        let clean = typed.map { MatterNumber($0)?.description ?? $0 }
        return Array(clean.filter { seen.insert($0).inserted }.prefix(MergeRule.most))
    }

    /// This one and the others, the oldest first.
    private func files(_ own: CaseFile, _ others: [String], _ request: PageRequest) async throws -> [CaseFile] {
        let numbers = [own.state.number] + others.filter { $0 != own.state.number }
        guard numbers.count > 1 else { throw CaseError.cannotMerge(.same, own.state.number).plain }
        return try await casework.files(numbers: numbers, for: try request.staff)
            .sorted { ($0.state.registeredAt, $0.state.id.rawValue) < ($1.state.registeredAt, $1.state.id.rawValue) }
    }

    private func words(_ request: PageRequest) throws -> MatterWords {
        request.matterWords(try request.staff.organisation, casework.deadlines)
    }

    private func choose(
        _ request: PageRequest, _ own: CaseFile, typed: String = "", chosen: [String] = [], errors: [PlainError]
    ) async throws -> Response {
        let viewer = try request.staff
        let found = try await casework.mergeSuggestions(for: own.state, viewer: viewer)
        let model = MergeChoice(
            file: own, found: found, words: try words(request), seesJudgement: viewer.may(.seeJudgement, on: nil),
            typed: typed, chosen: Set(chosen))
        var fields = model.fields
        fields["otherError"] = .text(request.message(errors, for: "other"))
        return try await request.page(
            "desk/merge", title: request.words.text("merge.title"), fields,
            status: errors.isEmpty ? .ok : .unprocessableContent, errors: errors)
    }

    private func compare(
        _ request: PageRequest, _ own: CaseFile, _ files: [CaseFile], keeping: String?, errors: [PlainError] = []
    ) async throws -> Response {
        let viewer = try request.staff
        let model = MergeComparison(
            own: own, files: files, keeping: keeping, words: try words(request), viewer: viewer,
            reason: request.form.text("reason"),
            fileNames: try await names(of: files))
        var fields = model.fields
        fields["submission"] = request.submissionField()
        fields["reasonError"] = .text(request.message(errors, for: "reason"))
        let isConflict = errors.contains { $0.kind == .conflict }
        return try await request.page(
            "desk/merge-compare", title: request.words.text("merge.compareTitle"), fields,
            status: errors.isEmpty ? .ok : isConflict ? .conflict : .unprocessableContent, errors: errors)
    }

    /// How the files of each matter are called.
    private func names(of files: [CaseFile]) async throws -> [CaseID: [String]] {
        var names: [CaseID: [String]] = [:]
        for file in files {
            let kept = try await casework.files(of: file.state)
            names[file.state.id] = file.state.attachments.compactMap { kept[$0.file.id]?.name }
        }
        return names
    }
}

extension PlainError {
    /// The same, beside another field.
    func at(_ field: String) -> PlainError { PlainError(kind, code, field: field, values: values) }
}

extension String {
    /// Without blanks around it.
    var trimmingBlanks: String {
        let kept = drop { $0.isWhitespace }
        return String(kept.reversed().drop { $0.isWhitespace }.reversed())
    }
}
