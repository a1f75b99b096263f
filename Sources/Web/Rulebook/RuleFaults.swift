internal import Kernel
internal import Organisation

/// Says in the reader's language what is wrong with a line of a file. The reasons of the readers are English sentences for
/// operators; those that people meet most have a Chinese form, the others are shown as they are and marked as English.
struct RuleFaults {
    let words: Words

    init(_ words: Words) { self.words = words }

    /// English forms with `{}` where a value stands, and the end of the key in the catalogue.
    private static let forms: [(form: String, key: String)] = [
        ("unknown field {}", "unknownField"),
        ("the property code is missing", "noCode"), ("the area {} has an outline already", "outlineTwice"),
        ("a polygon without a ring", "noRing"), ("a point must be longitude and latitude in degrees", "degrees"),
        ("a ring must have four points or more and end where it began", "ring"),
        ("{} points in all; at most {}", "pointsInAll"),
        ("{} points; at most {}: simplify the outline first", "points"),
        ("the file is no GeoJSON FeatureCollection of points and polygons", "noGeoJSON"),
        ("the file is no FeatureCollection but a {}", "otherGeoJSON"),
        ("the file has {} features; at most {}", "features"),
        ("{} must be a whole number from {} to {}", "number"), ("{} must be one of {}", "choice"),
        ("{} must be a date such as 2022-05-01", "date"), ("{} must be true or false", "flag"),
        ("{} is there twice", "twice"), ("not YAML: {}", "notYAML"), ("not YAML", "notYAMLAtAll"),
        ("{} must have zh and en", "names"), ("the pack has no tier {}", "noTier"),
        ("the pack has no route {}", "noRoute"), ("the category {} is unknown", "category"),
        ("the area {} is unknown", "area"), ("the unit {} is unknown", "unit"), ("the legal basis is empty", "basis"),
        ("the number {} is empty or there twice", "numberTwice"), ("no rows", "noRows"),
        ("columns missing: {}", "columns"), ("a level is empty before a filled one", "level"),
        ("a name is longer than 60 characters", "longName"),
        ("a category sorts matters, never people ({})", "person"),
        ("{} is a village or community: {}", "village"), ("{} takes no matters in the ordinary way", "noMatters"),
        ("the version line is missing", "noVersion"), ("a second version line", "secondVersion"),
        ("a line has at least two columns, separated by a tab", "tabs"),
        ("a line begins with version, year, off or work", "begin"), ("{} stands in line {} already", "standsAlready"),
        ("{} is no Saturday or Sunday, so it needs no line to be a working day", "noWeekend"),
        ("{} has no year line; days of an unknown year would pass as known", "noYearLine"),
        ("year, year, year, source", "yearLine"), ("{}, first day, last day, name", "spanLine"),
        ("a second line for the year {}", "secondYear"), ("not a table: {}", "noTable"),
        ("a duty of the authority does not roll; where the text says otherwise, say so in because", "dutyRolls"),
        ("a right of the resident rolls forward; where the text says otherwise, say so in because", "rightRolls"),
        ("evidence T needs the article that was read", "article"),
        ("ends must name what the authority has to do, such as [reply]", "ends"),
        ("{} must be a list with at least one entry", "list"), ("{} is missing", "missing"), ("{} is empty", "empty"),
    ]

    /// A fault with its line as it stands in the text.
    func fault(_ line: Int, _ reason: String, in text: String) -> RulebookBlock.Fault {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.indices.contains(line - 1) ? String(lines[line - 1].prefix(200)) : ""
        guard !words.language.isEnglish, let own = translated(reason) else {
            return .init(line: line, text: shown, reason: reason, isEnglish: !words.language.isEnglish)
        }
        return .init(line: line, text: shown, reason: own)
    }

    private func translated(_ reason: String) -> String? {
        for (form, key) in Self.forms {
            guard let values = Self.values(of: reason, in: form) else { continue }
            let named = Dictionary(
                values.enumerated().map { ("v\($0.offset + 1)", $0.element) }, uniquingKeysWith: { first, _ in first })
            return words.text("rulebook.fault.\(key)", named)
        }
        return nil
    }

    /// The values of a sentence; `nil` when it has another form.
    static func values(of sentence: String, in form: String) -> [String]? {
        let pieces = form.components(of: "{}")
        guard sentence.hasPrefix(pieces[0]) else { return nil }
        var rest = sentence.dropFirst(pieces[0].count)
        var values: [String] = []
        for (index, piece) in pieces.dropFirst().enumerated() {
            if piece.isEmpty, index == pieces.count - 2 {
                values.append(String(rest))
                return values
            }
            guard let found = rest.firstRange(of: piece) else { return nil }
            values.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return rest.isEmpty ? values : nil
    }
}

extension String {
    /// The pieces between a mark.
    fileprivate func components(of mark: String) -> [String] {
        var out: [String] = []
        var rest = self[...]
        while let found = rest.firstRange(of: mark) {
            out.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return out + [String(rest)]
    }
}
