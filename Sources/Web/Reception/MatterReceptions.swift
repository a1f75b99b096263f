internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation
internal import Reception

/// Who received whom about a matter: for its page at the desk, and for the resident's own page.
struct MatterReceptions {
    let words: ReceptionWords

    /// Visits and leaders' days for the panel of the desk, the newest first.
    func panel(_ visits: [MatterVisit], _ days: [LeaderDayFile], about matter: CaseID) -> [Fields] {
        let leaders = days.flatMap { file in
            file.state.entries.filter { $0.received.matter.id == matter }.map { entry -> Fields in
                let open = entry.isOpen ? words.text("reception.resultOpen") : ""
                return line(
                    title: words.leader(file.state),
                    url: "/desk/reception/day/\(file.state.id)#entry-\(entry.received.entry)",
                    facts: [
                        words.words.date(file.state.plan.day, today: words.today),
                        words.words.name("leaderResult", entry.received.result), open,
                    ], text: entry.received.words.flatMap { file.text($0.id) })
            }
        }
        let visits = visits.map { visit in
            line(
                title: "\(visit.place) · \(visit.ticket)", url: "/desk/reception/visit/\(visit.id)",
                facts: [
                    words.words.date(visit.day, today: words.today),
                    words.words.list(visit.receivedBy.map(words.base.staff)),
                    visit.result.map { words.words.name("visitResult", $0) } ?? "",
                    visit.confirmation.map { words.words.name("confirmation", $0) } ?? "",
                ], text: nil)
        }
        return leaders + visits
    }

    private func line(title: String, url: String, facts: [String], text: String?) -> Fields {
        [
            "title": .text(title), "url": .text(url), "facts": .texts(facts.filter { !$0.isEmpty }),
            "words": .text(text),
        ]
    }

    /// "县住建局局长周岚 11 月 12 日接待了您", with what was said and what came of it.
    func resident(_ days: [LeaderDayFile], about matter: CaseID, isAlone: Bool) -> [Fields] {
        days.flatMap { file in
            file.state.entries.filter { $0.received.matter.id == matter }.map { entry -> Fields in
                let values = [
                    "leader": words.leader(file.state),
                    "date": words.words.date(file.state.plan.day, today: words.today),
                ]
                let received = entry.received
                let handed = [
                    "unit": received.unit.map(words.base.unit) ?? "",
                    "date": received.due.map { words.words.dateAndWeekday($0) } ?? "",
                ]
                let result =
                    received.result == .handedOver
                    ? words.text("reception.residentHanded", handed)
                    : words.text("reception.resident.\(received.result.rawValue)")
                return [
                    "sentence": .text(words.text(isAlone ? "reception.receivedYou" : "reception.receivedSome", values)),
                    "result": .text(result), "words": .text(received.words.flatMap { file.text($0.id) }),
                    "settled": .text(entry.settled.flatMap { file.text($0) }),
                    "settledOn": .text(
                        entry.settledAt.map {
                            words.words.date(words.base.book.zone.date(of: $0), today: words.today)
                        }),
                ]
            }
        }
    }
}

extension Desk {
    /// Who received whom about a matter.
    func receptions(of file: CaseFile, _ request: PageRequest) async throws -> [Fields] {
        guard let reception else { return [] }
        let words = ReceptionWords(base: matterWords(request, try request.staff))
        let known = try await reception.receptions(about: file.state.id)
        return MatterReceptions(words: words).panel(known.visits, known.days, about: file.state.id)
    }
}

extension Portal {
    /// What leaders did about an own matter. Who joined through the public page reads it in the public form only.
    func receptions(of file: CaseFile, _ id: ReporterID, _ words: MatterWords) async throws -> Fields {
        let isNeighbour = file.reporter(id)?.details.neighbour == true
        var rows: [Fields] = []
        if let reception, !isNeighbour {
            rows = MatterReceptions(words: ReceptionWords(base: words)).resident(
                try await reception.leaderDays(about: file.state.id), about: file.state.id,
                isAlone: file.state.reporters.count == 1)
        }
        return ["receptions": .list(rows), "hasReceptions": .flag(!rows.isEmpty)]
    }

    /// The places and times of reception, from the places themselves, and the leaders' days to come (Art. 18).
    func receptionTimes(_ request: PageRequest) async throws -> [Fields] {
        guard let reception else { return [] }
        let organisation = try await request.site.organisation.current()
        let words = ReceptionWords(base: request.matterWords(organisation, casework.deadlines))
        let places = try await reception.places()
        let open = places.map { place -> Fields in
            [
                "when": .text(words.hours(place.details)), "who": .text(words.name(place.details.name)),
                "place": .text(place.details.address),
            ]
        }
        let days = try await reception.publishedDays().filter { $0.state.phase == .planned }
        return open
            + days.compactMap { file in
                guard let place = places.first(where: { $0.id == file.state.plan.place }) else { return nil }
                return [
                    "when": .text(words.when(file.state.plan)), "who": .text(words.leader(file.state)),
                    "place": .text(place.details.address),
                ]
            }
    }
}
