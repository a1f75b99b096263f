internal import Casework
internal import Foundation
internal import Kernel
internal import Organisation

/// Reads letters with their replies from a CSV file, row by row; a bad row is told and left out.
struct LetterFile {
    /// A row that was not taken.
    struct Rejected: Sendable, Equatable {
        let line: Int
        let reason: String
        let fields: [String]
    }

    /// A row: taken or not.
    enum RowResult: Sendable {
        case letter(ImportedLetter)
        case rejected(Rejected)
    }

    private enum Column: CaseIterable {
        case number, title, writtenAt, body, reply, repliedAt

        /// Names in files; the first one is used in messages.
        var names: [String] {
            switch self {
            case .number: ["留言编号", "编号", "number"]
            case .title: ["留言主题", "主题", "title"]
            case .writtenAt: ["留言时间", "written", "writtenAt"]
            case .body: ["留言详情", "详情", "body"]
            case .reply: ["答复意见", "reply"]
            case .repliedAt: ["答复时间", "replied", "repliedAt"]
            }
        }
    }

    let encoding: TextEncoding
    /// The header as it stands in the file.
    let header: [String]
    private let columns: [Column: Int]
    private let zone: CivilZone
    private let now: Instant
    private var reader: CSVReader

    /// Opens a file and recognises its columns.
    init(bytes: [UInt8], zone: CivilZone, now: Instant) throws(Trouble) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw Trouble(.file, "the file is UTF-16; save it as CSV in UTF-8 or GB18030")
        }
        var reader = CSVReader(bytes)
        guard let first = reader.next() else { throw Trouble(.file, "the file is empty") }
        guard first.problem == nil else { throw Trouble(.file, "line \(first.line): \(first.problem ?? "")") }
        // The first line decides: it must hold the names of columns in one of the encodings.
        for encoding in [TextEncoding.utf8, .gb18030] {
            let names = first.fields.compactMap { encoding.text($0).map(Self.trimmed) }
            guard names.count == first.fields.count else { continue }
            var columns: [Column: Int] = [:]
            for column in Column.allCases {
                columns[column] = names.firstIndex { name in column.names.contains(name) }
            }
            guard !columns.isEmpty else { continue }
            let missing = Column.allCases.filter { columns[$0] == nil }.map { $0.names[0] }
            guard missing.isEmpty else {
                throw Trouble(.file, "the file has no column \(missing.joined(separator: ", "))")
            }
            self.encoding = encoding
            self.header = names
            self.columns = columns
            self.reader = reader
            self.zone = zone
            self.now = now
            return
        }
        throw Trouble(
            .file,
            "the first line names none of the columns \(Column.allCases.map { $0.names[0] }.joined(separator: ", ")) "
                + "in UTF-8 or GB18030")
    }

    /// The next row.
    mutating func next() -> RowResult? {
        guard let record = reader.next() else { return nil }
        func reject(_ reason: String) -> RowResult {
            .rejected(
                Rejected(
                    line: record.line, reason: reason,
                    fields: record.fields.map { encoding.lossyText($0.filter { $0 != 0 }) }))
        }
        if let problem = record.problem { return reject(problem) }
        guard record.fields.count == header.count else {
            return reject("the row has \(record.fields.count) fields, the header \(header.count)")
        }
        var values: [Column: String] = [:]
        for (column, index) in columns {
            let bytes = record.fields[index]
            guard !bytes.contains(0) else { return reject("\(column.names[0]) holds a NUL character") }
            guard let text = encoding.text(bytes) else {
                return reject("\(column.names[0]) is not in \(encoding.rawValue), as the header is")
            }
            values[column] = PlainText.cleaned(text)
        }
        return letter(values, reject)
    }

    private func letter(_ values: [Column: String], _ reject: (String) -> RowResult) -> RowResult {
        let number = values[.number] ?? ""
        let body = values[.body] ?? ""
        let reply = values[.reply] ?? ""
        guard !number.isEmpty, number.utf8.count <= 40, !number.contains(where: \.isWhitespace) else {
            return reject("\(Column.number.names[0]) is missing or is no number")
        }
        for (text, column) in [(body, Column.body), (reply, .reply)] {
            guard !text.isEmpty else { return reject("\(column.names[0]) is empty") }
            guard text.count <= Self.longestText else {
                return reject("\(column.names[0]) has \(text.count) characters, at most \(Self.longestText) are kept")
            }
        }
        guard let writtenAt = Self.moment(values[.writtenAt] ?? "", zone) else {
            return reject("\(Column.writtenAt.names[0]) is no date such as 2019/4/25 9:32:09")
        }
        guard let repliedAt = Self.moment(values[.repliedAt] ?? "", zone) else {
            return reject("\(Column.repliedAt.names[0]) is no date such as 2019/4/25 9:32:09")
        }
        guard writtenAt <= repliedAt else { return reject("the reply is older than the letter") }
        guard repliedAt <= now else { return reject("the reply lies in the future") }
        let title = values[.title] ?? ""
        guard title.count <= 200 else { return reject("\(Column.title.names[0]) has more than 200 characters") }
        return .letter(
            ImportedLetter(
                source: "letters:\(number)", title: title.isEmpty ? PlainText.title(of: body) : title, body: body,
                writtenAt: writtenAt, reply: reply, repliedAt: repliedAt))
    }

    /// Longer than what the portal takes: official replies can be long, and nothing is cut.
    static let longestText = 20_000

    /// `2019/4/25 9:32:09`, `2019-04-25 09:32:09`, also without seconds or with a T.
    static func moment(_ text: String, _ zone: CivilZone) -> Instant? {
        let halves = text.split(whereSeparator: { $0 == " " || $0 == "T" })
        guard halves.count == 2 else { return nil }
        let dates = halves[0].split(whereSeparator: { $0 == "/" || $0 == "-" }).map { Int($0) }
        let times = halves[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard dates.count == 3, (2...3).contains(times.count), let year = dates[0], let month = dates[1],
            let day = dates[2], let hour = times[0], let minute = times[1],
            let second = times.count == 3 ? times[2] : 0,
            (1900...2200).contains(year), let date = LocalDate(year: year, month: month, day: day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        return zone.instant(of: date, hour: hour, minute: minute, second: second)
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
