internal import Kernel
internal import Ledger
internal import Storage

/// Writing for somebody else: a relative, a neighbour, somebody at a counter.
extension Casework {
    /// What must be said before anybody writes for somebody else: who they are to each other, and how the other agreed.
    func helperErrors(_ input: Registration) -> [PlainError] {
        guard let helper = input.onBehalf else { return [] }
        var errors: [PlainError] = []
        if helper.relation == nil { errors.append(PlainError(.invalid, "choice.missing", field: "helperRelation")) }
        if helper.consent == nil { errors.append(PlainError(.invalid, "consent.missing", field: "helperConsent")) }
        if let day = helper.agreedOn, day > today {
            errors.append(PlainError(.invalid, "date.invalid", field: "helperOn"))
        }
        for (text, field, most) in [(helper.contact.name, "helperName", 60), (helper.contact.phone, "helperPhone", 40)]
        {
            do { _ = try PlainText.optional(text, field: field, most: most) } catch { errors.append(error) }
        }
        return errors
    }

    /// The helper's part, and the statements that keep the helper's own contact data.
    func helper(_ input: Registration) throws -> (part: OnBehalf, statements: [(String, [any SQLConvertible])])? {
        guard let helper = input.onBehalf, let relation = helper.relation, let consent = helper.consent else {
            return nil
        }
        let contact = Contact(
            name: PlainText.cleaned(helper.contact.name ?? ""), phone: PlainText.cleaned(helper.contact.phone ?? ""))
        let person: PersonID? = contact.isEmpty ? nil : ids.next()
        return (
            OnBehalf(relation: relation, consent: consent, agreedOn: helper.agreedOn ?? today, helper: person),
            try person.map { try vault.insertions(contact, as: $0) } ?? []
        )
    }
}
