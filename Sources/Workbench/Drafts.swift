public import Kernel
internal import Ledger
internal import Storage

/// A form in which a draft can be kept; one of each for a person and a matter.
public enum DraftForm: String, CaseIterable, Sendable {
    /// The reply.
    case reply
    /// A letter on the way.
    case message
    /// An internal note.
    case note
}

/// What somebody was writing.
public struct Draft: Hashable, Sendable {
    /// Who wrote it.
    public let author: StaffID
    /// In which form.
    public let form: DraftForm
    /// Grows with each saving; a later save must name the one that it follows.
    public let revision: Int64
    /// When it was saved last.
    public let savedAt: Instant
    /// The fields, as a form sends them.
    public let fields: String
}

/// What became of a draft that a browser sent.
public enum DraftOutcome: Hashable, Sendable {
    /// It is kept under this revision.
    case saved(revision: Int64, at: Instant)
    /// Another browser saved a newer one, which stays.
    case newer(revision: Int64, at: Instant)
    /// It was sent or thrown away elsewhere; nothing was kept.
    case gone
}

extension Workbench {
    /// The largest draft, in bytes of a form.
    public static let largestDraft = 128 * 1024

    /// Keeps what somebody writes, unless another browser has kept something newer.
    ///
    /// - Parameters:
    ///   - base: the revision that the browser last saw; 0 when it saw none.
    ///   - page: the one-time name of the page. A page whose last saving was kept but never answered names the same
    ///     base once more; it follows itself, and is not told that somebody else was there.
    public func saveDraft(
        _ fields: String, in form: DraftForm, on matter: CaseID, by staff: StaffID, base: Int64, from page: String = ""
    ) async throws -> DraftOutcome {
        guard fields.utf8.count <= Self.largestDraft else { throw PlainError(.invalid, "draft.tooLong") }
        let now = clock.now()
        let origin = page.isEmpty ? "" : "\(base) \(page.filter { $0.isASCII && !$0.isWhitespace })"
        let sealed = try seal(fields, origin, matter, staff, form)
        return try await database.write { tx in
            let known = try tx.first(
                """
                SELECT revision, saved_at, sealed FROM desk_drafts WHERE case_id = $1 AND staff_id = $2 AND form = $3
                """ + tx.dialect.forUpdate, [matter, staff, form.rawValue])
            let revision = try known?.int64(0) ?? 0
            if revision != base {
                guard let known else { return .gone }
                guard try !origin.isEmpty && open(known.blob(2), matter, staff, form).origin == origin else {
                    return .newer(revision: revision, at: try known.instant(1))
                }
            }
            // Also after a draft was thrown away, no old browser names the revision of a new one.
            let next = max(revision + 1, now.milliseconds)
            try tx.execute(
                """
                INSERT INTO desk_drafts (case_id, staff_id, form, revision, saved_at, sealed)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (case_id, staff_id, form) DO UPDATE
                SET revision = excluded.revision, saved_at = excluded.saved_at, sealed = excluded.sealed
                """, [matter, staff, form.rawValue, next, now, sealed])
            return .saved(revision: next, at: now)
        }
    }

    /// Throws a person's draft away, because it was sent or is not wanted.
    public func discardDraft(_ form: DraftForm, on matter: CaseID, by staff: StaffID) async throws {
        try await database.write { tx in
            try tx.execute(
                "DELETE FROM desk_drafts WHERE case_id = $1 AND staff_id = $2 AND form = $3",
                [matter, staff, form.rawValue])
        }
    }

    /// Makes a colleague's draft one's own. Who may do so, the caller decides.
    public func takeOver(_ form: DraftForm, of author: StaffID, on matter: CaseID, by staff: StaffID) async throws {
        let now = clock.now()
        try await database.write { tx in
            let own = try tx.first(
                "SELECT 1 FROM desk_drafts WHERE case_id = $1 AND staff_id = $2 AND form = $3",
                [matter, staff, form.rawValue])
            guard own == nil else { throw PlainError(.conflict, "draft.ownFirst") }
            guard
                let row = try tx.first(
                    "SELECT sealed FROM desk_drafts WHERE case_id = $1 AND staff_id = $2 AND form = $3"
                        + tx.dialect.forUpdate, [matter, author, form.rawValue])
            else { throw PlainError(.conflict, "draft.gone") }
            let fields = try open(try row.blob(0), matter, author, form).fields
            try tx.execute(
                "DELETE FROM desk_drafts WHERE case_id = $1 AND staff_id = $2 AND form = $3",
                [matter, author, form.rawValue])
            try tx.execute(
                """
                INSERT INTO desk_drafts (case_id, staff_id, form, revision, saved_at, sealed)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [matter, staff, form.rawValue, now.milliseconds, now, try seal(fields, "", matter, staff, form)])
        }
    }

    /// Takes all drafts of somebody on a matter along to whoever handles it now; what that person began stays.
    public func takeAlong(_ matter: CaseID, from author: StaffID, to staff: StaffID) async throws {
        for form in DraftForm.allCases {
            do {
                try await takeOver(form, of: author, on: matter, by: staff)
            } catch let error as PlainError where error.kind == .conflict {
                // There is none, or the new one has begun an own: both stay as they are.
                continue
            }
        }
    }

    private func context(_ matter: CaseID, _ staff: StaffID, _ form: DraftForm) -> String {
        "draft:\(matter):\(staff):\(form.rawValue)"
    }

    /// What is sealed: a line that names where the draft came from, when a page named itself, and the fields. Fields are
    /// written as a form sends them and have no line break.
    private func seal(
        _ fields: String, _ origin: String, _ matter: CaseID, _ staff: StaffID, _ form: DraftForm
    ) throws -> [UInt8] {
        let text = origin.isEmpty ? fields : "\(origin)\n\(fields)"
        return try Sealed.seal(Array(text.utf8), with: draftKey, context: context(matter, staff, form))
    }

    func open(
        _ sealed: [UInt8], _ matter: CaseID, _ staff: StaffID, _ form: DraftForm
    ) throws -> (origin: String, fields: String) {
        let plain = try Sealed.open(sealed, with: draftKey, context: context(matter, staff, form))
        let end = plain.firstIndex(of: UInt8(ascii: "\n"))
        return (
            origin: String(decoding: plain[..<(end ?? 0)], as: UTF8.self),
            fields: String(decoding: plain[(end.map { $0 + 1 } ?? 0)...], as: UTF8.self)
        )
    }
}
