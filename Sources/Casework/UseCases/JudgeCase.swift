public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// What a resident says of the result.
public struct JudgementDraft: Hashable, Sendable {
    /// The verdict.
    public var outcome: Judgement
    /// How they were treated.
    public var attitude: Attitude?
    /// The four questions.
    public var answers: FourAnswers
    /// In their words.
    public var words: String?
    /// How the office served that took it in, where another unit answered.
    public var intake: Attitude?

    /// A judgement.
    public init(
        outcome: Judgement, attitude: Attitude? = nil, answers: FourAnswers = FourAnswers(), words: String? = nil,
        intake: Attitude? = nil
    ) {
        self.outcome = outcome
        self.attitude = attitude
        self.intake = intake
        self.answers = answers
        self.words = words
    }
}

extension Casework {
    /// The resident judges, or changes the judgement before the stated day.
    public func judge(_ id: CaseID, _ draft: JudgementDraft, by reporter: ReporterID) async throws {
        try await judge(id, draft, of: reporter, CaseChange(id: id, actor: .reporter(reporter), viewer: nil))
    }

    /// A judgement told at the counter, by letter or on the telephone, recorded by staff other than the handler.
    public func recordJudgement(
        _ id: CaseID, _ draft: JudgementDraft, of reporter: ReporterID, by viewer: Viewer
    ) async throws {
        let change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        try await judge(id, draft, of: reporter, change)
    }

    /// Somebody called to ask how it went and comes back without a verdict; whoever is judged does not make that call.
    ///
    /// - Parameter again: when somebody calls once more; nothing where that was the last call.
    public func recordCallBack(
        _ id: CaseID, of reporter: ReporterID, _ result: CallBackResult, again: LocalDate?, words: String?,
        submission: String?, by viewer: Viewer
    ) async throws {
        let words = try PlainText.optional(words, field: "words", most: 1_000).map(newText)
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer, submission: submission)
        change.texts = [words].compactMap { $0 }
        try await self.change(change) { state in
            try Self.checkNotJudged(viewer, in: state)
            return .callBack(.init(reporter: reporter, result: result, again: again, text: words?.reference))
        }
    }

    /// Whoever handled or signed does not ask how it went.
    private static func checkNotJudged(_ viewer: Viewer, in state: CaseState) throws(PlainError) {
        guard [state.handler, state.reply?.signer].contains(viewer.staff.id) else { return }
        throw PlainError(.forbidden, "judgement.byHandler")
    }

    private func judge(
        _ id: CaseID, _ draft: JudgementDraft, of reporter: ReporterID, _ base: CaseChange
    ) async throws {
        let words = try PlainText.optional(draft.words, field: "words", most: 2_000).map(newText)
        var change = base
        change.texts = [words].compactMap { $0 }
        try await self.change(change) { state in
            if let viewer = base.viewer { try Self.checkNotJudged(viewer, in: state) }
            return .judge(
                .init(
                    reporter: reporter, outcome: draft.outcome, attitude: draft.attitude, answers: draft.answers,
                    words: words?.reference, intake: draft.intake))
        }
    }

    /// Ends windows that are over: these matters become "answered, not judged". Run by a job.
    ///
    /// - Returns: how many residents' windows ended; call again while it is the limit.
    @discardableResult
    public func endWindows(limit: Int = 200) async throws -> Int {
        let today = self.today
        let due = try await database.read { tx in
            try tx.rows(
                "SELECT id FROM cases WHERE judge_until < $1 ORDER BY judge_until, id LIMIT $2", [today, limit]
            ).map { try $0.id(0) as CaseID }
        }
        for id in due { try await endWindow(id) }
        return due.count
    }

    private func endWindow(_ id: CaseID) async throws {
        let today = self.today
        let reporters = try await database.read { tx in
            try load(id, in: tx)?.reporters.filter { reporter in
                !reporter.isSettled && reporter.judgeUntil.map { $0 < today } ?? false
            }.map(\.details.id) ?? []
        }
        for reporter in reporters {
            do {
                try await change(CaseChange(id: id, actor: .system("clock"), viewer: nil)) { _ in
                    .endWindow(reporter: reporter)
                }
            } catch let error as PlainError where error.kind == .conflict {
                continue
            }
        }
    }
}
