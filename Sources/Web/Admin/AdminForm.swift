internal import Kernel

/// A form of administration, as `parts/act-form` shows it.
struct AdminForm {
    /// One choice.
    struct Option {
        let value: String
        let label: String
        var isSelected = false
    }

    /// What is typed or chosen.
    enum Kind {
        case line(most: Int)
        case text(rows: Int)
        case date
        case select([Option])
        case checks([Option])
    }

    struct Input {
        let name: String
        let kind: Kind
        var isRequired = true
        var value = ""
    }

    /// Names the act: `move`.
    let name: String
    let action: String
    let inputs: [Input]
    var hidden: [(name: String, value: String)] = []
    /// What was typed, when the form is shown again.
    var typed: Form?
    var errors: [PlainError] = []

    /// The reason and the day that every change has.
    static func reason() -> Input { Input(name: "reason", kind: .text(rows: 2)) }

    static func effective(_ today: LocalDate) -> Input { Input(name: "effective", kind: .date, value: "\(today)") }

    func fields(_ words: AdminWords, submission: Field) -> Fields {
        let known = inputs.map(\.name)
        let general = errors.first { !known.contains($0.field ?? "") }
        return [
            "anchor": "form", "action": .text(action), "submission": submission, "version": "", "isPrimary": true,
            "error": .text(general.map(words.message)),
            "hidden": .list(hidden.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "button": .text(label(words, "button")), "fields": .list(inputs.map { field($0, words) }),
        ]
    }

    /// A text of the act, or the one that all have.
    private func label(_ words: AdminWords, _ what: String) -> String {
        let own = words.optional("admin.\(what).\(name)")
        return own.isEmpty ? words.text("admin.\(what)") : own
    }

    private func field(_ input: Input, _ words: AdminWords) -> Fields {
        let error = errors.first { $0.field == input.name }.map(words.message) ?? ""
        let ownHint = words.optional("admin.hint.\(name).\(input.name)")
        let hint = ownHint.isEmpty ? words.optional("admin.hint.\(input.name)") : ownHint
        let ownLabel = words.optional("admin.field.\(name).\(input.name)")
        let described = [
            hint.isEmpty ? "" : "\(input.name)-hint", error.isEmpty ? "" : "\(input.name)-error",
        ].filter { !$0.isEmpty }
        var fields: Fields = [
            "id": .text(input.name), "name": .text(input.name), "error": .text(error), "hint": .text(hint),
            "label": .text(ownLabel.isEmpty ? words.text("admin.field.\(input.name)") : ownLabel),
            "isOptional": .flag(!input.isRequired), "isRequired": .flag(input.isRequired),
            "described": .text(described.joined(separator: " ")),
            "value": .text(typed.map { $0.text(input.name) } ?? input.value), "isLine": false, "isText": false,
            "isDate": false, "isSelect": false, "isRadios": false, "isChecks": false, "rows": "", "most": "",
            "options": .list([]),
        ]
        switch input.kind {
        case .line(let most):
            fields["isLine"] = true
            fields["most"] = .text("\(most)")
        case .text(let rows):
            fields["isText"] = true
            fields["rows"] = .text("\(rows)")
        case .date: fields["isDate"] = true
        case .select(let options):
            fields["isSelect"] = true
            fields["options"] = self.options(options, input.name)
        case .checks(let options):
            fields["isChecks"] = true
            fields["options"] = self.options(options, input.name)
        }
        return fields
    }

    private func options(_ options: [Option], _ name: String) -> Field {
        let chosen = typed.map { Set($0.values(name)) }
        return .list(
            options.map { option in
                [
                    "value": .text(option.value), "label": .text(option.label),
                    "selected": .flag(chosen?.contains(option.value) ?? option.isSelected),
                ]
            })
    }
}
