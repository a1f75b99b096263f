public import Kernel
internal import Ledger
public import Organisation
internal import Storage

/// What a clerk wants everybody to read.
public struct PublicDraft: Hashable, Sendable {
    /// The title.
    public var title: String
    /// The letter without anybody in it.
    public var body: String
    /// The reply without anybody in it; empty while there is none, or while it shall not be shown.
    public var reply: String

    /// A draft.
    public init(title: String, body: String, reply: String = "") {
        self.title = title
        self.body = body
        self.reply = reply
    }
}

extension Casework {
    /// Longest public title.
    public static let longestPublicTitle = 60

    /// A resident says whether the own letter may be shown. No takes it away at once, everywhere.
    public func consent(_ id: CaseID, agrees: Bool, by reporter: ReporterID) async throws {
        try await change(CaseChange(id: id, actor: .reporter(reporter), viewer: nil)) { _ in
            .consent(reporter: reporter, agrees: agrees)
        }
    }

    /// The same, told at the counter or on the telephone.
    public func recordConsent(_ id: CaseID, agrees: Bool, of reporter: ReporterID, by viewer: Viewer) async throws {
        try await change(CaseChange(id: id, actor: viewer.actor, viewer: viewer)) { _ in
            .consent(reporter: reporter, agrees: agrees)
        }
    }

    /// Shows a matter to everybody in the words that a clerk signs.
    ///
    /// - Throws: `public.leak` beside a field that holds a resident's own telephone, identity number, name or address.
    /// - Returns: the public number.
    @discardableResult
    public func publish(
        _ id: CaseID, _ draft: PublicDraft, version: Int, submission: String?, by viewer: Viewer
    ) async throws -> String {
        let draft = try checked(draft)
        let texts = [draft.title, draft.body].map(newText)
        let reply = draft.reply.isEmpty ? nil : newText(draft.reply)
        let fresh = PublicNumber.random()
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.expected = version
        change.submission = submission.map { "publish:\($0)" }
        change.texts = texts + [reply].compactMap { $0 }
        let vault = self.vault
        change.check = { state, tx in
            let people = state.reporters.filter { !$0.erased }.compactMap(\.details.person)
            let helpers = state.reporters.filter { !$0.erased }.compactMap(\.details.onBehalf?.helper)
            let leaks = LeakCheck(try vault.contacts(people + helpers, in: tx).values).fields(in: draft)
            guard leaks.isEmpty else {
                throw PlainErrors(leaks.map { PlainError(.invalid, "public.leak", field: $0) })
            }
        }
        let state = try await self.change(change) { state in
            .publish(
                .init(
                    number: state.publicNumber ?? fresh, title: texts[0].reference, body: texts[1].reference,
                    reply: reply?.reference))
        }
        return state.publicNumber ?? fresh
    }

    /// Cleaned, within the lengths; the preview checks with it as well.
    public func checked(_ draft: PublicDraft) throws -> PublicDraft {
        var errors: [PlainError] = []
        var out = draft
        do { out.title = try PlainText.required(draft.title, field: "title", most: Self.longestPublicTitle) } catch {
            errors.append(error)
        }
        do { out.body = try PlainText.required(draft.body, field: "body") } catch { errors.append(error) }
        do { out.reply = try PlainText.optional(draft.reply, field: "reply", most: 20_000) ?? "" } catch {
            errors.append(error)
        }
        guard errors.isEmpty else { throw PlainErrors(errors) }
        return out
    }

    /// Takes it away from everybody, with a reason.
    public func unpublish(_ id: CaseID, reason: String, version: Int, by viewer: Viewer) async throws {
        let reason = newText(try PlainText.required(reason, field: "reason", most: 1_000))
        var change = CaseChange(id: id, actor: viewer.actor, viewer: viewer)
        change.expected = version
        change.texts = [reason]
        try await self.change(change) { _ in .unpublish(reason: reason.reference) }
    }
}

/// Numbers under which the public finds matters: random, so that they tell neither how many letters came nor in which
/// order.
public enum PublicNumber {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    static func random() -> String {
        let bytes = randomBytes(9)
        return "P" + String(bytes.map { alphabet[Int($0 & 31)] })
    }

    /// A number as people type it; `nil` when it cannot be one.
    public static func parse(_ text: String) -> String? {
        let upper = text.uppercased().filter { $0 != "-" && $0 != " " }
        guard upper.count == 10, upper.first == "P", upper.dropFirst().allSatisfy(alphabet.contains) else { return nil }
        return upper
    }
}

/// Looks for what the house knows of the people of a matter. Masks are suggestions; this is a wall.
struct LeakCheck {
    private let words: [String]
    private let numbers: [String]

    init(_ contacts: some Collection<Contact>) {
        var words: [String] = []
        var numbers: [String] = []
        for contact in contacts {
            if let name = contact.name, name.count >= 2, !Self.isAddressing(name) { words.append(name) }
            if let address = contact.address, address.count >= 6 { words.append(address) }
            for number in [contact.phone, contact.identityNumber].compactMap({ $0 }) {
                let plain = Self.plain(number)
                if plain.count >= 5 { numbers.append(plain) }
            }
        }
        self.words = words.map { Self.flat($0) }
        self.numbers = numbers
    }

    func fields(in draft: PublicDraft) -> [String] {
        [("title", draft.title), ("body", draft.body), ("reply", draft.reply)].filter { holds($0.1) }.map(\.0)
    }

    private func holds(_ text: String) -> Bool {
        let (flat, plain) = (Self.flat(text), Self.plain(text))
        return words.contains { flat.contains($0) } || numbers.contains { plain.contains($0) }
    }

    /// "王女士", "李先生" is no name: half the letters of a town are answered to one.
    private static func isAddressing(_ name: String) -> Bool {
        name.count <= 3 && ["女士", "先生", "同志", "师傅", "老师", "大爷", "大妈", "阿姨"].contains { name.hasSuffix($0) }
    }

    private static func flat(_ text: String) -> String { text.filter { !$0.isWhitespace }.lowercased() }

    /// Digits and the letter of identity numbers, so that blanks and dashes hide nothing.
    private static func plain(_ text: String) -> String {
        String(text.uppercased().filter { $0.isASCII && $0.isNumber || $0 == "X" })
    }
}
