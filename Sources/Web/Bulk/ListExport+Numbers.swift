internal import Casework
internal import Kernel
internal import Organisation
internal import Sheets

/// The lists behind numbers, with the columns of their pages.
extension ListExport {
    static func columns(of list: NumberList) -> [(String, Double)] {
        switch list {
        case .promises:
            [("number", 15), ("title", 60), ("promiser", 26), ("promisedFor", 14), ("promiseStanding", 16)]
        case .counted, .received, .answered:
            [
                ("number", 15), ("title", 60), ("registered", 18), ("channel", 10), ("category", 28), ("unit", 26),
                ("phase", 16),
            ]
        }
    }

    func rows(
        behind list: NumberList, into book: Workbook, _ progress: (Int) async throws -> Void
    ) async throws {
        switch list {
        case .counted(var wanted):
            wanted.limit = Self.page
            try await append(to: book, progress) { after in
                wanted.after = after
                return try await casework.countedMatters(wanted, for: viewer)
            }
        case .received(var wanted):
            wanted.limit = Self.page
            try await append(to: book, progress) { after in
                wanted.after = after
                return try await casework.receivedMatters(wanted, for: viewer)
            }
        case .answered(var wanted):
            wanted.limit = Self.page
            try await append(to: book, progress) { after in
                wanted.after = after
                return try await casework.answeredMatters(wanted, for: viewer)
            }
        case .promises(let promises):
            var last: DuePromise?
            repeat {
                let page = try await casework.duePromises(promises, after: last, limit: Self.page, for: viewer)
                try await book.append(page.map(cells))
                try await progress(await book.rows)
                last = page.count == Self.page ? page.last : nil
            } while last != nil
        }
    }

    /// Page after page, to the end.
    private func append<Place>(
        to book: Workbook, _ progress: (Int) async throws -> Void,
        _ read: (Place?) async throws -> (rows: [QueueRow], next: Place?)
    ) async throws {
        var after: Place?
        repeat {
            let page = try await read(after)
            try await book.append(page.rows.map(behind))
            try await progress(await book.rows)
            after = page.next
        } while after != nil
    }

    private func behind(_ row: QueueRow) -> [SheetCell] {
        let sees = viewer.seesJudgement(ofUnit: row.responsible)
        return [
            .text(row.number), .text(title(row.title)), .moment(row.registeredAt),
            .text(words.words.name("channel", row.channel)), .text(words.category(row.category)),
            .text(words.unit(row.responsible)), .text(words.phase(row.phase, seesJudgement: sees)),
        ]
    }

    private func cells(_ promise: DuePromise) -> [SheetCell] {
        [
            .text(promise.number), .text(title(promise.title)), .text(words.unit(promise.unit)), .day(promise.due),
            .text(promise.standing(words)),
        ]
    }
}

extension Casework {
    /// How many rows a list behind a number has, counted up to a limit.
    func count(of list: NumberList, upTo cap: Int, for viewer: Viewer) async throws -> Int {
        switch list.known(to: viewer) {
        case .counted(let wanted): try await countedCount(wanted, upTo: cap, for: viewer)
        case .received(let wanted): try await receivedCount(wanted, upTo: cap, for: viewer)
        case .answered(let wanted): try await answeredCount(wanted, upTo: cap, for: viewer)
        case .promises(let list): try await promiseCount(list, upTo: cap, for: viewer)
        }
    }
}
