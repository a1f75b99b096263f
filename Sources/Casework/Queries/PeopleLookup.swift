public import Kernel
public import Ledger
public import Organisation
internal import Storage

/// A matter in hand of a person who was looked up. Closed matters are not shown: nobody's history is a file.
public struct PersonMatter: Sendable, Hashable {
    /// The readable number.
    public let number: String
    /// Its title.
    public let title: String
    /// Where it stands.
    public let phase: CasePhase
    /// When it came in.
    public let registeredAt: Instant
}

/// A person found by phone or identity number.
public struct FoundPerson: Sendable {
    /// How to address them.
    public let contact: Contact
    /// Their open matters that the viewer may see.
    public let matters: [PersonMatter]
}

extension Casework {
    /// Finds people by phone or identity number, for registering and at the counter. The look-up is recorded with
    /// its reason in the store's audit stream; the number itself is not.
    public func lookUp(
        phone: String?, identityNumber: String?, reason: String, by viewer: Viewer
    ) async throws -> [FoundPerson] {
        guard viewer.may(.lookUpPerson, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
        let reason = newText(try PlainText.required(reason, field: "reason", most: 300))
        let stream: StreamID = ids.next()
        let now = clock.now()
        return try await database.write { tx in
            var persons: [PersonID] = []
            if let phone, !phone.isEmpty { persons += try vault.find(phone: phone, in: tx) }
            if let identityNumber, !identityNumber.isEmpty {
                persons += try vault.find(identityNumber: identityNumber, in: tx)
            }
            let (_, statements) = events.statements(
                for: [
                    NewEvent(
                        kind: "personLookedUp", data: "{\"found\":\(persons.count)}", occurredAt: now,
                        texts: [reason.reference])
                ], by: viewer.actor, toNew: stream, kind: "lookup")
            try tx.executeAll(statements + [texts.insertion(reason, of: stream)])
            return try persons.prefix(20).compactMap { person in
                // Who wrote only where the viewer may not look did not write, as far as the viewer knows.
                let matters = try matters(of: person, for: viewer, in: tx)
                guard try matters.contains(where: { try isContactOpen(person, on: $0.id, to: viewer, in: tx) }),
                    let contact = try vault.contact(person, in: tx)
                else { return nil }
                return FoundPerson(contact: contact, matters: matters.filter { !$0.isOver }.map(\.shown))
            }
        }
    }

    /// Whether the resident did not ask to keep the contact data from those who were sent the matter.
    private func isContactOpen(
        _ person: PersonID, on id: CaseID, to viewer: Viewer, in tx: any ReadTransaction
    ) throws -> Bool {
        guard let state = try load(id, in: tx) else { return false }
        let isSecret = state.reporters.contains { $0.details.person == person && $0.details.keepSecret }
        return !isSecret || viewer.may(.revealContact, on: state.receivedBy)
    }

    private struct Found {
        let id: CaseID
        let isOver: Bool
        let shown: PersonMatter
    }

    private func matters(
        of person: PersonID, for viewer: Viewer, in tx: any ReadTransaction
    ) throws -> [Found] {
        let apart = viewer.visibility.apart("c.id", firstPlaceholder: 2)
        let condition = viewer.visibility.condition(
            column: "u.unit_id", firstPlaceholder: 2 + apart.values.count)
        return try tx.rows(
            """
            SELECT c.number, t.body, c.phase, c.registered_at, c.id FROM reporters r
            JOIN cases c ON c.id = r.case_id LEFT JOIN texts t ON t.id = c.title_id
            WHERE r.person_id = $1 AND c.restricted = 0 AND \(apart.sql)
              AND EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND \(condition.sql))
            ORDER BY c.id DESC LIMIT 10
            """, [person] + apart.values + condition.values
        ).map { row in
            let phase = CasePhase(rawValue: try row.text(2)) ?? .registered
            return Found(
                id: try row.id(4), isOver: [.closed, .withdrawn, .concluded].contains(phase),
                shown: PersonMatter(
                    number: try row.text(0), title: try row.optionalText(1) ?? "", phase: phase,
                    registeredAt: try row.instant(3)))
        }
    }
}
