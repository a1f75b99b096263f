package import Kernel
internal import Ledger
package import Organisation
internal import Storage

/// Fills a demo county with a hall, visits and leaders' days that look alive. All of it is invented.
package struct ReceptionDemo: Sendable {
    let reception: Reception
    let organisation: Organisation
    let now: Instant

    /// - Parameters:
    ///   - reception: where it is written.
    ///   - organisation: the demo county.
    ///   - now: the county's present day.
    package init(_ reception: Reception, organisation: Organisation, now: Instant) {
        self.reception = reception
        self.organisation = organisation
        self.now = now
    }

    private var zone: CivilZone { reception.zone }
    private var today: LocalDate { zone.date(of: now) }

    /// Writes everything.
    ///
    /// - Parameter matters: matters of the county that came as visits, for what was received.
    package func load(_ matters: [ReceivedMatter]) async throws {
        guard let office = organisation.units.first(where: { $0.kind == .countyOffice && $0.parent == nil }),
            let clerk = somebody(.receive, on: office.id), let planner = somebody(.planReception, on: office.id)
        else { return }
        let place = try await hall(office.id, clerk)
        for (index, story) in DemoVisits.all.enumerated() {
            try await tell(story, index, at: place, by: clerk, matters)
        }
        try await leaderDays(office, place, planner, matters)
    }

    /// Somebody who may do something on a unit, with a place there rather than above it.
    private func somebody(_ permission: Permission, on unit: UnitID) -> Actor? {
        let able = organisation.whoMay(permission, on: unit).filter { $0.staff.isActive }
        return (able.first { $0.staff.unit == unit } ?? able.first).map { .staff($0.staff.id, unit: $0.staff.unit) }
    }

    private func write(_ statements: [(String, [any SQLConvertible])]) async throws {
        try await reception.database.write { tx in try tx.executeAll(statements) }
    }

    /// The county's hall: an entrance desk and two departments.
    private func hall(_ office: UnitID, _ clerk: Actor) async throws -> Place {
        let at = zone.instant(of: today.adding(days: -60), hour: 9)
        let name = LocalizedName(zh: "县联合接访大厅", en: "County Joint Reception Hall")
        let spans = [DaySpan(from: 510, until: 720), DaySpan(from: 870, until: 1050)].compactMap { $0 }
        let details = PlaceDetails(
            unit: office, name: name, address: "县政府东侧一楼", phone: "0990-0000002", hours: spans, capacity: 2)
        guard
            var chronicle = try RecordChronicle<Place>(
                .opened(details), by: .system("demo"), at: at, in: reception.records)
        else { throw Place.notFound }
        let departments = organisation.units.filter { $0.kind == .department && $0.validTo == nil }.prefix(2)
        let names = [LocalizedName(zh: "综合接待", en: "General reception")] + departments.map(\.name)
        let units = [office] + departments.map(\.id)
        for (index, unit) in units.enumerated() {
            try chronicle.take(
                .setDesk(ReceptionDesk(number: index + 1, name: names[index], unit: unit)), by: .system("demo"), at: at)
            let staff = index == 0 ? clerk.staffID : somebody(.receive, on: unit)?.staffID
            if let staff, let span = DaySpan(from: 510, until: 1050) {
                try chronicle.take(
                    .addDuty(desk: index + 1, staff: staff, weekdays: [], span: span), by: .system("demo"), at: at)
            }
        }
        try await write(chronicle.statements())
        return chronicle.state
    }

    private func tell(
        _ story: DemoVisits.Story, _ index: Int, at place: Place, by clerk: Actor, _ matters: [ReceivedMatter]
    ) async throws {
        let day = today.adding(days: -story.daysAgo)
        let start =
            story.daysAgo == 0
            ? now.adding(seconds: -60 * Int64(story.minute))
            : zone.instant(of: day, hour: 9, minute: story.minute)
        // Early in the morning nobody has come yet.
        guard zone.date(of: start) == day else { return }
        let ticket = Ticket(series: "A", number: try await number(on: day, place.id))
        let about = reception.newText(story.about)
        let refs = try place.refs(story.desks.filter { place.desk($0) != nil })
        let arrived = VisitEvent.Arrived(
            place: place.id, host: place.details.unit, day: day, ticket: ticket, people: story.people,
            needs: story.needs, front: story.front, slot: nil, leaderDay: nil, about: about.reference, person: nil)
        guard
            var visit = try RecordChronicle<Visit>(
                .arrived(arrived), texts: [about], by: clerk, at: start, in: reception.records)
        else { return }
        try visit.take(.send(VisitLeg.legs(refs, together: false)), by: clerk, at: start)
        guard story.isReceived, let first = refs.first else { return try await write(visit.statements()) }
        let at = start.adding(seconds: 60 * Int64(4 + index % 9))
        let host = somebody(.receive, on: first.unit) ?? clerk
        try visit.take(.call(desk: first.desk), by: host, at: at)
        try visit.take(.begin(desk: first.desk), by: host, at: at.adding(seconds: 45))
        guard let result = story.result else { return try await write(visit.statements()) }
        if result == .progress {
            guard matters.indices.contains(index) else { return }
            let link = VisitEvent.Linked(matter: matters[index], reporter: nil, readBack: nil)
            try visit.take(.link(link), by: host, at: at.adding(seconds: 300))
        }
        let words = reception.newText(story.words)
        try visit.take(
            .end(result, words: words.reference), texts: [words], by: host, at: at.adding(seconds: 900))
        try await write(visit.statements())
    }

    /// Numbers go on after those of the demo: the same row gives them.
    private func number(on day: LocalDate, _ place: PlaceID) async throws -> Int {
        let (year, month, date) = day.parts
        return try await NumberBlocks(reception.database, counter: "visit-\(place)-A", blockSize: 1)
            .next(month: (year * 100 + month) * 100 + date)
    }

    /// Two days to come, and one that was, with what came of it.
    private func leaderDays(
        _ office: Organisation.Unit, _ place: Place, _ planner: Actor, _ matters: [ReceivedMatter]
    ) async throws {
        let leaders = organisation.allStaff.filter { member in
            member.isActive && member.grants.contains { $0.role == .leader || $0.role == .supervisor }
        }
        for (index, story) in DemoVisits.days.enumerated() where !leaders.isEmpty {
            let leader = leaders[index % leaders.count]
            let planned = zone.instant(of: today.adding(days: min(story.inDays - 14, -1)), hour: 10)
            var day = today.adding(days: story.inDays)
            if story.inDays > 0 { day = reception.calendar.rollingForward(day).date }
            guard let span = DaySpan(from: 540, until: 690) else { return }
            let topics = reception.newText(story.topics)
            let desks = place.openDesks
            let plan = LeaderDayEvent.Plan(
                day: day, span: span, place: place.id, desk: 1, seats: 6,
                units: story.isJoint ? desks.dropFirst().map(\.unit).sorted() : [], topics: topics.reference)
            let first = LeaderDayEvent.planned(
                .init(unit: leader.unit, leader: leader.id, office: story.office, plan: plan))
            guard
                var chronicle = try RecordChronicle<LeaderDay>(
                    first, texts: [topics], by: planner, at: planned, in: reception.records)
            else { return }
            if story.inDays < 0 { try receive(&chronicle, story, day, planner, matters, desks) }
            try await write(chronicle.statements())
        }
    }

    private func receive(
        _ chronicle: inout RecordChronicle<LeaderDay>, _ story: DemoVisits.Day, _ day: LocalDate, _ planner: Actor,
        _ matters: [ReceivedMatter], _ desks: [ReceptionDesk]
    ) throws {
        let at = zone.instant(of: day, hour: 11)
        for (matter, entry) in zip(matters.reversed(), DemoVisits.results) {
            let words = reception.newText(entry.words)
            let received = LeaderDayEvent.Received(
                entry: 0, visit: nil, matter: matter, result: entry.result,
                unit: entry.result == .handedOver ? desks.last?.unit : nil,
                due: entry.result.isOpen ? day.adding(days: 15) : nil, words: words.reference)
            try chronicle.take(.receive(received), texts: [words], by: planner, at: at)
        }
    }
}
