import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Reception

@Suite struct StoreTests {
    @Test func fromTheDoorOverTwoDesksToAResult() async throws {
        try await withCounty { county in
            let (reception, clock) = (county.reception, county.clock)
            let (clerk, water) = (try await county.viewer("clerk"), try await county.viewer("water"))
            let place = try await county.hall()
            let visit = try await county.visitor(at: place, desks: [1, 2], name: "王女士")
            #expect(try await county.visit(visit).ticket == Ticket(series: "A", number: 1))
            // The water bureau's line is empty: the visit goes there after the first desk.
            #expect(try await reception.hall(place, for: water).waiting(at: 2).isEmpty)
            #expect(try await reception.callNext(at: place, desk: 2, submission: nil, by: water) == nil)
            #expect(try await reception.callNext(at: place, desk: 1, submission: nil, by: clerk) == visit)
            try await reception.run(.begin(desk: 1), on: visit, by: clerk)
            clock.advance(seconds: 300)
            try await reception.run(.next, on: visit, by: clerk)
            #expect(try await reception.callNext(at: place, desk: 2, submission: nil, by: water) == visit)
            try await reception.run(.begin(desk: 2), on: visit, by: water)
            #expect(
                await plainCode { try await reception.end(visit, .answered, words: " ", by: water) }
                    == "reception.wordsMissing")
            try await reception.end(visit, .answered, words: "当场讲清了水费怎么算。", by: water)
            let file = try await reception.visit(visit, for: clerk)
            #expect(file.state.phase == .ended && file.state.result == .answered)
            #expect(file.text(file.state.words) == "当场讲清了水费怎么算。")
            #expect(file.contact?.name == "王女士")
            let who = [clerk, water].map { [$0.staff.id] }
            #expect(file.state.stops.map(\.receivedBy) == who && file.state.owner?.desk == 1)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func twoWhoPressAtOnceNeverGetTheSame() async throws {
        try await withCounty { county in
            let reception = county.reception
            let (first, second) = (try await county.viewer("clerk"), try await county.viewer("clerk2"))
            let place = try await county.hall()
            // Numbers, taken eight at a time, are all different.
            let visits = try await withThrowingTaskGroup(of: VisitID.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        try await reception.receive(
                            ArrivalDraft(place: place, desks: [1]), submission: nil, by: index % 2 == 0 ? first : second
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            var numbers: Set<Int> = []
            for visit in visits { numbers.insert(try await county.visit(visit).ticket.number) }
            #expect(numbers.count == 8)
            let called = try await withThrowingTaskGroup(of: VisitID?.self) { group in
                for index in 0..<10 {
                    group.addTask {
                        try await reception.callNext(
                            at: place, desk: 1, submission: nil, by: index % 2 == 0 ? first : second)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(called.compactMap { $0 }) == Set(visits))
            #expect(called.count { $0 == nil } == 2)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func sentTwiceIsOnce() async throws {
        try await withCounty { county in
            let reception = county.reception
            let clerk = try await county.viewer("clerk")
            let place = try await county.hall()
            let draft = ArrivalDraft(place: place, desks: [1])
            let first = try await reception.receive(draft, submission: "s1", by: clerk)
            #expect(try await reception.receive(draft, submission: "s1", by: clerk) == first)
            _ = try await reception.receive(draft, submission: "s2", by: clerk)
            let called = try await reception.callNext(at: place, desk: 1, submission: "c1", by: clerk)
            #expect(try await reception.callNext(at: place, desk: 1, submission: "c1", by: clerk) == called)
            #expect(try await reception.hall(place, for: clerk).waiting(at: 1).count == 1)
        }
    }

    @Test func theOrderIsByUrgencyThenBookingThenArrival() async throws {
        try await withCounty { county in
            let (reception, clock) = (county.reception, county.clock)
            let clerk = try await county.viewer("clerk")
            let place = try await county.hall()
            // Booked for 14:30 today; it is 10:42.
            let (booked, _) = try await reception.book(
                BookingDraft(
                    place: place, day: reception.today, minute: 870, details: AppointmentDetails(about: "宅基地")),
                submission: "b1")
            let walkIn = try await county.visitor(at: place)
            let early = try await reception.receive(
                ArrivalDraft(place: place, appointment: booked.id), submission: nil, by: clerk)
            let urgent = try await county.visitor(at: place, front: .smallChild)
            func order() async throws -> [VisitID] {
                try await reception.hall(place, for: clerk).waiting(at: 1).map(\.visit)
            }
            #expect(try await order() == [urgent, walkIn, early])
            clock.advance(seconds: 4 * 3600)
            #expect(try await order() == [urgent, early, walkIn])
            #expect(try await county.visit(early).ticket.series == "B")
            // An appointment is used once, and what was said lives in the visit now.
            let again = await plainCode {
                _ = try await reception.receive(
                    ArrivalDraft(place: place, appointment: booked.id), submission: nil, by: clerk)
            }
            #expect(again == "reception.appointmentOver")
            #expect(
                try await reception.visit(early, for: clerk).text(try await county.visit(early).arrival.about?.id)
                    == "宅基地")
        }
    }

    @Test func onlyWhoWorksThereOrWatchesSeesIt() async throws {
        try await withCounty { county in
            let reception = county.reception
            let place = try await county.hall()
            let visit = try await county.visitor(at: place, name: "王女士")
            let (water, homes) = (try await county.viewer("water"), try await county.viewer("homes"))
            let auditor = try await county.viewer("auditor")
            // The water bureau has a desk here, but this visit is not at it; the third bureau has no desk at all.
            #expect(await plainCode { _ = try await reception.visit(visit, for: water) } == "reception.visitNotFound")
            #expect(await plainCode { _ = try await reception.hall(place, for: homes) } == "reception.placeNotFound")
            #expect(
                await plainCode {
                    _ = try await reception.receive(ArrivalDraft(place: place), submission: nil, by: homes)
                } == "permission.missing")
            let seen = try await reception.visit(visit, for: auditor)
            #expect(seen.contact == nil)
            #expect(
                await plainCode { try await reception.run(.begin(desk: 1), on: visit, by: auditor) }
                    == "permission.missing")
            #expect(
                await plainCode { try await reception.run(.call(desk: 1), on: visit, by: water) }
                    == "reception.visitNotFound")
        }
    }

    /// Who works at one desk of a hall reads what people came for at that desk, not at the others.
    @Test func aDeskReadsOfItsOwnVisitors() async throws {
        try await withCounty { county in
            let reception = county.reception
            let place = try await county.hall()
            let first = try await county.visitor(at: place, desks: [1], name: "王女士")
            let second = try await county.visitor(at: place, desks: [2], name: "李先生")
            let today = reception.today
            func seen(_ name: String) async throws -> [VisitID] {
                try await reception.visits(at: place, on: today, for: try await county.viewer(name)).map(\.id)
            }
            for name in ["clerk", "leader"] { #expect(try await seen(name) == [second, first]) }
            let water = try await county.viewer("water")
            #expect(try await seen("water") == [second])
            for id in try await seen("water") { _ = try await reception.visit(id, for: water) }
            // Over, they are still the visitors of their desks.
            let clerk = try await county.viewer("clerk")
            for (desk, visit) in [(1, first), (2, second)] {
                let who = desk == 1 ? clerk : water
                #expect(try await reception.callNext(at: place, desk: desk, submission: nil, by: who) == visit)
                try await reception.run(.begin(desk: desk), on: visit, by: who)
                try await reception.end(visit, .answered, words: "讲清楚了。", by: who)
            }
            #expect(try await seen("water") == [second])
            let hall = try await reception.hall(place, for: water).place
            #expect(hall.mayOpen(at: 2, water) && !hall.mayOpen(at: 1, water))
        }
    }

    @Test func badInputIsTold() async throws {
        try await withCounty { county in
            let reception = county.reception
            let (clerk, admin) = (try await county.viewer("clerk"), try await county.viewer("admin"))
            let place = try await county.hall()
            let code = await plainCode {
                _ = try await reception.receive(
                    ArrivalDraft(
                        place: place, about: String(repeating: "长", count: 201), people: "很多"), submission: nil,
                    by: clerk)
            }
            #expect(code == "text.tooLong.about,reception.peopleInvalid.people")
            #expect(
                await plainCode {
                    _ = try await reception.receive(ArrivalDraft(place: place, desks: [9]), submission: nil, by: clerk)
                } == "reception.deskMissing")
            let wrong = PlaceDraft(unit: nil, name: "", address: "", hours: "上午", capacity: nil)
            #expect(
                await plainCode { _ = try await reception.openPlace(wrong, submission: nil, by: admin) }
                    == "text.missing.name,text.missing.address,reception.hoursInvalid.hours,"
                    + "reception.capacityInvalid.capacity,unit.unknown.unit")
            #expect(await plainCode { _ = try await reception.openPlace(wrong, submission: nil, by: clerk) } != nil)
        }
    }

    @Test func howLongPeopleWaitedIsToldByTheHourOnly() async throws {
        try await withCounty { county in
            let (reception, clock) = (county.reception, county.clock)
            let clerk = try await county.viewer("clerk")
            let place = try await county.hall()
            let first = try await county.visitor(at: place)
            clock.advance(seconds: 600)
            try await reception.run(.begin(desk: 1), on: first, by: clerk)
            _ = try await county.visitor(at: place)
            let hours = try await reception.waiting(at: place, on: reception.today, for: clerk)
            #expect(hours == [HourOfWaiting(hour: 10, came: 2, received: 1, mean: 10, longest: 10)])
        }
    }

    @Test func namesAndWordsAreForgottenAfterThirtyDays() async throws {
        try await withCounty { county in
            let (reception, clock) = (county.reception, county.clock)
            let clerk = try await county.viewer("clerk")
            let place = try await county.hall()
            let visit = try await county.visitor(at: place, about: "一件私事", name: "王女士")
            try await reception.end(visit, .left, words: "", by: clerk)
            _ = try await reception.book(
                BookingDraft(place: place, day: reception.today, minute: 870, details: .init(about: "宅基地")),
                submission: "b1")
            clock.advance(days: 30)
            #expect(try await reception.keepHouse() == 0)
            clock.advance(days: 1)
            #expect(try await reception.keepHouse() == 2)
            let file = try await reception.visit(visit, for: clerk)
            #expect(file.contact == nil && file.texts.isEmpty)
            #expect(file.state.result == .left && file.state.ticket.number == 1)
            #expect(try await reception.keepHouse() == 0)
            let left = try await county.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM persons WHERE sealed IS NOT NULL")?.int(0)
            }
            #expect(left == 0)
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func erasingAResidentReachesTheVisit() async throws {
        try await withCounty { county in
            let reception = county.reception
            let clerk = try await county.viewer("clerk")
            let place = try await county.hall()
            let matter = ReceivedMatter(id: CaseID(rawValue: 99), number: "2605-0001-1")
            let mine = try await county.visitor(at: place, name: "王女士")
            let theirs = try await county.visitor(at: place, name: "李先生")
            for (visit, reporter) in [(mine, 1), (theirs, 2)] {
                try await reception.link(
                    visit, matter, reporter: ReporterID(rawValue: Int64(reporter)),
                    readBack: ReadBack(how: .said, hash: "h"), by: clerk)
            }
            try await reception.erase(matter: matter.id, reporter: ReporterID(rawValue: 1))
            #expect(try await reception.visit(mine, for: clerk).texts.isEmpty)
            #expect(try await reception.visit(mine, for: clerk).contact == nil)
            #expect(try await reception.visit(theirs, for: clerk).contact?.name == "李先生")
            #expect(try await reception.receptions(about: matter.id).visits.map(\.confirmation) == [.said, .said])
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func aChangedTableIsFound() async throws {
        try await withCounty { county in
            let place = try await county.hall()
            let visit = try await county.visitor(at: place)
            #expect(try await county.findings().isEmpty)
            try await county.database.write { tx in
                try tx.execute("UPDATE visits SET result = 'left' WHERE id = $1", [visit])
                try tx.execute("DELETE FROM visit_line WHERE visit_id = $1", [visit])
                try tx.execute("UPDATE reception_places SET closed = 1 WHERE id = $1", [place])
            }
            #expect(try await county.findings().count == 3)
        }
    }
}
