internal import Kernel
internal import Organisation

extension RulebookPages {
    /// What was changed in a part, by whom, when and why.
    func history(_ part: RulebookPart, _ request: PageRequest) async throws -> RulebookBlock {
        let words = request.words
        let organisation = try await request.site.organisation.current()
        let changes = try await request.site.organisation.history(of: part, limit: 30)
        var block = RulebookBlock(
            id: "history", heading: words.text("rulebook.history"), hint: words.text("rulebook.historyHint"),
            columns: [
                (words.text("rulebook.when"), false), (words.text("rulebook.what"), false),
                (words.text("rulebook.who"), false), (words.text("rulebook.why"), false),
            ])
        block.rows = changes.map { change in
            [
                .init(text: words.relative(change.at, now: request.now)),
                .init(text: Self.sentence(change, organisation, words)),
                .init(text: Self.who(change.actor, organisation, words)),
                .init(text: change.reason ?? words.text("rulebook.noReason")),
            ]
        }
        if changes.isEmpty { block.sentences = [words.text("rulebook.noHistory")] }
        return block
    }

    static func sentence(_ change: RulebookChange, _ organisation: Organisation, _ words: Words) -> String {
        let isEnglish = words.language.isEnglish
        let values: [String: String] = [
            "pack": change.pack ?? "", "rule": change.rule ?? "", "calendar": change.calendar ?? "",
            "from": change.from.map { words.fullDate($0) } ?? "",
            "last": change.lastDay.map { words.fullDate($0) } ?? "",
            "n": change.count.map { words.number($0) } ?? "",
            "category": change.category.map { organisation.pathName(ofCategory: $0, isEnglish: isEnglish) } ?? "",
            "area": change.area.map { organisation.pathName(ofArea: $0, isEnglish: isEnglish) } ?? "",
            "unit": change.to.flatMap { organisation.unit($0)?.name.text(isEnglish: isEnglish) } ?? "",
        ]
        return words.text("rulebook.event.\(change.kind)", values)
    }

    static func who(_ actor: Actor, _ organisation: Organisation, _ words: Words) -> String {
        switch actor {
        case .staff(let id, _): organisation.staff(id)?.displayName ?? words.text("story.staffUnknown")
        case .system(let name): words.text("rulebook.system.\(name)")
        case .reporter, .newReporter: ""
        }
    }
}
