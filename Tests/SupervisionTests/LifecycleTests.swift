import Kernel
import Ledger
import Testing

@testable import Supervision

/// Every state with every command, without a store. The tables are written out here once more, so that a change of
/// the rules has to be made twice.
@Suite struct LifecycleTests {
    static let today = day("2026-05-21")
    static let now = CivilZone.shanghai.instant(of: today, hour: 10)
    static let by = Actor.staff(StaffID(rawValue: 7), unit: UnitID(rawValue: 1))
    static let unit = UnitID(rawValue: 2)
    static let matter = MatterReference(id: CaseID(rawValue: 9), number: "2605-0001-1")

    static func text(_ id: Int64) -> TextReference { TextReference(id: TextID(rawValue: id), hash: "h\(id)") }

    private func run<R: LedgerRecord>(_ first: R.Event, _ more: [R.Event]) throws -> R {
        let events = ([first] + more).map { ($0, Self.by, Self.now) }
        return try #require(R.replay(Identifier(rawValue: 5), events))
    }

    private func outcome<R: LedgerRecord>(
        _ state: R, _ command: R.Command
    ) -> Result<[R.Event], SupervisionError> where R.Refusal == SupervisionError {
        do {
            return .success(try state.decide(command, on: Self.today))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Tasks

    private func task(_ phase: TaskPhase) throws -> SupervisionTask {
        let opened = TaskEvent.opened(
            .init(
                number: DocumentNumber(year: 2026, sequence: 3), unit: Self.unit, trigger: .notAnsweredInTime,
                matter: Self.matter, since: day("2026-05-10"), evidence: [], reason: Self.text(1),
                due: day("2026-05-28")))
        let answered = TaskEvent.answered(.init(text: Self.text(2), inTime: true))
        let closed = TaskEvent.closed(.init(result: .corrected, text: Self.text(3)))
        switch phase {
        case .open: return try run(opened, [])
        case .answered: return try run(opened, [answered])
        case .accepted: return try run(opened, [answered, .accepted(.init(text: nil))])
        case .closed: return try run(opened, [answered, .accepted(.init(text: nil)), closed])
        case .withdrawn: return try run(opened, [.withdrawn(.init(text: Self.text(4)))])
        case .setAside:
            return try run(
                .setAside(
                    .init(
                        unit: Self.unit, trigger: .notExecuted, matter: Self.matter, since: day("2026-05-10"),
                        evidence: [], reason: Self.text(1))), [])
        }
    }

    private static let taskCommands: [(TaskCommand, Set<TaskPhase>, TaskPhase?)] = [
        (.urge(text(11), due: day("2026-05-29")), [.open], .open),
        (.list(text(11)), [.open, .answered, .accepted], nil),
        (.talk(text(11), on: today), [.open, .answered, .accepted], nil),
        (.circulate(text(11), .unit), [.open, .answered, .accepted], nil),
        (.orderRectification(text(11), due: day("2026-05-29")), [.open, .answered], .open),
        (.moveDue(text(11), due: day("2026-06-02")), [.open], .open),
        (.answer(text(11)), [.open], .answered),
        (.accept(nil), [.answered], .accepted),
        (.sendBack(text(11), due: day("2026-05-29")), [.answered], .open),
        (.close(.partlyCorrected, text(11)), [.accepted], .closed),
        (.withdraw(text(11)), [.open, .answered, .accepted, .setAside], .withdrawn),
        (.eraseTexts([TextID(rawValue: 1)], text(11)), Set(TaskPhase.allCases), nil),
    ]

    @Test func everyTaskWithEveryCommand() throws {
        #expect(Set(Self.taskCommands.map(\.0.name)) == Set(TaskCommand.Name.allCases))
        for phase in TaskPhase.allCases {
            let state = try task(phase)
            #expect(state.phase == phase)
            for (command, allowed, next) in Self.taskCommands {
                switch outcome(state, command) {
                case .success(let events):
                    #expect(allowed.contains(phase), "\(command.name) in \(phase)")
                    #expect(!events.isEmpty)
                    let after = events.reduce(state) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
                    #expect(after.phase == next ?? phase, "\(command.name) in \(phase)")
                    #expect(after.version == state.version + events.count)
                    for event in events { try roundTrip(event) }
                case .failure(let error):
                    #expect(!allowed.contains(phase), "\(command.name) in \(phase)")
                    #expect(error == .notNow(command: command.name.rawValue, phase: phase.rawValue))
                }
            }
        }
    }

    /// What an event becomes in the ledger is read back unchanged, and holds no words.
    private func roundTrip<E: RecordEvent & Equatable>(_ event: E) throws {
        let stored = try event.newEvent(at: Self.now)
        #expect(try E(kind: stored.kind, data: stored.data) == event)
        #expect(stored.data.unicodeScalars.allSatisfy { $0.value < 0x80 }, "words in \(stored.data)")
        #expect(Set(stored.texts) == Set(event.texts))
    }

    @Test func daysOfATaskLieAhead() throws {
        let state = try task(.open)
        let over = day("2026-05-20")
        for command in [
            TaskCommand.urge(Self.text(11), due: over), .moveDue(Self.text(11), due: over),
            .orderRectification(Self.text(11), due: over),
        ] {
            #expect(throws: SupervisionError.dayOver(field: "due")) { try state.decide(command, on: Self.today) }
        }
        #expect(throws: SupervisionError.notYet(field: "on")) {
            try state.decide(.talk(Self.text(11), on: day("2026-05-22")), on: Self.today)
        }
    }

    @Test func anAnswerIsInTimeByTheAgreedDayAlone() throws {
        var state = try task(.open)
        func answer(on date: String) throws -> Bool? {
            let events = try state.decide(.answer(Self.text(11)), on: day(date))
            return if case .answered(let p)? = events.first { p.inTime } else { nil }
        }
        #expect(try answer(on: "2026-05-28") == true)
        #expect(try answer(on: "2026-05-29") == false)
        // Being urged gives a new day, but what comes then was late all the same.
        state = state.evolved(
            by: .urged(.init(text: Self.text(8), due: day("2026-06-05"))), actor: Self.by, at: Self.now)
        #expect(try answer(on: "2026-05-29") == false && state.due == day("2026-06-05"))
        state = state.evolved(
            by: .dueMoved(.init(text: Self.text(9), due: day("2026-06-09"))), actor: Self.by, at: Self.now)
        #expect(try answer(on: "2026-06-09") == true)
    }

    @Test func aTaskIsListedOnce() throws {
        let state = try task(.open).evolved(by: .listed(.init(text: Self.text(8))), actor: Self.by, at: Self.now)
        #expect(state.isListed)
        #expect(throws: SupervisionError.alreadyListed) { try state.decide(.list(Self.text(9)), on: Self.today) }
    }

    @Test func onlyItsOwnWordsCanBeErasedAndOnlyOnce() throws {
        let state = try task(.answered)
        #expect(throws: SupervisionError.unknownText) {
            try state.decide(.eraseTexts([TextID(rawValue: 99)], Self.text(11)), on: Self.today)
        }
        #expect(throws: SupervisionError.unknownText) {
            try state.decide(.eraseTexts([], Self.text(11)), on: Self.today)
        }
        let events = try state.decide(.eraseTexts([TextID(rawValue: 2)], Self.text(11)), on: Self.today)
        #expect(events.flatMap(\.erased) == [TextID(rawValue: 2)])
        let after = events.reduce(state) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
        #expect(throws: SupervisionError.unknownText) {
            try after.decide(.eraseTexts([TextID(rawValue: 2)], Self.text(12)), on: Self.today)
        }
    }

    // MARK: Suggestions

    private func suggestion(_ phase: SuggestionPhase, answerBy: LocalDate? = nil) throws -> Suggestion {
        let issued = SuggestionEvent.issued(
            .init(
                number: DocumentNumber(year: 2026, sequence: 1), unit: Self.unit, kind: .changePolicy,
                text: Self.text(1), matters: [Self.matter], task: nil, answerBy: answerBy))
        switch phase {
        case .issued: return try run(issued, [])
        case .replied:
            return try run(issued, [.replied(.init(adoption: .partly, text: Self.text(2), inTime: nil))])
        case .withdrawn: return try run(issued, [.withdrawn(.init(text: Self.text(2)))])
        }
    }

    private static let suggestionCommands: [(SuggestionCommand, Set<SuggestionPhase>, SuggestionPhase?)] = [
        (.reply(.notAdopted, text(11)), [.issued], .replied),
        (.giveBack(text(11), answerBy: nil), [.replied], .issued),
        (.withdraw(text(11)), [.issued], .withdrawn),
        (.eraseTexts([TextID(rawValue: 1)], text(11)), Set(SuggestionPhase.allCases), nil),
    ]

    @Test func everySuggestionWithEveryCommand() throws {
        #expect(Set(Self.suggestionCommands.map(\.0.name)) == Set(SuggestionCommand.Name.allCases))
        for phase in SuggestionPhase.allCases {
            let state = try suggestion(phase)
            for (command, allowed, next) in Self.suggestionCommands {
                switch outcome(state, command) {
                case .success(let events):
                    #expect(allowed.contains(phase), "\(command.name) in \(phase)")
                    let after = events.reduce(state) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
                    #expect(after.phase == next ?? phase)
                    for event in events { try roundTrip(event) }
                case .failure(let error):
                    #expect(!allowed.contains(phase), "\(command.name) in \(phase)")
                    #expect(error == .notNow(command: command.name.rawValue, phase: phase.rawValue))
                }
            }
        }
    }

    @Test func aReplyIsInTimeOnlyWhereADayWasSet() throws {
        for (answerBy, expected) in [(nil, nil), (day("2026-05-21"), true), (day("2026-05-20"), false)] {
            let events = try suggestion(.issued, answerBy: answerBy)
                .decide(.reply(.adopted, Self.text(11)), on: Self.today)
            guard case .replied(let p)? = events.first else {
                Issue.record("no reply")
                continue
            }
            #expect(p.inTime == expected)
        }
    }

    // MARK: The joint conference

    private func conference(_ phase: ConferencePhase, on: String = "2026-05-21") throws -> Conference {
        let convened = ConferenceEvent.convened(
            .init(
                number: DocumentNumber(year: 2026, sequence: 1), unit: UnitID(rawValue: 1),
                arranged: .init(on: day(on), minute: 540, place: Self.text(1), units: [Self.unit])))
        let item = ConferenceEvent.itemAdded(.init(item: 1, title: Self.text(2), matter: Self.matter))
        let decided = ConferenceEvent.decided(
            .init(item: 1, text: Self.text(3), owner: Self.unit, due: day("2026-05-30"), responsible: nil))
        switch phase {
        case .planned: return try run(convened, [item])
        case .held: return try run(convened, [item, .held(.init(units: [Self.unit])), decided])
        case .cancelled: return try run(convened, [.cancelled(.init(text: Self.text(3)))])
        }
    }

    private static let conferenceCommands: [(ConferenceCommand, Set<ConferencePhase>, ConferencePhase?)] = [
        (.change(.init(on: today, minute: nil, place: text(11), units: [unit])), [.planned], nil),
        (.addItem(title: text(11), matter: nil), [.planned, .held], nil),
        (.dropItem(1), [.planned], nil),
        (.hold(units: [unit]), [.planned], .held),
        (.decide(item: 1, text: text(11), owner: unit, due: today, responsible: unit), [.held], nil),
        (.report(item: 1, .partly, text(11)), [.held], nil),
        (.cancel(text(11)), [.planned], .cancelled),
        (.eraseTexts([TextID(rawValue: 1)], text(11)), Set(ConferencePhase.allCases), nil),
    ]

    @Test func everyMeetingWithEveryCommand() throws {
        #expect(Set(Self.conferenceCommands.map(\.0.name)) == Set(ConferenceCommand.Name.allCases))
        for phase in ConferencePhase.allCases {
            let state = try conference(phase)
            for (command, allowed, next) in Self.conferenceCommands {
                switch outcome(state, command) {
                case .success(let events):
                    #expect(allowed.contains(phase), "\(command.name) in \(phase)")
                    let after = events.reduce(state) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
                    #expect(after.phase == next ?? phase)
                    for event in events { try roundTrip(event) }
                case .failure(let error):
                    #expect(!allowed.contains(phase), "\(command.name) in \(phase)")
                    #expect(error == .notNow(command: command.name.rawValue, phase: phase.rawValue))
                }
            }
        }
    }

    @Test func itemsAreNumberedOnceAndDecidedBeforeTheyAreReported() throws {
        var state = try conference(.planned)
        state = try state.decide(.dropItem(1), on: Self.today)
            .reduce(state) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
        state = try state.decide(.addItem(title: Self.text(8), matter: nil), on: Self.today)
            .reduce(state) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
        #expect(state.items.map(\.number) == [2], "a number is never given twice")
        #expect(throws: SupervisionError.unknownItem) { try state.decide(.dropItem(1), on: Self.today) }
        state = state.evolved(by: .held(.init(units: [Self.unit])), actor: Self.by, at: Self.now)
        #expect(throws: SupervisionError.notDecided) {
            try state.decide(.report(item: 2, .done, Self.text(9)), on: Self.today)
        }
        let settling = ConferenceCommand.decide(
            item: 2, text: Self.text(9), owner: Self.unit, due: Self.today, responsible: Self.unit)
        #expect(throws: SupervisionError.matterMissing) { try state.decide(settling, on: Self.today) }
        let late = ConferenceCommand.decide(
            item: 2, text: Self.text(9), owner: Self.unit, due: day("2026-05-20"), responsible: nil)
        #expect(throws: SupervisionError.dayOver(field: "due")) { try state.decide(late, on: Self.today) }
    }

    @Test func aMeetingIsHeldOnItsDayAndWithSomebody() throws {
        let state = try conference(.planned, on: "2026-05-22")
        #expect(throws: SupervisionError.notYet(field: "units")) {
            try state.decide(.hold(units: [Self.unit]), on: Self.today)
        }
        #expect(throws: SupervisionError.nobodyInvited) {
            try state.decide(.hold(units: []), on: day("2026-05-22"))
        }
    }

    @Test func whatWasDoneIsNotDecidedAnew() throws {
        var state = try conference(.held)
        let again = ConferenceCommand.decide(
            item: 1, text: Self.text(9), owner: Self.unit, due: Self.today, responsible: nil)
        #expect(try state.decide(again, on: Self.today).count == 1)
        state = state.evolved(
            by: .reported(.init(item: 1, outcome: .notDone, text: Self.text(8))), actor: Self.by, at: Self.now)
        #expect(throws: SupervisionError.alreadyDecided) { try state.decide(again, on: Self.today) }
        #expect(try state.decide(.report(item: 1, .done, Self.text(9)), on: Self.today).count == 1)
        state = state.evolved(
            by: .reported(.init(item: 1, outcome: .done, text: Self.text(9))), actor: Self.by, at: Self.now)
        #expect(throws: SupervisionError.alreadyDecided) {
            try state.decide(.report(item: 1, .partly, Self.text(10)), on: Self.today)
        }
    }

    // MARK: What must never be

    @Test func nothingHereNamesAPerson() throws {
        // Payloads address units and matters. A field for a resident, a reporter or a member of staff would be a way
        // to reach one.
        var events: [any RecordEvent] = []
        for phase in TaskPhase.allCases {
            let state = try task(phase)
            for command in Self.taskCommands { events += (try? state.decide(command.0, on: Self.today)) ?? [] }
        }
        for phase in SuggestionPhase.allCases {
            let state = try suggestion(phase)
            for command in Self.suggestionCommands { events += (try? state.decide(command.0, on: Self.today)) ?? [] }
        }
        for phase in ConferencePhase.allCases {
            let state = try conference(phase)
            for command in Self.conferenceCommands { events += (try? state.decide(command.0, on: Self.today)) ?? [] }
        }
        #expect(events.count > 30)
        for event in events {
            let data = try event.newEvent(at: Self.now).data
            for word in ["person", "reporter", "staff", "name"] { #expect(!data.contains("\"\(word)"), "\(data)") }
        }
    }

    @Test func codesOfFindingsAndDecisionsAreReadBack() throws {
        for trigger in SupervisionTrigger.allCases {
            let key = FindingKey(caseID: CaseID(rawValue: 12), trigger: trigger, since: Self.today)
            #expect(FindingKey(key.code) == key)
        }
        for wrong in ["", "x.2026-05-21.1", "falsified.2026-13-01.1", "falsified.2026-05-21.0", "falsified.2026-05-21"]
        {
            #expect(FindingKey(wrong) == nil)
        }
        let id = ConferenceDecisionID(conference: ConferenceID(rawValue: 4), item: 2)
        #expect(ConferenceDecisionID("\(id)") == id)
        for wrong in ["4", "4.0", "x.1", "4.2.1"] { #expect(ConferenceDecisionID(wrong) == nil) }
    }
}
