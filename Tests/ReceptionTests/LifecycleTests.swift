import Kernel
import Ledger
import Organisation
import Testing

@testable import Reception

/// Every state with every command, without a store. The tables are written out here once more, so that a change of the
/// rules has to be made twice.
@Suite struct LifecycleTests {
    static let today = day("2026-05-21")
    static let now = CivilZone.shanghai.instant(of: today, hour: 10)
    static let by = Actor.staff(StaffID(rawValue: 7), unit: UnitID(rawValue: 1))
    static let first = DeskRef(desk: 1, unit: UnitID(rawValue: 1))
    static let second = DeskRef(desk: 2, unit: UnitID(rawValue: 2))
    static let matter = ReceivedMatter(id: CaseID(rawValue: 9), number: "2605-0001-1")

    static func text(_ id: Int64) -> TextReference { TextReference(id: TextID(rawValue: id), hash: "h\(id)") }

    static func taken() -> VisitEvent.Linked {
        .init(matter: matter, reporter: ReporterID(rawValue: 3), readBack: ReadBack(how: .said, hash: "h1"))
    }

    private func run<R: LedgerRecord>(_ first: R.Event, _ more: [R.Event]) throws -> R {
        let events = ([first] + more).map { ($0, Self.by, Self.now) }
        return try #require(R.replay(Identifier(rawValue: 5), events))
    }

    private func outcome<R: LedgerRecord>(
        _ state: R, _ command: R.Command
    ) -> Result<[R.Event], ReceptionError> where R.Refusal == ReceptionError {
        do {
            return .success(try state.decide(command, on: Self.today))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Visits

    static let arrived = VisitEvent.arrived(
        .init(
            place: PlaceID(rawValue: 4), host: UnitID(rawValue: 1), day: today, ticket: Ticket(series: "A", number: 12),
            people: 1, needs: [], front: nil, slot: nil, leaderDay: nil, about: text(1), person: nil))
    static let sent = VisitEvent.sent(.init(legs: [VisitLeg(at: first), VisitLeg(at: second)]))
    static let joint = VisitEvent.sent(.init(legs: [VisitLeg(at: first, with: [second])]))

    private func visit(_ phase: VisitPhase) throws -> Visit {
        switch phase {
        case .arrived: try run(Self.arrived, [])
        case .waiting: try run(Self.arrived, [Self.sent])
        case .called: try run(Self.arrived, [Self.sent, .called(.init(desk: 1))])
        case .received: try run(Self.arrived, [Self.sent, .called(.init(desk: 1)), .begun(.init(desk: 1))])
        case .ended:
            try run(
                Self.arrived,
                [Self.sent, .begun(.init(desk: 1)), .ended(.init(result: .answered, words: Self.text(2)))])
        }
    }

    private static let commands: [(VisitCommand, Set<VisitPhase>)] = [
        (.send([VisitLeg(at: second)]), [.arrived, .waiting, .received]), (.call(desk: 1), [.waiting]),
        (.miss, [.called]), (.begin(desk: 1), [.waiting, .called]), (.join(desk: 1), [.received]),
        (.pass([VisitLeg(at: second)], word: text(5)), [.received]), (.next, [.received]),
        (.link(taken()), [.arrived, .waiting, .called, .received]),
        (.end(.left, words: nil), [.arrived, .waiting, .called]),
        (.end(.answered, words: text(6)), [.arrived, .received]),
        (.end(.referred, words: text(6)), [.arrived, .received]),
        (.forget, Set(VisitPhase.allCases)),
    ]

    @Test func eachCommandInEachPhase() throws {
        for phase in VisitPhase.allCases {
            let state = try visit(phase)
            #expect(state.phase == phase)
            for (command, phases) in Self.commands {
                let result = outcome(state, command)
                let isDone = (try? result.get()) != nil
                #expect(isDone == phases.contains(phase), "\(phase) \(command.name): \(result)")
                if case .failure(.notNow(let name, let at)) = result {
                    #expect(name == command.name.rawValue && at == phase.rawValue)
                }
            }
        }
        #expect(Set(Self.commands.map(\.0.name)) == Set(VisitCommand.Name.allCases))
    }

    @Test func noVisitEndsWithoutAResultThatHolds() throws {
        let received = try visit(.received)
        #expect(throws: ReceptionError.matterMissing) { try received.decide(.end(.taken, words: nil), on: Self.today) }
        #expect(throws: ReceptionError.matterMissing) {
            try received.decide(.end(.progress, words: nil), on: Self.today)
        }
        #expect(throws: ReceptionError.wordsMissing) {
            try received.decide(.end(.answered, words: nil), on: Self.today)
        }
        #expect(throws: ReceptionError.wordsMissing) {
            try received.decide(.end(.referred, words: nil), on: Self.today)
        }
        #expect(throws: ReceptionError.wasReceived) { try received.decide(.end(.left, words: nil), on: Self.today) }
        let known = received.evolved(
            by: .matterLinked(.init(matter: Self.matter, reporter: nil, readBack: nil)), actor: Self.by, at: Self.now)
        // What was there already was not taken down now.
        #expect(throws: ReceptionError.matterMissing) { try known.decide(.end(.taken, words: nil), on: Self.today) }
        #expect(try known.decide(.end(.progress, words: nil), on: Self.today).count == 1)
        let taken = received.evolved(by: .matterLinked(Self.taken()), actor: Self.by, at: Self.now)
        #expect(try taken.decide(.end(.taken, words: nil), on: Self.today).count == 1)
        let other = VisitEvent.Linked(matter: .init(id: CaseID(rawValue: 8), number: "x"), reporter: nil, readBack: nil)
        #expect(throws: ReceptionError.otherMatter) { try taken.decide(.link(other), on: Self.today) }
        #expect(try taken.decide(.link(Self.taken()), on: Self.today).isEmpty)
    }

    @Test func theFirstDeskStaysTheOwnerOnTheWayThroughTheHall() throws {
        let state: Visit = try run(
            Self.arrived,
            [
                Self.sent, .called(.init(desk: 1)), .begun(.init(desk: 1)),
                .passed(
                    .init(legs: [VisitLeg(at: DeskRef(desk: 3, unit: UnitID(rawValue: 3)))], word: Self.text(4))),
            ])
        // The desk it was passed to comes before the one that was planned.
        #expect(state.stops.map(\.desk) == [1, 3, 2])
        #expect(state.stops.map(\.phase) == [.done, .waiting, .later])
        #expect(state.stops[1].word == TextID(rawValue: 4))
        #expect(state.owner?.desk == 1 && state.owner?.receivedBy == [StaffID(rawValue: 7)])
        #expect(throws: ReceptionError.notAtThisDesk) { try state.decide(.call(desk: 2), on: Self.today) }
        let later = [VisitEvent.begun(.init(desk: 3)), .movedOn, .begun(.init(desk: 2))]
            .reduce(state) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
        #expect(later.current?.desk == 2 && later.owner?.desk == 1)
        #expect(throws: ReceptionError.noFurtherDesk) { try later.decide(.next, on: Self.today) }
        let rows = try #require(later.rows.last?.rows)
        #expect(rows.count == 3)
    }

    @Test func severalUnitsReceiveTogether() throws {
        let state: Visit = try run(Self.arrived, [Self.joint, .called(.init(desk: 2)), .begun(.init(desk: 2))])
        #expect(state.current?.desk == 2)
        let joined = state.evolved(
            by: .joined(.init(desk: 1)), actor: .staff(StaffID(rawValue: 8), unit: UnitID(rawValue: 1)), at: Self.now)
        #expect(joined.stops[0].receivedBy == [StaffID(rawValue: 7), StaffID(rawValue: 8)])
        // It stands in the line of both desks.
        #expect(joined.rows[1].rows.count == 2)
    }

    @Test func whoWasNotThereIsCalledAgain() throws {
        let state = try visit(.called).evolved(by: .missed, actor: Self.by, at: Self.now.adding(seconds: 90))
        #expect(state.phase == .waiting && state.current?.missed == 1)
        #expect(state.current?.turn == Self.now.adding(seconds: 90))
    }

    @Test func eventsAreReadBackAsTheyWereWritten() throws {
        let events: [VisitEvent] = [
            Self.arrived, Self.sent, .called(.init(desk: 1)), .missed, .begun(.init(desk: 1)), .joined(.init(desk: 2)),
            .passed(.init(legs: [VisitLeg(at: Self.second)], word: Self.text(4))), .movedOn,
            .matterLinked(Self.taken()),
            .ended(.init(result: .answered, words: Self.text(2))),
            .forgotten(.init(texts: [TextID(rawValue: 2)], person: nil)),
        ]
        for event in events {
            let stored = try event.newEvent(at: Self.now)
            #expect(try VisitEvent(kind: stored.kind, data: stored.data) == event)
        }
        #expect(throws: EventFormatError.self) { try VisitEvent(kind: "blocked", data: "{}") }
    }

    // MARK: Leaders' days

    private func leaderDay(_ day: LocalDate, _ events: [LeaderDayEvent] = []) throws -> LeaderDay {
        let span = try #require(DaySpan(from: 540, until: 690))
        let plan = LeaderDayEvent.Plan(day: day, span: span, place: PlaceID(rawValue: 4), desk: 1, seats: 3)
        return try run(
            .planned(.init(unit: UnitID(rawValue: 1), leader: StaffID(rawValue: 9), office: "局长", plan: plan)), events)
    }

    private func received(_ result: LeaderResult, unit: UnitID? = nil, due: LocalDate? = nil) -> LeaderDayEvent.Received
    {
        .init(entry: 0, visit: nil, matter: Self.matter, result: result, unit: unit, due: due, words: Self.text(3))
    }

    @Test func whatALeaderDidHasAResultAndIsFollowedUp() throws {
        let coming = try leaderDay(Self.today.adding(days: 1))
        #expect(throws: ReceptionError.notYet) { try coming.decide(.receive(received(.solved)), on: Self.today) }
        let day = try leaderDay(Self.today)
        #expect(throws: ReceptionError.handOverIncomplete) {
            try day.decide(.receive(received(.handedOver, unit: UnitID(rawValue: 2))), on: Self.today)
        }
        #expect(throws: ReceptionError.dayOver(field: "due")) {
            try day.decide(
                .receive(received(.handedOver, unit: UnitID(rawValue: 2), due: Self.today.adding(days: -1))),
                on: Self.today)
        }
        let handed = try day.decide(
            .receive(received(.handedOver, unit: UnitID(rawValue: 2), due: Self.today.adding(days: 9))), on: Self.today)
        let open = handed.reduce(day) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
        #expect(open.entries.count == 1 && open.entries[0].isOpen && open.entries[0].received.entry == 1)
        #expect(throws: ReceptionError.alreadyEntered) { try open.decide(.receive(received(.solved)), on: Self.today) }
        #expect(throws: ReceptionError.unknownEntry) {
            try open.decide(.settle(entry: 2, words: Self.text(6)), on: Self.today)
        }
        let settled = try open.decide(.settle(entry: 1, words: Self.text(6)), on: Self.today)
            .reduce(open) { $0.evolved(by: $1, actor: Self.by, at: Self.now) }
        #expect(!settled.entries[0].isOpen)
        #expect(throws: ReceptionError.alreadySettled) {
            try settled.decide(.settle(entry: 1, words: Self.text(7)), on: Self.today)
        }
        // A day with results is neither moved nor called off; a called-off day gets no result.
        let change = LeaderDayCommand.change(open.plan, reason: Self.text(8))
        #expect(throws: ReceptionError.notNow(command: "leader.change", phase: "leader.held")) {
            try open.decide(change, on: Self.today)
        }
        let off = day.evolved(by: .cancelled(.init(reason: Self.text(9))), actor: Self.by, at: Self.now)
        for command: LeaderDayCommand in [
            change, .cancel(reason: Self.text(8)), .receive(received(.solved)), .settle(entry: 1, words: Self.text(6)),
        ] {
            #expect(throws: ReceptionError.self) { try off.decide(command, on: Self.today) }
        }
    }

    @Test func erasingAMatterTakesTheWordsOfItsEntriesOnly() throws {
        let other = LeaderDayEvent.Received(
            entry: 2, visit: nil, matter: .init(id: CaseID(rawValue: 8), number: "y"), result: .explained, unit: nil,
            due: nil, words: Self.text(31))
        var mine = received(.solved)
        mine.entry = 1
        let day = try leaderDay(Self.today, [.received(mine), .received(other)])
        let events = try day.decide(.erase(matter: Self.matter.id), on: Self.today)
        #expect(events.flatMap(\.erased) == [TextID(rawValue: 3)])
    }

    // MARK: Places

    @Test func hoursAreReadAsPeopleWriteThem() {
        #expect(PlaceDraft.spans("8:30-12:00 14:30-17:30")?.map(\.from) == [510, 870])
        #expect(PlaceDraft.spans("8：30–12：00、14:30至17:30")?.map(\.until) == [720, 1050])
        for wrong in ["", "8:30", "12:00-8:30", "8:30-12:00 11:00-13:00", "25:00-26:00", "早上到晚上"] {
            #expect(PlaceDraft.spans(wrong) == nil, "\(wrong)")
        }
    }

    @Test func ticketsAreWrittenWithThreeDigits() {
        #expect("\(Ticket(series: "A", number: 12))" == "A012")
        #expect("\(Ticket(series: "B", number: 1234))" == "B1234")
    }
}
