internal import Kernel
internal import Ledger
internal import Storage

/// A code under which somebody keeps a list of public matters: twelve symbols, 60 bits. It is the whole of what there
/// is about them, and the store has only its keyed hash.
public struct FollowCode: Hashable, Sendable, CustomStringConvertible {
    /// The symbols without dashes.
    public let symbols: String

    /// A new code.
    public static func random() -> FollowCode {
        let bytes = randomBytes(16)
        let first = AccessCode(bytes: bytes.prefix(5))?.symbols ?? ""
        let second = AccessCode(bytes: bytes.suffix(5))?.symbols ?? ""
        return FollowCode(symbols: String((first + second).prefix(12)))
    }

    private init(symbols: String) { self.symbols = symbols }

    /// Reads a code as people type it; `nil` when it cannot be one.
    public init?(_ text: String) {
        let letters = text.filter { !$0.isWhitespace && $0 != "-" && $0 != "－" && $0 != "—" }
        guard letters.count == 12, let first = AccessCode(letters.prefix(8)),
            let last = AccessCode("0000" + letters.suffix(4))
        else { return nil }
        symbols = first.symbols + last.symbols.suffix(4)
    }

    /// `K7QM-4TZP-9XWD`.
    public var description: String { "\(symbols.prefix(4))-\(symbols.dropFirst(4).prefix(4))-\(symbols.suffix(4))" }
}

/// A matter that somebody follows.
public struct FollowedMatter: Sendable {
    /// The matter.
    public let matter: PublicMatter
    /// What happened since they last looked.
    public let news: [CaseState.OpenStep]
}

/// What somebody follows.
public struct FollowedMatters: Sendable {
    /// Those that are public, the one with the newest change first.
    public let matters: [FollowedMatter]
    /// How many are not public any more.
    public let gone: Int
}

extension Casework {
    /// How many one code may follow.
    public static let mostFollowed = 100

    /// Follows a public matter. Nobody is told, and nothing is sent.
    public func followPublic(_ number: String, with code: FollowCode) async throws {
        let (hash, today) = (hash(of: code), today)
        try await database.write { tx in
            guard
                let row = try tx.first("SELECT case_id, steps FROM public_matters WHERE number = $1", [number])
            else { throw PlainError(.notFound, "public.gone") }
            let count = try tx.first("SELECT COUNT(*) FROM public_follows WHERE code_hash = $1", [hash])?.int(0) ?? 0
            guard count < Self.mostFollowed else { throw PlainError(.conflict, "public.followsMany") }
            try tx.execute(
                """
                INSERT INTO public_follows (code_hash, case_id, seen, looked_on) VALUES ($1, $2, $3, $4)
                ON CONFLICT (code_hash, case_id) DO NOTHING
                """, [hash, try row.int64(0), try row.int(1), today])
        }
    }

    /// Follows it no more.
    public func unfollowPublic(_ number: String, with code: FollowCode) async throws {
        let hash = hash(of: code)
        try await database.write { tx in
            guard let id = try tx.first("SELECT case_id FROM public_matters WHERE number = $1", [number])?.int64(0)
            else { return }
            try tx.execute("DELETE FROM public_follows WHERE code_hash = $1 AND case_id = $2", [hash, id])
        }
    }

    /// Forgets the whole list.
    public func forgetFollows(of code: FollowCode) async throws {
        let hash = hash(of: code)
        try await database.write { tx in try tx.execute("DELETE FROM public_follows WHERE code_hash = $1", [hash]) }
    }

    /// Whether a code follows a matter.
    public func isFollowing(_ number: String, with code: FollowCode) async throws -> Bool {
        let hash = hash(of: code)
        return try await database.read { tx in
            try tx.first(
                """
                SELECT 1 FROM public_follows f JOIN public_matters p ON p.case_id = f.case_id
                WHERE f.code_hash = $1 AND p.number = $2
                """, [hash, number]) != nil
        }
    }

    /// What a code follows, with what is new; `nil` for a code that follows nothing. Looking is noted, so that next
    /// time only later steps are new.
    public func followed(with code: FollowCode) async throws -> FollowedMatters? {
        let (hash, today) = (hash(of: code), today)
        let found = try await database.read { tx -> FollowedMatters? in
            let follows = try tx.rows(
                """
                SELECT f.case_id, f.seen, p.text_id FROM public_follows f
                LEFT JOIN public_matters p ON p.case_id = f.case_id
                WHERE f.code_hash = $1 ORDER BY f.case_id LIMIT \(Self.mostFollowed)
                """, [hash])
            guard !follows.isEmpty else { return nil }
            var seen: [CaseID: Int] = [:]
            for row in follows { seen[try row.id(0)] = try row.int(1) }
            let matters = try publicRows(try follows.compactMap { try $0.optionalInt64(2) }, in: tx)
            let steps = try steps(of: matters.map(\.id), in: tx)
            let all = matters.map { matter in
                FollowedMatter(
                    matter: matter, news: Array((steps[matter.id] ?? []).dropFirst(seen[matter.id] ?? 0)))
            }
            return FollowedMatters(
                matters: all.sorted {
                    ($0.matter.changedAt, $0.matter.number) > ($1.matter.changedAt, $1.matter.number)
                },
                gone: follows.count - matters.count)
        }
        guard let found else { return nil }
        let fresh = found.matters.filter { !$0.news.isEmpty }.map { ($0.matter.id, $0.matter.steps) }
        try await database.write { tx in
            for (id, steps) in fresh {
                try tx.execute(
                    "UPDATE public_follows SET seen = $3 WHERE code_hash = $1 AND case_id = $2", [hash, id, steps])
            }
            try tx.execute(
                "UPDATE public_follows SET looked_on = $2 WHERE code_hash = $1 AND looked_on < $2", [hash, today])
        }
        return found
    }

    private func steps(of ids: [CaseID], in tx: any ReadTransaction) throws -> [CaseID: [CaseState.OpenStep]] {
        guard !ids.isEmpty else { return [:] }
        let marks = ids.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        var out: [CaseID: [CaseState.OpenStep]] = [:]
        for row in try tx.rows(
            """
            SELECT kind, at, unit_id, case_id FROM public_steps WHERE case_id IN (\(marks))
            ORDER BY case_id, position
            """, ids)
        {
            guard let step = try CaseState.OpenStep(row) else { continue }
            out[try row.id(3), default: []].append(step)
        }
        return out
    }

    /// Forgets lists at which nobody has looked for two years.
    @discardableResult
    public func forgetOldFollows() async throws -> Int {
        let limit = today.adding(days: -730)
        return try await database.write { tx in
            try tx.execute("DELETE FROM public_follows WHERE looked_on < $1", [limit])
        }
    }

    private func hash(of code: FollowCode) -> String {
        hexadecimal(keys.codeHash(code.symbols, context: "follow-list"))
    }
}
