internal import Casework
internal import Foundation
internal import Kernel
internal import Organisation
internal import Storage

/// Imports letters with their replies, once each.
public struct LetterImport: Sendable {
    /// What came of a file.
    public struct Summary: Sendable, Equatable {
        /// Letters that are new.
        public var imported = 0
        /// Letters whose number was in the store (or earlier in the file).
        public var known = 0
        /// Rows that could not be taken.
        public var rejected = 0
        /// Where they are listed; `nil` when there are none.
        public var rejectedFile: String?
        /// The encoding that was recognised.
        public var encoding = ""
    }

    private let installation: Installation
    /// Rows that are looked up and numbered together.
    private static let portion = 2_000
    /// Letters in one transaction.
    private static let batch = 100

    /// - Parameter installation: where to.
    public init(_ installation: Installation) { self.installation = installation }

    /// Imports a file. Rows that cannot be taken are written to `FILE.rejected.csv` with their line and the reason.
    ///
    /// - Parameter progress: told the letters done and in all (as far as the file has been read).
    public func run(
        file path: String, progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> Summary {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Trouble(.file, "\(path) cannot be read")
        }
        var file = try LetterFile(
            bytes: Array(data), zone: installation.deadlines.zone, now: installation.clock.now())
        let office = try await CountyOffice.ensure(in: installation)
        var summary = Summary()
        summary.encoding = file.encoding.rawValue
        var rejected: [LetterFile.Rejected] = []
        var letters: [ImportedLetter] = []
        var isAtEnd = false
        while !isAtEnd {
            switch file.next() {
            case .letter(let letter): letters.append(letter)
            case .rejected(let row): rejected.append(row)
            case nil: isAtEnd = true
            }
            if letters.count == Self.portion || (isAtEnd && !letters.isEmpty) {
                try await take(letters, office, &summary, progress)
                letters.removeAll(keepingCapacity: true)
            }
        }
        if summary.imported > 0 {
            try await installation.casework.foldAllCounts()
            try await BulkLoad.finish(installation.database)
        }
        summary.rejected = rejected.count
        if !rejected.isEmpty {
            summary.rejectedFile = path + ".rejected.csv"
            try write(rejected, header: file.header, to: path + ".rejected.csv")
        }
        return summary
    }

    private func take(
        _ letters: [ImportedLetter], _ office: UnitID, _ summary: inout Summary,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws {
        let casework = installation.casework
        var seen = try await casework.knownSources(among: letters.map(\.source))
        let fresh = letters.filter { seen.insert($0.source).inserted }
            .sorted { ($0.writtenAt, $0.source) < ($1.writtenAt, $1.source) }
        summary.known += letters.count - fresh.count
        let numbered = try await number(fresh)
        let starts = Array(stride(from: 0, to: numbered.count, by: Self.batch))
        guard var start = starts.first else { return }
        let before = summary.imported
        let make: @Sendable (Int) throws -> [[(String, [any SQLConvertible])]] = { start in
            try numbered[start..<min(start + Self.batch, numbered.count)].map { letter, number in
                try casework.chronicle(of: letter, number: number, office: office).statements()
            }
        }
        var next = Task { try make(starts[0]) }
        for index in starts.indices {
            start = starts[index]
            let statements = try await next.value
            // The next batch is made while this one is written.
            if index + 1 < starts.count {
                let following = starts[index + 1]
                next = Task { try make(following) }
            }
            try await installation.database.write { tx in
                for group in statements { try tx.executeAll(group) }
            }
            summary.imported = before + min(start + Self.batch, numbered.count)
            progress(summary.imported, before + numbered.count)
        }
    }

    /// Numbers of the months in which the letters were written.
    private func number(_ letters: [ImportedLetter]) async throws -> [(ImportedLetter, String)] {
        let zone = installation.deadlines.zone
        let months = letters.map { MatterNumber.month(of: zone.date(of: $0.writtenAt)) }
        var next: [Int: Int] = [:]
        for (month, count) in months.reduce(into: [Int: Int](), { $0[$1, default: 0] += 1 }) {
            next[month] = try await BlockNumbering(installation.database, blockSize: count).next(month: month)
        }
        return zip(letters, months).map { letter, month in
            defer { next[month, default: 1] += 1 }
            return (letter, MatterNumber(month: month, sequence: next[month, default: 1]).description)
        }
    }

    private func write(_ rejected: [LetterFile.Rejected], header: [String], to path: String) throws(Trouble) {
        func cell(_ text: String) -> String {
            "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
        var lines = [(["line", "reason"] + header).map(cell).joined(separator: ",")]
        for row in rejected {
            lines.append((["\(row.line)", row.reason] + row.fields).map(cell).joined(separator: ","))
        }
        try SafeFile.replace(path, contents: Array((lines.joined(separator: "\r\n") + "\r\n").utf8), mode: 0o600)
    }
}
