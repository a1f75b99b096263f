package import Kernel
internal import Ledger
package import Organisation
internal import Storage

/// Fills a demo county with tasks, suggestions and meetings that look alive. All of it is invented.
package struct SupervisionDemo: Sendable {
    let supervision: Supervision
    let organisation: Organisation
    let now: Instant

    /// - Parameters:
    ///   - supervision: where it is written.
    ///   - organisation: the demo county.
    ///   - now: the county's present day.
    package init(_ supervision: Supervision, organisation: Organisation, now: Instant) {
        self.supervision = supervision
        self.organisation = organisation
        self.now = now
    }

    /// What each task is about, and how many days ago somebody asked for it: its finding is older.
    package static var wanted: [(trigger: SupervisionTrigger, daysAgo: Int)] {
        let triggers: [SupervisionTrigger] = [
            .notAnsweredInTime, .notAcceptedInTime, .answeredWithoutSubstance, .noticeMissing,
        ]
        return zip(triggers, DemoWords.tasks).map { ($0, $1.openedDaysAgo) }
    }

    /// Writes everything.
    ///
    /// - Parameters:
    ///   - causes: findings over the demo county's own matters, a place for each task (`wanted`). Tasks without one
    ///     name no matter.
    ///   - dispute: a matter whose responsible unit the joint conference settles; the last cause when left out.
    package func load(_ causes: [SupervisionFinding?], dispute: MatterReference? = nil) async throws {
        guard let office = organisation.units.first(where: { $0.kind == .countyOffice && $0.parent == nil }),
            let watcher = somebody(.supervise, on: office.id)
        else { return }
        let known = causes.compactMap { $0 }
        try await tasks(causes, by: watcher)
        try await suggestions(known, by: watcher)
        try await conferences(dispute ?? known.last?.matter, at: office.id, by: watcher)
    }

    /// Somebody who may do something on a unit, with a role there rather than above it.
    func somebody(_ permission: Permission, on unit: UnitID) -> Actor? {
        let able = organisation.whoMay(permission, on: unit).filter { $0.staff.isActive }
        let found = able.first { $0.staff.unit == unit } ?? able.first
        return found.map { .staff($0.staff.id, unit: $0.staff.unit) }
    }

    /// Departments, for what names no matter.
    var departments: [UnitID] {
        organisation.units.filter { $0.kind == .department && $0.validTo == nil }.map(\.id)
    }

    func daysAgo(_ days: Int) -> Instant { now.adding(days: -days) }

    func day(_ days: Int) -> LocalDate { supervision.zone.date(of: now).adding(days: days) }

    func write(_ statements: [(String, [any SQLConvertible])]) async throws {
        try await supervision.database.write { tx in try tx.executeAll(statements) }
    }

    // MARK: Tasks

    private func tasks(_ causes: [SupervisionFinding?], by watcher: Actor) async throws {
        for (index, story) in DemoWords.tasks.enumerated() {
            let cause = causes.indices.contains(index) ? causes[index] : nil
            guard let unit = cause?.unit ?? pick(index), let answerer = somebody(.answerSupervision, on: unit) else {
                continue
            }
            let opened = daysAgo(story.openedDaysAgo)
            let reason = supervision.newText(story.reason)
            let number = try await supervision.nextNumber(.task, on: supervision.zone.date(of: opened))
            let first = TaskEvent.opened(
                .init(
                    number: number, unit: unit, trigger: cause?.trigger ?? .contraryToRules, matter: cause?.matter,
                    since: cause?.since, evidence: cause?.evidence ?? [], reason: reason.reference,
                    due: supervision.zone.date(of: opened).adding(days: 7)))
            let begun = try RecordChronicle<SupervisionTask>(
                first, texts: [reason], by: watcher, at: opened, in: supervision.records)
            guard var chronicle = begun else { continue }
            for step in story.steps { try take(step, watcher, answerer, &chronicle) }
            try await write(chronicle.statements())
        }
    }

    private func pick(_ index: Int) -> UnitID? {
        departments.isEmpty ? nil : departments[index * 3 % departments.count]
    }

    private func take(
        _ step: DemoWords.Step, _ watcher: Actor, _ answerer: Actor, _ chronicle: inout RecordChronicle<SupervisionTask>
    ) throws {
        let at = daysAgo(step.daysAgo)
        let due = supervision.zone.date(of: at).adding(days: 5)
        let actor = step.act == .answer ? answerer : watcher
        try chronicle.take(step.words, by: actor, at: at) { text in
            switch step.act {
            case .urge: .urge(text, due: due)
            case .list: .list(text)
            case .talk: .talk(text, on: supervision.zone.date(of: at))
            case .rectify: .orderRectification(text, due: due)
            case .answer: .answer(text)
            case .accept: .accept(text)
            case .sendBack: .sendBack(text, due: due)
            case .close: .close(.corrected, text)
            }
        }
    }

    // MARK: Suggestions

    private func suggestions(_ causes: [SupervisionFinding], by watcher: Actor) async throws {
        for (index, story) in DemoWords.suggestions.enumerated() {
            guard let unit = pick(index + 1), let answerer = somebody(.answerSupervision, on: unit) else { continue }
            let at = daysAgo(story.daysAgo)
            let text = supervision.newText(story.words)
            let number = try await supervision.nextNumber(.suggestion, on: supervision.zone.date(of: at))
            let first = SuggestionEvent.issued(
                .init(
                    number: number, unit: unit, kind: story.kind, text: text.reference,
                    matters: causes.dropFirst(index * 2).prefix(2).map(\.matter), task: nil, answerBy: nil))
            let begun = try RecordChronicle<Suggestion>(
                first, texts: [text], by: watcher, at: at, in: supervision.records)
            guard var chronicle = begun else { continue }
            if let reply = story.reply {
                try chronicle.take(reply.words, by: answerer, at: at.adding(days: 9)) { .reply(reply.adoption, $0) }
            }
            try await write(chronicle.statements())
        }
    }

    // MARK: The joint conference

    private func conferences(_ dispute: MatterReference?, at office: UnitID, by watcher: Actor) async throws {
        let units = [office] + departments.prefix(4)
        guard units.count > 2 else { return }
        if var past = try await meeting(at: office, units, on: day(-3), by: watcher, calledDaysAgo: 12) {
            for (index, item) in DemoWords.items.enumerated() {
                let matter = item.isDispute ? dispute : nil
                // A dispute is put on the agenda last: it is younger than the invitation.
                try past.take(item.title, by: watcher, at: daysAgo(item.isDispute ? 4 : 10)) {
                    .addItem(title: $0, matter: matter)
                }
                guard index == DemoWords.items.count - 1 else { continue }
                try past.take(nil, by: watcher, at: daysAgo(3)) { _ in .hold(units: units) }
            }
            for (index, item) in DemoWords.items.enumerated() {
                let owner = units[1 + index % (units.count - 1)]
                let settled = item.isDispute && dispute != nil ? owner : nil
                try past.take(item.decision, by: watcher, at: daysAgo(3)) {
                    .decide(item: index + 1, text: $0, owner: owner, due: day(item.dueIn), responsible: settled)
                }
                guard let result = item.result, let teller = somebody(.answerSupervision, on: owner) else { continue }
                try past.take(result, by: teller, at: daysAgo(1)) { .report(item: index + 1, .done, $0) }
            }
            try await write(past.statements())
        }
        if var next = try await meeting(at: office, units, on: day(6), by: watcher, calledDaysAgo: 2) {
            for title in DemoWords.coming {
                try next.take(title, by: watcher, at: daysAgo(1)) { .addItem(title: $0, matter: nil) }
            }
            try await write(next.statements())
        }
    }

    private func meeting(
        at office: UnitID, _ units: [UnitID], on day: LocalDate, by watcher: Actor, calledDaysAgo: Int
    ) async throws -> RecordChronicle<Conference>? {
        let place = supervision.newText(DemoWords.place)
        let number = try await supervision.nextNumber(.conference, on: day)
        let first = ConferenceEvent.convened(
            .init(
                number: number, unit: office,
                arranged: .init(on: day, minute: 9 * 60, place: place.reference, units: units)))
        return try RecordChronicle<Conference>(
            first, texts: [place], by: watcher, at: daysAgo(calledDaysAgo), in: supervision.records)
    }
}
