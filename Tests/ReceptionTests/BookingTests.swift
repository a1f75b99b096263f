import Kernel
import Ledger
import Organisation
import Storage
import StorageTestKit
import Testing

@testable import Reception

@Suite struct BookingTests {
    private func draft(_ place: PlaceID, _ day: LocalDate, _ minute: Int, about: String = "宅基地") -> BookingDraft {
        BookingDraft(place: place, day: day, minute: minute, details: AppointmentDetails(about: about))
    }

    @Test func numberAndCodeOpenMoveAndCancel() async throws {
        try await withCounty { county in
            let reception = county.reception
            let place = try await county.hall(capacity: 1)
            let tomorrow = reception.today.adding(days: 1)
            let (booked, code) = try await reception.book(draft(place, tomorrow, 540), submission: "b1")
            // Sent again: the same appointment and the same code.
            let again = try await reception.book(draft(place, tomorrow, 540), submission: "b1")
            #expect(again.appointment == booked && again.code == code)
            #expect(booked.number.hasPrefix("Y2605-"))
            let typed = booked.number.lowercased().replacing("-", with: " ")
            #expect(try await reception.findAppointment(number: typed, code: code.description.lowercased()) == booked)
            for (number, code) in [
                (booked.number, "0000-0000"), ("Y2605-0009-9", code.description), ("", ""), ("abc", "x"),
                (String(booked.number.dropFirst()), code.description),
            ] {
                #expect(try await reception.findAppointment(number: number, code: code) == nil)
            }
            // The half hour is full; after the move it is free again.
            #expect(
                await plainCode { _ = try await reception.book(draft(place, tomorrow, 540), submission: "b2") }
                    == "reception.slotFull")
            try await reception.move(booked, to: tomorrow, minute: 570)
            let moved = try #require(
                try await reception.findAppointment(number: booked.number, code: code.description))
            #expect(moved.minute == 570 && moved.details?.about == "宅基地")
            _ = try await reception.book(draft(place, tomorrow, 540), submission: "b3")
            try await reception.cancel(moved)
            try await reception.cancel(moved)
            let gone = try #require(
                try await reception.findAppointment(number: booked.number, code: code.description))
            #expect(gone.state == .cancelled && gone.details == nil)
            let times = try await reception.times(of: try await reception.place(place))
            let day = try #require(times.first { $0.day == tomorrow })
            #expect(day.slots.first { $0.minute == 540 }?.left == 0)
            #expect(day.slots.first { $0.minute == 570 }?.left == 1)
        }
    }

    @Test func theLastSeatIsTakenOnce() async throws {
        try await withCounty { county in
            let reception = county.reception
            let place = try await county.hall(capacity: 3)
            let day = reception.today.adding(days: 1)
            let booked = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        (try? await reception.book(
                            BookingDraft(place: place, day: day, minute: 540, details: .init(about: "事")),
                            submission: "race\(index)")) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(booked == 3)
            let kept = try await county.database.read { tx in
                try tx.first("SELECT COUNT(*) FROM appointments")?.int(0)
            }
            #expect(kept == 3)
        }
    }

    @Test func onlyWhatIsOfferedCanBeBooked() async throws {
        try await withCounty { county in
            let reception = county.reception
            let place = try await county.hall()
            let today = reception.today
            let saturday = day("2026-05-23")
            #expect(saturday.weekday == 6)
            for (day, minute) in [
                (today, 540), (today.adding(days: 1), 545), (today.adding(days: 1), 730), (saturday, 540),
                (today.adding(days: 15), 540), (today.adding(days: -1), 540),
            ] {
                let code = await plainCode {
                    _ = try await reception.book(draft(place, day, minute), submission: "x\(day)\(minute)")
                }
                #expect(code == "reception.timeNotOffered", "\(day) \(minute)")
            }
            let empty = await plainCode {
                _ = try await reception.book(
                    BookingDraft(
                        place: place, day: today.adding(days: 1), minute: 540,
                        details: .init(about: " ", phone: "12")), submission: "y")
            }
            #expect(empty == "text.missing.about,reception.phoneInvalid.phone")
            let closed = try await county.hall(capacity: 0)
            #expect(
                await plainCode {
                    _ = try await reception.book(draft(closed, today.adding(days: 1), 540), submission: "z")
                } == "reception.timeNotOffered")
            #expect(try await reception.times(of: try await reception.place(closed)).isEmpty)
        }
    }

    /// Announced days count: a make-up Saturday is a day of reception, a holiday is none.
    @Test func theWorkingCalendarDecides() async throws {
        try await withCounty { county in
            let place = try await county.reception.place(try await county.hall())
            let calendar = county.reception.calendar
            let announced = calendar.announcedDays(from: day("2026-01-01"), to: day("2026-12-31"))
            let makeUp = try #require(announced.first { !$0.isOff && $0.date.weekday > 5 })
            let holiday = try #require(announced.first { $0.isOff && $0.date.weekday <= 5 })
            #expect(place.isOpen(on: makeUp.date, calendar))
            #expect(!place.isOpen(on: holiday.date, calendar))
        }
    }

    @Test func whatWasSaidIsSealed() async throws {
        try await withCounty { county in
            let place = try await county.hall()
            _ = try await county.reception.book(
                BookingDraft(
                    place: place, day: county.reception.today.adding(days: 1), minute: 540,
                    details: .init(about: "一件私事", name: "王女士", phone: "13800000027")), submission: "b1")
            let sealed = try await county.database.read { tx in
                try tx.first("SELECT sealed FROM appointments")?.optionalBlob(0)
            }
            let text = String(decoding: try #require(sealed), as: UTF8.self)
            for word in ["私事", "王女士", "1380000"] { #expect(!text.contains(word)) }
        }
    }

    // MARK: Leaders' days

    private func plan(_ county: County, in days: Int, seats: Int = 2) async throws -> LeaderDayID {
        let place = try await county.hall()
        let planner = try await county.viewer("planner")
        return try await county.reception.planDay(
            LeaderDayDraft(
                unit: try await county.unit("county"), leader: try await county.viewer("leader").staff.id, office: "县长",
                day: county.reception.today.adding(days: days), hours: "9:00-11:30", place: place, desk: 1,
                seats: seats, units: [try await county.unit("water")], topics: "供水"), submission: nil, by: planner)
    }

    @Test func whoBookedIsShownTheChange() async throws {
        try await withCounty { county in
            let reception = county.reception
            let planner = try await county.viewer("planner")
            let id = try await plan(county, in: 5, seats: 1)
            let (booked, code) = try await reception.book(
                BookingDraft(leaderDay: id, details: .init(about: "水压低")), submission: "b1")
            #expect(booked.day == reception.today.adding(days: 5))
            #expect(
                await plainCode {
                    _ = try await reception.book(
                        BookingDraft(leaderDay: id, details: .init(about: "水压低")), submission: "b2")
                } == "reception.slotFull")
            #expect(
                await plainCode { try await reception.move(booked, to: reception.today, minute: 870) }
                    == "reception.appointmentFixed")
            let file = try await reception.leaderDay(id, for: planner)
            let draft = LeaderDayDraft(
                day: reception.today.adding(days: 6), hours: "15:00-17:00", place: file.state.plan.place, desk: 1,
                seats: 4)
            #expect(
                await plainCode { try await reception.changeDay(id, to: draft, reason: " ", by: planner) }
                    == "text.missing.reason")
            try await reception.changeDay(id, to: draft, reason: "临时有防汛会", by: planner)
            let moved = try #require(
                try await reception.findAppointment(number: booked.number, code: code.description))
            #expect(moved.day == reception.today.adding(days: 6) && moved.minute == 900)
            let shown = try #require(try await reception.publishedDays().first)
            #expect(shown.text(shown.state.reason) == "临时有防汛会")
            try await reception.cancelDay(id, reason: "改为视频接访", by: planner)
            #expect(try await reception.publishedDays().first?.state.phase == .cancelled)
            #expect(
                await plainCode {
                    _ = try await reception.book(
                        BookingDraft(leaderDay: id, details: .init(about: "水压低")), submission: "b3")
                } == "reception.dayNotBookable")
            #expect(try await county.findings().isEmpty)
        }
    }

    @Test func theLeaderRecordsTheOwnDayAndWatchersSeeWhatIsOpen() async throws {
        try await withCounty { county in
            let reception = county.reception
            let (leader, clerk) = (try await county.viewer("leader"), try await county.viewer("clerk"))
            let id = try await plan(county, in: 0)
            let place = try await reception.leaderDay(id, for: leader).state.plan.place
            // Booked this morning would be over; at the desk whoever comes is received for the day by hand.
            let visit = try await county.visitor(at: place)
            let matter = ReceivedMatter(id: CaseID(rawValue: 77), number: "2605-0007-7")
            var draft = LeaderEntryDraft(
                visit: visit, matter: matter, result: .handedOver, unit: try await county.unit("water"),
                due: reception.today.adding(days: 9), words: "半个月内拿出办法。")
            #expect(
                await plainCode { try await reception.record(draft, on: id, by: try await county.viewer("homes")) }
                    == "reception.dayNotFound")
            #expect(
                await plainCode { try await reception.cancelDay(id, reason: "不", by: leader) } == "permission.missing")
            try await reception.record(draft, on: id, by: leader)
            #expect(try await reception.openResults().map(\.matter) == [matter])
            #expect(try await reception.leaderDays(about: matter.id).count == 1)
            try await reception.settle(1, of: id, words: "办好了。", by: clerk)
            #expect(try await reception.openResults().isEmpty)
            draft.matter = ReceivedMatter(id: CaseID(rawValue: 78), number: "2605-0008-8")
            draft.result = .takenCharge
            draft.due = nil
            try await reception.record(draft, on: id, by: clerk)
            #expect(try await reception.openResults().map(\.due) == [nil])
            let list = try await reception.leaderDays(for: clerk)
            #expect(list.items.map(\.open) == [1] && list.items.map(\.entries) == [2])
            #expect(try await reception.leaderDays(for: try await county.viewer("homes")).items.isEmpty)
            #expect(try await county.findings().isEmpty)
        }
    }
}
