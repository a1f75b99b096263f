internal import Supervision

/// The three kinds of suggestions (三项建议, Art. 40). A file of its own: what units say to them and what offices say to
/// residents' suggestions have the same name in two rooms.
extension ReportWriter {
    /// Written to units by those who supervise.
    var suggestions: [Table] {
        guard let all = supervision?.all else { return [] }
        let columns =
            ["suggestion", "made"] + SuggestionAdoption.allCases.map { "reply.\($0.rawValue)" } + ["unanswered"]
        return [
            table(
                "suggestions", columns,
                SuggestionKind.allCases.map { kind in
                    let replies = all.suggestions[kind] ?? SupervisionNumbers.Replies()
                    return [name(words.words.name("suggestionKind", kind)), number(replies.made)]
                        + SuggestionAdoption.allCases.map { number(replies.replies[$0] ?? 0) }
                        + [number(replies.unanswered)]
                })
        ]
    }
}
