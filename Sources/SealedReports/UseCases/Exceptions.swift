internal import Foundation
public import Kernel
public import Organisation
internal import Storage

/// Something with a report that one person alone may not do.
public struct SealedRequest: Hashable, Sendable {
    /// What is asked for.
    public enum Kind: String, Sendable, CaseIterable {
        /// The content is removed; the reporter is told the day and the reason.
        case remove
        /// The content is replaced by the same, sealed to another organ's key.
        case readdress
    }

    /// Why.
    public enum Reason: String, Sendable, CaseIterable {
        /// It was taken over, and the time for which it is kept here has passed.
        case retention
        /// It concerns the superior level or the unit's own head and was sent up (检举控告工作规则 Art. 15).
        case sentUp
        /// Another organ is competent.
        case otherOrgan
        /// It cannot be opened, or holds nothing.
        case unreadable
    }

    /// What is asked for.
    public let kind: Kind
    /// Why.
    public let reason: Reason
    /// The organ that it shall go to.
    public let organ: String?
    /// Who asked.
    public let askedBy: StaffID
    /// When.
    public let askedOn: LocalDate
    let parts: [UInt8]?
}

/// Exceptions that wait for a second person; one a report.
enum RequestTable {
    static func find(_ id: EnvelopeID, _ tx: any ReadTransaction) throws -> SealedRequest? {
        guard
            let row = try tx.first(
                "SELECT kind, reason, organ, asked_by, asked_on, parts FROM sealed_requests WHERE envelope = $1",
                [id.description]), let kind = SealedRequest.Kind(rawValue: try row.text(0)),
            let reason = SealedRequest.Reason(rawValue: try row.text(1))
        else { return nil }
        return SealedRequest(
            kind: kind, reason: reason, organ: try row.optionalText(2), askedBy: try row.id(3),
            askedOn: try row.date(4), parts: try row.optionalBlob(5))
    }

    static func drop(_ id: EnvelopeID, _ tx: any Transaction) throws {
        try tx.execute("DELETE FROM sealed_requests WHERE envelope = $1", [id.description])
    }
}

extension SealedReports {
    /// The organs that a report can be readdressed to.
    public func otherOrgans(than id: String) -> [OrganKey] {
        organs.values.filter { $0.id != id }.sorted { $0.id < $1.id }
    }

    /// Asks for the removal of a report's content. Nothing happens before a second person agrees.
    public func askToRemove(_ id: EnvelopeID, because reason: SealedRequest.Reason, by viewer: Viewer) async throws {
        try await ask(id, .remove, reason, organ: nil, parts: nil, by: viewer)
    }

    /// Asks to send a report to another organ's key. The organ has opened its pieces and sealed them anew
    /// (`jiaxin sealed readdress`): the server cannot.
    ///
    /// - Throws: `sealed.notAnEnvelope`, `sealed.otherPieces` when these are not all pieces of this report.
    public func askToReaddress(_ id: EnvelopeID, with bytes: [UInt8], by viewer: Viewer) async throws {
        let pieces = try SealedEnvelope.all(in: bytes)
        guard let organ = pieces.first?.organKey, organs[organ] != nil else {
            throw PlainError(.invalid, "sealed.unknownOrgan", field: "pieces")
        }
        for piece in pieces { try Self.checkPoint(of: piece) }
        let file = try await file(id, for: viewer)
        guard organ != file.line.organ.id else {
            throw PlainError(.invalid, "sealed.unknownOrgan", field: "pieces")
        }
        try Self.compare(pieces, with: file.parts, of: id, organ)
        try await ask(id, .readdress, .otherOrgan, organ: organ, parts: bytes, by: viewer)
    }

    /// Does what was asked for. The one who agrees must be another person than the one who asked.
    public func agree(to id: EnvelopeID, by viewer: Viewer) async throws {
        try await change(id, viewer) { line, day, log, tx in
            guard let request = try RequestTable.find(id, tx) else { throw PlainError(.conflict, "sealed.noRequest") }
            guard request.askedBy != viewer.staff.id else { throw PlainError(.forbidden, "sealed.samePerson") }
            let both = [request.askedBy, viewer.staff.id]
            switch request.kind {
            case .remove:
                try tx.execute("DELETE FROM sealed_parts WHERE envelope = $1", [id.description])
                try tx.execute(
                    "UPDATE sealed_envelopes SET state = 'removed', removed_on = $1, removed_for = $2 WHERE id = $3",
                    [day, request.reason.rawValue, id.description])
                try log.note(
                    SealedLogEntry(
                        .removed, id, organ: line.organ.id, by: both, reason: request.reason.rawValue),
                    on: day, in: tx)
            case .readdress:
                let pieces = try SealedEnvelope.all(in: request.parts ?? [])
                let organ = request.organ ?? ""
                try Self.compare(pieces, with: try PartTable.all(of: id, tx), of: id, organ)
                try Self.replace(id, pieces, organ, tx)
                for key in [line.organ.id, organ] {
                    try log.note(
                        SealedLogEntry(
                            .readdressed, id, organ: key, by: both, reason: request.reason.rawValue), on: day, in: tx)
                }
            }
            try RequestTable.drop(id, tx)
        }
        // What was removed must not stay in free pages.
        try await database.maintain("VACUUM")
    }

    /// Takes back or refuses what was asked for.
    public func drop(requestFor id: EnvelopeID, by viewer: Viewer) async throws {
        try await change(id, viewer) { line, day, log, tx in
            guard let request = try RequestTable.find(id, tx) else { return }
            try RequestTable.drop(id, tx)
            try log.note(
                SealedLogEntry(
                    .dropped, id, organ: line.organ.id, by: [viewer.staff.id], reason: request.reason.rawValue),
                on: day, in: tx)
        }
    }

    private func ask(
        _ id: EnvelopeID, _ kind: SealedRequest.Kind, _ reason: SealedRequest.Reason, organ: String?,
        parts: [UInt8]?, by viewer: Viewer
    ) async throws {
        try await change(id, viewer) { line, day, log, tx in
            if let known = try RequestTable.find(id, tx) {
                // The same person pressing twice is no second request.
                guard known.askedBy == viewer.staff.id, known.kind == kind, known.reason == reason,
                    known.parts == parts
                else { throw PlainError(.conflict, "sealed.requestWaits") }
                return
            }
            guard line.state == .fetched || line.state == .answered else {
                throw PlainError(.conflict, "sealed.notFetched")
            }
            try tx.execute(
                """
                INSERT INTO sealed_requests (envelope, kind, reason, organ, parts, asked_by, asked_on)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """, [id.description, kind.rawValue, reason.rawValue, organ, parts, viewer.staff.id, day])
            try log.note(
                SealedLogEntry(
                    .asked, id, organ: line.organ.id, by: [viewer.staff.id], reason: reason.rawValue),
                on: day, in: tx)
        }
    }

    /// The new pieces must be as many and of the same kinds as the old ones, in the same order: nothing is lost on the way.
    private static func compare(
        _ pieces: [SealedEnvelope], with parts: [SealedPart], of id: EnvelopeID, _ organ: String
    ) throws(PlainError) {
        let sealed = parts.map(\.envelope).filter { $0.kind != .answer }
        guard pieces.map(\.kind) == sealed.map(\.kind), pieces.allSatisfy({ $0.id == id && $0.organKey == organ })
        else { throw PlainError(.invalid, "sealed.otherPieces", field: "pieces") }
    }

    private static func replace(
        _ id: EnvelopeID, _ pieces: [SealedEnvelope], _ organ: String, _ tx: any Transaction
    ) throws {
        let parts = try tx.rows(
            "SELECT part FROM sealed_parts WHERE envelope = $1 AND kind <> $2 ORDER BY part",
            [id.description, Int(SealedEnvelope.Kind.answer.rawValue)])
        for (row, piece) in zip(parts, pieces) {
            try tx.execute(
                "UPDATE sealed_parts SET body = $1 WHERE envelope = $2 AND part = $3",
                [piece.bytes, id.description, try row.int64(0)])
        }
        try tx.execute(
            "UPDATE sealed_envelopes SET organ = $1, state = 'received', fetched_on = NULL WHERE id = $2",
            [organ, id.description])
    }
}
