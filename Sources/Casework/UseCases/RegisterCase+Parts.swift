internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

/// The others of a group, and receipts that are asked for again.
extension Casework {
    /// One more of a group, ready to be written.
    struct NewMember: Sendable {
        let details: ReporterDetails
        let name: String?
        let code: AccessCode
        let statements: [(String, [any SQLConvertible])]
    }

    /// The others, each with an own code; the code follows from the name of the request, so that a repeated request
    /// gives the same.
    func members(_ input: Registration, number: String, submission: String) throws -> [NewMember] {
        try input.others.enumerated().map { index, member in
            guard let code = keys.accessCode(for: Self.memberName(submission, index)) else {
                throw PlainError(.unavailable, "unavailable")
            }
            let person: PersonID? = member.contact.isEmpty ? nil : ids.next()
            let details = ReporterDetails(
                id: ids.next(), person: person, anonymous: person == nil, keepSecret: input.keepSecret,
                noReply: false, needs: [], codeHash: codeHash(code, of: number), group: member.role)
            let statements = try person.map { try vault.insertions(member.contact, as: $0) } ?? []
            return NewMember(details: details, name: member.contact.name, code: code, statements: statements)
        }
    }

    private static func memberName(_ submission: String, _ index: Int) -> String { "\(submission):\(index + 1)" }

    /// At most five speak for all (Art. 20); nobody counts fewer than are named.
    func groupErrors(_ input: Registration) -> [PlainError] {
        var errors: [PlainError] = []
        let representatives = 1 + input.others.filter { $0.role == .representative }.count
        if representatives > GroupVisit.mostRepresentatives { errors.append(CaseError.tooManyRepresentatives.plain) }
        // As long as a name, a telephone number and an address can be, as for the first of them.
        let most: [(KeyPath<Contact, String?>, Int)] = [(\.name, 60), (\.phone, 40), (\.address, 200)]
        for (part, most) in most {
            let length = input.others.compactMap { $0.contact[keyPath: part]?.count }.max() ?? 0
            guard length > most else { continue }
            let values = ["most": "\(most)", "length": "\(length)"]
            errors.append(PlainError(.invalid, "text.tooLong", field: "members", values: values))
        }
        if input.others.count > 200 { errors.append(PlainError(.invalid, "group.tooMany", field: "members")) }
        if !input.others.isEmpty || input.groupSize != nil, (input.groupSize ?? 0) < max(2, 1 + input.others.count) {
            errors.append(PlainError(.invalid, "group.size", field: "groupSize"))
        }
        return errors
    }

    /// The receipt of a request that was answered before.
    func receipt(_ stored: String?, submission: String) async throws -> CaseReceipt {
        try await database.read { tx in
            let found = try stored ?? submissions.find(tx, id: submission)
            guard let id = found.flatMap({ CaseID($0) }), let (state, entries) = try history(id, in: tx),
                let code = keys.accessCode(for: submission)
            else { throw StorageError.connectionLost }
            let hash = codeHash(code, of: state.number)
            guard let reporter = state.reporters.first(where: { $0.details.codeHash == hash }) else {
                throw PlainError(.notFound, "case.notFound")
            }
            return CaseReceipt(
                caseID: id, reporterID: reporter.details.id, number: state.number, code: code,
                title: try texts.body(state.title.id, in: tx) ?? "", registeredAt: state.registeredAt,
                notifyBy: state.clocks.first?.start, fingerprint: entries.first?.stored.hash ?? "",
                members: state.reporters.dropFirst().enumerated().compactMap { index, member in
                    guard let code = keys.accessCode(for: Self.memberName(submission, index)),
                        codeHash(code, of: state.number) == member.details.codeHash
                    else { return nil }
                    return MemberReceipt(reporterID: member.details.id, name: nil, code: code)
                })
        }
    }
}
