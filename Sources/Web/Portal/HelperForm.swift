internal import Casework
internal import Kernel
internal import Ledger

/// Writing for somebody else: on the portal and at the desk.
struct HelperForm {
    var isHelper: Bool
    var relation: String
    var consent: String
    var on: String
    var name: String
    var phone: String

    init(_ form: Form) {
        isHelper = form.flag("helper")
        relation = form.text("helperRelation")
        consent = form.text("helperConsent")
        on = form.text("helperOn")
        name = form.text("helperName")
        phone = form.text("helperPhone")
    }

    /// What was said, where somebody writes for somebody else. A day that is none lies in the future, so that it is told.
    var draft: HelperDraft? {
        guard isHelper else { return nil }
        let day = LocalDate(on)
        return HelperDraft(
            relation: HelperRelation(rawValue: relation), consent: ConsentForm(rawValue: consent),
            agreedOn: on.isEmpty ? nil : day ?? LocalDate(daysSinceEpoch: 2_000_000),
            contact: Contact(name: name, phone: phone))
    }

    private static let names = ["helperRelation", "helperConsent", "helperOn", "helperName", "helperPhone"]

    func fields(_ errors: [PlainError], _ request: PageRequest) -> Fields {
        fields(request.words) { request.message(errors, for: $0) }
    }

    func fields(_ words: Words, _ error: (String) -> String?) -> Fields {
        var fields: Fields = [
            "helper": .flag(isHelper), "helperOpen": .flag(isHelper || Self.names.contains { error($0) != nil }),
            "helperRelation": .text(relation), "helperConsent": .text(consent), "helperOn": .text(on),
            "helperName": .text(name), "helperPhone": .text(phone),
            "helperRelations": .list(
                HelperRelation.allCases.map {
                    option($0.rawValue, words.name("helper.relation", $0), $0.rawValue == relation)
                }),
            "helperConsents": .list(
                ConsentForm.allCases.map {
                    option($0.rawValue, words.name("helper.consent", $0), $0.rawValue == consent)
                }),
            "helperText": .text(text(words)),
        ]
        for name in Self.names { fields["\(name)Error"] = .text(error(name)) }
        return fields
    }

    /// What the review step says.
    private func text(_ words: Words) -> String {
        guard let draft, let relation = draft.relation, let consent = draft.consent else { return "" }
        let day = draft.agreedOn.map { words.fullDate($0) } ?? words.text("helper.today")
        let values = [
            "relation": words.name("helper.relation", relation), "consent": words.name("helper.consent", consent),
            "date": day,
        ]
        return [name, words.text("helper.line", values)].filter { !$0.isEmpty }.joined(
            separator: words.text("story.comma"))
    }

    private func option(_ value: String, _ label: String, _ isSelected: Bool) -> Fields {
        ["value": .text(value), "label": .text(label), "selected": .flag(isSelected)]
    }
}
