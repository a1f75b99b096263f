/// One article that a reply can rest on.
public struct LawEntry: Hashable, Sendable, Identifiable {
    /// The stable name, `XF-34`; events hold it.
    public let id: String
    /// The instrument.
    public let instrument: LocalizedName
    /// The article, `34` or `31(4)`.
    public let article: String
    /// What it says, in one line of our own; it helps to choose and is not the text.
    public let gist: LocalizedName
    /// How well it is known.
    public let evidence: RuleEvidence
    /// What it is about: `petition`, `information` …
    public let topics: [String]

    /// How a letter cites it: 《信访工作条例》第 34 条.
    public func citation(isEnglish: Bool) -> String {
        let name = instrument.text(isEnglish: isEnglish)
        guard article.first?.isNumber == true else { return isEnglish ? "\(name) \(article)" : "\(name)\(article)" }
        if isEnglish { return "\(name), article \(article)" }
        let parts = article.split(separator: "(", maxSplits: 1)
        let item = parts.count == 2 ? "第(\(parts[1].prefix { $0 != ")" }))项" : ""
        return "《\(name)》第 \(parts[0]) 条\(item)"
    }
}

/// The articles that replies can cite.
public struct LawLibrary: Sendable {
    /// All entries, in the order of the file.
    public let entries: [LawEntry]
    /// Procedures with limits of their own, in the order of the file.
    public private(set) var procedures: [LawfulProcedure] = []
    private let positions: [String: Int]

    /// The articles that come with the program.
    public static func builtIn() throws -> LawLibrary {
        var library = try LawLibrary(yaml: try OrganisationResources.text("law/library.yaml"))
        library.procedures = try procedures(
            yaml: try OrganisationResources.text("law/procedures.yaml"), entries: library.entries)
        return library
    }

    /// Reads a library and checks everything in it.
    ///
    /// - Throws: `RulePackError` with the line and the reason of every fault.
    public init(yaml: String) throws(RulePackError) {
        let problems = YAMLProblems()
        let top = try YAMLFields(
            yaml: yaml, problems: problems, what: "a library is a list: instruments, each with articles")
        top.expect(["instruments"])
        var entries: [LawEntry] = []
        for instrument in top.items("instruments") {
            instrument.expect(["id", "name", "topics", "articles"])
            let (id, name) = (instrument.identifier("id"), instrument.name("name"))
            let topics = instrument.words("topics")
            for item in instrument.items("articles") {
                let entry = item.lawEntry(of: id, name, topics)
                if entries.contains(where: { $0.id == entry.id }) {
                    item.fail("article", "\(entry.id) is there twice")
                }
                entries.append(entry)
            }
        }
        guard problems.all.isEmpty else { throw RulePackError(problems: problems.all) }
        self.entries = entries
        positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.id, $0) })
    }

    /// An entry by its name.
    public func entry(_ id: String) -> LawEntry? { positions[id].map { entries[$0] } }

    /// A procedure by its name.
    public func procedure(_ id: String) -> LawfulProcedure? { procedures.first { $0.id == id } }

    /// Entries that hold every word of a text: name, article or gist, in either language. An article that is named
    /// exactly comes first.
    public func search(_ text: String) -> [LawEntry] {
        let words = text.lowercased().split { $0.isWhitespace || "《》,，、。".contains($0) }
            .map { word in
                // 第34条 as people type it.
                word.hasPrefix("第") && word.hasSuffix("条") ? String(word.dropFirst().dropLast()) : String(word)
            }
        guard !words.isEmpty else { return entries }
        let found = entries.filter { entry in words.allSatisfy { entry.holds($0) } }
        let isExact = { (entry: LawEntry) in words.contains { $0 == entry.article || $0 == entry.id.lowercased() } }
        return found.filter(isExact) + found.filter { !isExact($0) }
    }
}

extension LawEntry {
    fileprivate func holds(_ word: String) -> Bool {
        // A number is an article, not a part of another number.
        if word.allSatisfy(\.isNumber) { return article.prefix(while: \.isNumber) == word }
        return [id, instrument.zh, instrument.en ?? "", article, gist.zh, gist.en ?? ""]
            .contains { $0.lowercased().contains(word) } || topics.contains(word)
    }
}

extension YAMLFields {
    fileprivate func lawEntry(of instrument: String, _ name: LocalizedName, _ topics: [String]) -> LawEntry {
        expect(["key", "article", "evidence", "gist", "topics"])
        let article = text("article")
        let evidence: RuleEvidence = choice(
            "evidence", otherwise: .part, hint: "; what is only remembered (M) is left out")
        if evidence == .secondary || evidence == .local {
            fail("evidence", "a reply rests on articles that were read: T or P")
        }
        let key = has("key") ? text("key") : article
        return LawEntry(
            id: "\(instrument)-\(key)", instrument: name, article: article, gist: self.name("gist"), evidence: evidence,
            topics: has("topics") ? words("topics") : topics)
    }
}
