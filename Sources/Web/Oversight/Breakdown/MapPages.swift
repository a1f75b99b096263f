internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import NIOCore
internal import Organisation

/// The map of townships: a list with numbers that a script turns into a map of the county's own outlines. Single
/// matters are on no map.
extension OversightPages {
    func map(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = request.matterWords(viewer.organisation, casework.deadlines)
        let period = OversightPeriod(request.query, today: words.today)
        let breakdown = try await casework.breakdown(BreakdownRequest(.area, period.days), for: viewer)
        let outlined = Set(try await casework.areaShapes().map(\.area))
        let settings = request.site.settings
        let numbers = Dictionary(uniqueKeysWithValues: breakdown.lines.map { ($0.code, $0.numbers) })
        // Quiet places are on the map too: silence is also something to look at.
        let quiet = viewer.organisation.areas.filter {
            !$0.isRetired && $0.parent != nil && $0.code.count == 9 && numbers[$0.code] == nil
        }
        let codes = (breakdown.lines.map(\.code) + quiet.map(\.code))
            .sorted { ($0.isEmpty ? 1 : 0, $0) < ($1.isEmpty ? 1 : 0, $1) }
        let form = BreakdownForm(
            dimension: .area, period: period, filter: CountFilter(), words: words, viewer: viewer)
        var fields = form.fields(request)
        fields.merge([
            "submission": "", "periodText": .text(period.name(words)), "hasShapes": .flag(!outlined.isEmpty),
            "shapesURL": "/oversight/map/shapes", "tileURL": .text(settings.tileURL),
            "tileSource": .text(settings.tileSource),
            "rows": .list(codes.map { row($0, numbers[$0] ?? CountedNumbers(), outlined, period, words) }),
            "asOf": .text(
                words.text(
                    "work.asOf",
                    [
                        "date": words.words.dateAndWeekday(words.today),
                        "time": words.words.time(breakdown.countedAt),
                    ])),
        ])
        var response = try await request.page(
            "oversight/map", title: words.text("map.title"), fields,
            status: period.errors.isEmpty ? .ok : .unprocessableContent, errors: period.errors)
        if let origin = settings.tileURL.flatMap(Self.origin) {
            response.headers[.contentSecurityPolicy] = SecurityHeaders.policy(pictures: origin)
        }
        return response
    }

    private func row(
        _ code: String, _ numbers: CountedNumbers, _ outlined: Set<String>, _ period: OversightPeriod,
        _ words: MatterWords
    ) -> Fields {
        var filter = CountFilter()
        filter.area = code
        func url(_ measure: CountedMeasure, _ count: Int) -> Field {
            var wanted = CountedRequest(period.days, measure)
            wanted.filter = filter
            return .text(count == 0 ? "" : NumberList.counted(wanted).url)
        }
        let name = BreakdownNames(words: words).line(code, .area, .month)
        return [
            "code": .text(outlined.contains(code) ? code : ""), "name": .text(name),
            "url": .text("/oversight/by/category?\(Form(period.items + filter.items).urlEncoded)"),
            "registered": .text(words.words.number(numbers.registered)),
            "registeredURL": url(.registered, numbers.registered),
            "open": .text(words.words.number(numbers.open)), "openURL": url(.open, numbers.open),
            "overdue": .text(words.words.number(numbers.overdue)), "overdueURL": url(.overdue, numbers.overdue),
            "isLate": .flag(numbers.overdue > 0),
            "label": .text(
                words.text(
                    numbers.overdue > 0 ? "map.labelLate" : "map.label",
                    [
                        "name": name, "n": words.words.number(numbers.registered),
                        "open": words.words.number(numbers.open), "late": words.words.number(numbers.overdue),
                    ])),
        ]
    }

    /// The outlines as GeoJSON.
    func mapShapes(_ request: PageRequest) async throws -> Response {
        let features = try await casework.areaShapes().map {
            "{\"type\":\"Feature\",\"properties\":{\"code\":\"\($0.area)\"},\"geometry\":\($0.geometry)}"
        }
        let text = "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
        return Response(
            status: .ok,
            headers: [.contentType: "application/geo+json; charset=utf-8", .cacheControl: "private, max-age=60"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// The scheme and host of an address.
    static func origin(_ url: String) -> String? {
        guard let range = url.firstRange(of: "://") else { return nil }
        return "\(url[..<range.upperBound])\(url[range.upperBound...].prefix { $0 != "/" })"
    }
}
