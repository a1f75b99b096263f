internal import Kernel
internal import Ledger
internal import Storage

extension Casework {
    /// Words of a letter that are looked up.
    private static let mostLookedUp = 48
    /// The newest matters of each word; a word that more have says little.
    private static let mostOfWord = 40

    /// Public matters that are alike: they share unusual words with what somebody is writing, and the place counts
    /// double. The cost is that of a fixed number of short index ranges, however many matters there are.
    public func publicAlike(body: String, place: String, area: String?, limit: Int = 5) async throws -> [PublicMatter] {
        let places = Self.compared(place)
        let tokens = Array((places + Self.compared(body).filter { !places.contains($0) }).prefix(Self.mostLookedUp))
        guard tokens.count >= 2 else { return [] }
        let township = area.map { String($0.prefix(9)) }
        return try await database.read { tx in
            let found = try tx.rows(Self.alikeWords(tokens.count), tokens)
            var matters: [String: [Int64]] = [:]
            for row in found { matters[try row.text(0), default: []].append(try row.int64(1)) }
            var scores: [Int64: (weight: Double, words: Int)] = [:]
            for (token, texts) in matters {
                // A word that hardly any other matter has says more; one of the place says twice as much.
                let weight = (places.contains(token) ? 2.0 : 1) / (1 + Double(texts.count) / 4)
                for text in texts {
                    let known = scores[text] ?? (0, 0)
                    scores[text] = (known.weight + weight, known.words + 1)
                }
            }
            let least = tokens.count < 6 ? 2 : 3
            let best = scores.filter { $0.value.words >= least && $0.value.weight >= 0.8 }
                .sorted { ($0.value.weight, $0.key) > ($1.value.weight, $1.key) }.prefix(limit * 3).map(\.key)
            let rows = try publicRows(best, in: tx)
            // Another township is another lamp, however alike the words are; no township named, nothing excluded.
            let near = rows.filter {
                guard let township, let area = $0.area, area.count >= 9 else { return true }
                return area == township
            }
            return near.sorted {
                (scores[$0.order]?.weight ?? 0, $0.number) > (scores[$1.order]?.weight ?? 0, $1.number)
            }
            .prefix(limit).map(\.self)
        }
    }

    /// One short range of the index for each word.
    static func alikeWords(_ count: Int) -> String {
        (1...max(1, count)).map { index in
            """
            SELECT * FROM (SELECT token, text_id FROM public_words WHERE token = $\(index)
              ORDER BY text_id DESC LIMIT \(mostOfWord)) w\(index)
            """
        }.joined(separator: " UNION ALL ")
    }
}
