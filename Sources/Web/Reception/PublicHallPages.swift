internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import NIOCore
internal import Organisation
internal import Reception

extension ReceptionPages {
    /// The display in the hall: numbers and desks, nothing else. It renews itself every ten seconds, without a script;
    /// `?still=1` does not, for who reads slowly.
    func display(_ request: PageRequest) async throws -> Response {
        let words = try await publicWords(request)
        let hall = try await reception.hall(try id(request, "place", otherwise: "reception.placeNotFound"))
        let place = hall.place
        let desks = place.openDesks.map { desk -> Fields in
            let present = hall.present(at: desk.number).first { $0.phase == .received }
            let waiting = hall.waiting(at: desk.number)
            return [
                "desk": .text(words.desk(desk.number)), "name": .text(words.name(desk.name)),
                "now": .text(present.map { "\($0.ticket)" }),
                "next": .text(waiting.prefix(3).map { "\($0.ticket)" }.joined(separator: words.text("word.comma"))),
                "waiting": .text(words.words.counted("reception.waitingCount", waiting.count)),
            ]
        }
        let called = hall.called.prefix(4).map { entry -> Fields in
            [
                "ticket": .text("\(entry.ticket)"), "desk": .text(words.desk(entry.calledTo ?? entry.desk)),
                "sentence": .text(words.call(entry.ticket, to: entry.calledTo ?? entry.desk)),
            ]
        }
        let isStill = request.query.flag("still")
        let fields: Fields = [
            "placeName": .text(words.name(place.details.name)), "called": .list(Array(called)),
            "hasCalled": .flag(!called.isEmpty), "desks": .list(desks), "hasDesks": .flag(!desks.isEmpty),
            "isStill": .flag(isStill), "waiting": .text(words.words.counted("reception.waitingAll", hall.waitingCount)),
            "time": .text(words.words.time(request.now)), "stillURL": .text("/hall/\(place.id)?still=1"),
            "liveURL": .text("/hall/\(place.id)"), "url": .text("/hall/\(place.id)"),
        ]
        return try await request.page("visit/hall", title: words.name(place.details.name), fields)
    }

    /// Where a number stands, behind the QR code of its slip.
    func position(_ request: PageRequest) async throws -> Response {
        let words = try await publicWords(request)
        let id: VisitID = try id(request, otherwise: "reception.visitNotFound")
        guard let found = try await reception.position(of: id, code: request.parameter("code")) else {
            throw PlainError(.notFound, "reception.visitNotFound")
        }
        let desk = found.desk.map { words.desk($0, of: found.place) }
        let sentence =
            switch found.phase {
            case .called: found.desk.map { words.call(found.ticket, to: $0) } ?? ""
            case .waiting:
                found.before == 0
                    ? words.text("visit.youAreNext")
                    : words.words.counted("visit.before", found.before)
            case .received: words.text("visit.isReceived")
            case .arrived: words.text("visit.atEntrance")
            case .ended: words.text("visit.isOver")
            }
        let fields: Fields = [
            "ticket": .text("\(found.ticket)"), "aloud": .text(words.aloud(found.ticket)),
            "sentence": .text(sentence), "desk": .text([.ended, .arrived].contains(found.phase) ? nil : desk),
            "placeName": .text(words.name(found.place.details.name)), "isCalled": .flag(found.phase == .called),
            "isOver": .flag(found.phase == .ended), "displayURL": .text("/hall/\(found.place.id)"),
            "time": .text(words.words.time(request.now)), "url": .text(request.path),
        ]
        return try await request.page(
            "visit/line", title: words.text("visit.lineTitle", ["ticket": "\(found.ticket)"]), fields)
    }

    /// The published calendar of leaders' days (《信访工作条例》 Art. 18), and where people are received.
    func publicDays(_ request: PageRequest) async throws -> Response {
        let words = try await publicWords(request)
        let files = try await reception.publishedDays()
        let places = try await reception.places()
        let rows = try await reception.rows(files)
        let left = try await reception.seatsLeft(rows)
        let days = files.compactMap { file -> Fields? in
            guard let place = places.first(where: { $0.id == file.state.plan.place }) else { return nil }
            return self.day(file, place, left[file.state.id] ?? 0, words)
        }
        let fields: Fields = [
            "days": .list(days), "hasDays": .flag(!days.isEmpty), "calendarURL": "/reception-days.ics",
            "places": .list(places.map { self.place($0, words) }), "hasPlaces": .flag(!places.isEmpty),
        ]
        return try await request.page("visit/days", title: words.text("visit.daysTitle"), fields)
    }

    private func day(_ file: LeaderDayFile, _ place: Place, _ left: Int, _ words: ReceptionWords) -> Fields {
        let model = LeaderDayModel(file: file, place: place, viewer: Self.nobody, words: words)
        let state = file.state
        let isOver = state.plan.day == reception.today && state.plan.span.until <= reception.minuteOfDay
        let canBook = state.phase == .planned && left > 0 && !isOver
        return [
            "leader": .text(words.leader(state)), "when": .text(words.when(state.plan)),
            "iso": .text("\(state.plan.day)"), "place": .text(words.name(place.details.name)),
            "address": .text(place.details.address), "room": .text(words.desk(state.plan.desk, of: place)),
            "topics": .text(file.text(state.plan.topics?.id)),
            "joint": .text(
                state.plan.units.isEmpty ? nil : words.words.list(state.plan.units.map(words.base.unit))),
            "change": .text(model.reason), "isCalledOff": .flag(state.phase == .cancelled),
            "seats": .text(
                state.phase == .cancelled
                    ? nil : left > 0 ? words.words.counted("visit.seatsLeft", left) : words.text("visit.seatsNone")),
            "bookURL": .text(canBook ? "/visit?for=\(state.id)" : nil),
        ]
    }

    /// The same calendar for the calendars of telephones.
    func calendar(_ request: PageRequest) async throws -> Response {
        let words = try await publicWords(request)
        let places = try await reception.places(withClosed: true)
        var lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Jiaxin//reception//ZH", "METHOD:PUBLISH"]
        for file in try await reception.publishedDays() {
            let plan = file.state.plan
            let place = places.first { $0.id == plan.place }?.details
            let isOff = file.state.phase == .cancelled
            let location = [place.map { words.name($0.name) }, place?.address].compactMap { $0 }.joined(separator: " ")
            lines += [
                "BEGIN:VEVENT", "UID:reception-\(file.state.id)@\(Self.icsHost(request.site.settings))",
                "DTSTAMP:\(Self.icsTime(request.now))", "SEQUENCE:\(file.state.version)",
                "DTSTART:\(icsTime(plan.day, plan.span.from))", "DTEND:\(icsTime(plan.day, plan.span.until))",
                "STATUS:\(isOff ? "CANCELLED" : "CONFIRMED")",
                "SUMMARY:\(Self.icsText(words.text("visit.icsSummary", ["leader": words.leader(file.state)])))",
                "LOCATION:\(Self.icsText(location))",
                "DESCRIPTION:\(Self.icsText(file.text(file.state.plan.topics?.id) ?? ""))", "END:VEVENT",
            ]
        }
        lines.append("END:VCALENDAR")
        let text = lines.map(Self.icsFolded).joined(separator: "\r\n") + "\r\n"
        return Response(
            status: .ok, headers: [.contentType: "text/calendar; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func icsTime(_ day: LocalDate, _ minute: Int) -> String {
        Self.icsTime(reception.zone.instant(of: day, hour: minute / 60, minute: minute % 60))
    }

    static func icsTime(_ instant: Instant) -> String {
        let utc = CivilZone(offsetSeconds: 0)
        let time = utc.timeOfDay(of: instant)
        let day = "\(utc.date(of: instant))".replacing("-", with: "")
        return "\(day)T\(Words.two(time.hour))\(Words.two(time.minute))\(Words.two(time.second))Z"
    }

    static func icsHost(_ settings: WebSettings) -> String {
        settings.siteAddress.isEmpty ? "jiaxin" : settings.siteAddress
    }

    static func icsText(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
            .replacing("\n", with: "\\n")
    }

    /// Lines of at most 75 bytes, cut between characters.
    static func icsFolded(_ line: String) -> String {
        var out = ""
        var length = 0
        for character in line {
            let size = "\(character)".utf8.count
            if length + size > 74 {
                out += "\r\n "
                length = 1
            }
            out.append(character)
            length += size
        }
        return out
    }
}
