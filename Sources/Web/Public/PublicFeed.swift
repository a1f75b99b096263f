internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel

extension PublicPages {
    /// The same list as a feed (RFC 4287), with the same filters; it goes on in pages (RFC 5005).
    func feed(_ request: PageRequest) async throws -> Response {
        let query = PublicQuery(request.query)
        let page = try await casework.publicMatters(query.filter, after: query.after, limit: 50, step: searchStep)
        let rows = page.rows
        let words = try await words(request)
        let base = request.site.settings.publicURL
        let view = PublicView(words: words)
        func link(_ relation: String, _ after: String?) -> String {
            let url = escaped(base + query.address("/matters.atom", after: after))
            return "<link rel=\"\(relation)\" type=\"application/atom+xml\" href=\"\(url)\"/>"
        }
        let updated = rows.map(\.changedAt).max() ?? Instant(milliseconds: 0)
        var xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="\(request.language.rawValue)">
            <id>\(escaped(base + query.address("/matters.atom")))</id>
            <title>\(escaped(words.text("public.feedTitle", ["county": words.countyName])))</title>
            <updated>\(Self.time(updated))</updated>
            <author><name>\(escaped(words.office))</name></author>
            \(link("self", query.after))
            <link rel="alternate" type="text/html" href="\(escaped(base + query.address(after: query.after)))"/>

            """
        if query.after != nil { xml += link("first", nil) + "\n" }
        if let next = page.next { xml += link("next", next) + "\n" }
        for matter in rows {
            let url = "\(base)/matters/\(matter.number)"
            let text = [matter.body, matter.reply.map { words.text("public.feedReply") + "\n" + $0 }]
                .compactMap { $0 }.joined(separator: "\n\n")
            xml += """
                <entry>
                <id>\(escaped(url))</id>
                <title>\(escaped(matter.title))</title>
                <published>\(Self.time(matter.publishedAt))</published>
                <updated>\(Self.time(matter.changedAt))</updated>
                <link rel="alternate" type="text/html" href="\(escaped(url))"/>
                <category term="\(matter.standing.rawValue)" label="\(escaped(view.standing(matter)))"/>
                <summary>\(escaped(view.facts(matter)))</summary>
                <content type="text">\(escaped(text))</content>
                </entry>

                """
        }
        xml += "</feed>\n"
        var headers: HTTPFields = [
            .contentType: "application/atom+xml; charset=utf-8", .cacheControl: "public, max-age=300",
            .contentLanguage: request.language.rawValue,
        ]
        headers[.vary] = "Accept-Language, Cookie"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: xml)))
    }

    /// RFC 3339 in UTC, to the second.
    private static func time(_ instant: Instant) -> String {
        let days = Int((Double(instant.milliseconds) / 86_400_000).rounded(.down))
        let seconds = Int(instant.milliseconds / 1000) - days * 86_400
        let date = LocalDate(daysSinceEpoch: days)
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return "\(date)T\(Words.two(hours)):\(Words.two(minutes)):\(Words.two(seconds % 60))Z"
    }

    /// XML text; characters that XML does not know are left out.
    private func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\t": out.unicodeScalars.append(scalar)
            default:
                if scalar.value >= 0x20, ![0xFFFE, 0xFFFF].contains(scalar.value) { out.unicodeScalars.append(scalar) }
            }
        }
        return out
    }
}
