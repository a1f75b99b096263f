internal import Attachments
internal import Bulk
internal import Casework
internal import Kernel
internal import Reception
internal import Storage
internal import Workbench

/// Erases residents from matters, for good.
public struct PersonErasure: Sendable {
    private let installation: Installation

    /// - Parameter installation: where.
    public init(_ installation: Installation) { self.installation = installation }

    /// Tables that held what was erased.
    private static let tables = [
        "texts", "persons", "person_lookup", "desk_drafts", "attachments", "attachment_forms", "bulk_files",
        "appointments",
    ]

    /// Erases one resident of a matter: contact data, all texts this resident wrote, the search index, free pages.
    ///
    /// - Parameters:
    ///   - number: the matter's number.
    ///   - reporter: which resident, from 1 in the order in which they joined.
    public func erase(number: String, reporter: Int) async throws {
        guard let parsed = MatterNumber(number) else {
            throw Trouble(.usage, "\(number) is no matter number: the check digit does not fit")
        }
        let found = try await installation.database.read { tx -> (CaseID, [ReporterID])? in
            guard let row = try tx.first("SELECT id FROM cases WHERE number = $1", [parsed.description]) else {
                return nil
            }
            let id: CaseID = try row.id(0)
            return (
                id, try tx.rows("SELECT id FROM reporters WHERE case_id = $1 ORDER BY id", [id]).map { try $0.id(0) }
            )
        }
        guard let (id, reporters) = found else { throw Trouble(.usage, "there is no matter with the number \(parsed)") }
        guard reporters.indices.contains(reporter - 1) else {
            throw Trouble(
                .usage, "the matter has \(reporters.count) residents; --reporter must be 1 to \(reporters.count)")
        }
        let person = reporters[reporter - 1]
        // Listed first: if the machine stops in between, a restore erases once more, which does no harm.
        try ErasureList(path: installation.settings.erasureList).append(
            ListedErasure(caseID: id, reporterID: person, at: installation.clock.now()))
        _ = try await installation.casework.erase(id, reporter: person, by: .system("erasure"))
        // What staff were writing may repeat what was erased.
        try await installation.workbench.forgetDrafts(on: id)
        // A list that waits to be fetched may name it.
        try await installation.bulk.forgetFiles()
        try await installation.reception.erase(matter: id, reporter: person)
        try await purge()
    }

    /// Erases again, in a restored store, what is listed and there.
    ///
    /// - Returns: how many residents were erased.
    func replay(_ records: [ListedErasure]) async throws -> Int {
        var count = 0
        for record in records {
            do {
                _ = try await installation.casework.erase(
                    record.caseID, reporter: record.reporterID, by: .system("erasure"))
                try await installation.workbench.forgetDrafts(on: record.caseID)
                try await installation.reception.erase(matter: record.caseID, reporter: record.reporterID)
                count += 1
            } catch let error as PlainError
                where ["case.notFound", "case.alreadyErased", "case.unknownReporter"].contains(error.code)
            {
                // Younger than the backup, or erased in it already.
            }
        }
        if count > 0 {
            try await installation.bulk.forgetFiles()
            try await purge()
        }
        return count
    }

    private func purge() async throws {
        // The bytes of files go too; without their keys they are noise already.
        _ = try await installation.casework.attachments?.removeOrphans()
        try await SearchIndex().purge(installation.database, tables: Self.tables)
        try await Casework.publicSearch.purge(installation.database, tables: ["public_words"])
    }
}
