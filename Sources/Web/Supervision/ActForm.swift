internal import Kernel

/// A form of a page of supervision, as `parts/act-form` shows it. Labels, hints and buttons stand in the catalogues
/// under the names of the act and the field.
struct ActForm {
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
        case radios([Option])
        case checks([Option])
    }

    struct Input {
        let name: String
        let kind: Kind
        var isRequired = true
        var value = ""
    }

    /// Names the act: `urge`.
    let name: String
    /// Where the form is sent.
    let action: String
    let inputs: [Input]
    var version: Int?
    var hidden: [(name: String, value: String)] = []
    /// The one next step of the page.
    var isPrimary = false
    /// Makes the names of elements different where an act stands on a page more than once.
    var suffix = ""
    /// Stands after the title.
    var about = ""
    /// Whose words it speaks with.
    var family = Family.supervision

    private var anchor: String { suffix.isEmpty ? name : "\(name)-\(suffix)" }

    /// The element that an error of a field leads to.
    func element(_ field: String?) -> String {
        guard let field, inputs.contains(where: { $0.name == field }) else { return "act-\(anchor)" }
        return "\(anchor)-\(field)"
    }

    /// The fields of the form, with what was typed and what is wrong with it.
    func fields(
        _ words: SupervisionWords, submission: Field, typed: Form? = nil, errors: [PlainError] = []
    ) -> Fields {
        let known = inputs.map(\.name)
        let general = errors.first { !known.contains($0.field ?? "") }
        return [
            "anchor": .text("act-\(anchor)"), "action": .text(action), "submission": submission,
            "version": .text(version.map { "\($0)" }), "isPrimary": .flag(isPrimary), "about": .text(about),
            "isOpen": .flag(!errors.isEmpty), "title": .text(words.text(family.key(.act, name))),
            "hint": .text(words.optional(family.key(.actHint, name))),
            "button": .text(words.text(family.key(.button, name))),
            "error": .text(general.map { words.words.sentence(of: $0) }),
            "hidden": .list(hidden.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "fields": .list(inputs.map { field($0, words, typed, errors) }),
        ]
    }

    private func field(
        _ input: Input, _ words: SupervisionWords, _ typed: Form?, _ errors: [PlainError]
    ) -> Fields {
        let id = element(input.name)
        let error = errors.first { $0.field == input.name }.map { words.words.sentence(of: $0) } ?? ""
        let hint = words.optional(family.key(.hint, "\(name).\(input.name)"))
        let described = [hint.isEmpty ? "" : "\(id)-hint", error.isEmpty ? "" : "\(id)-error"].filter { !$0.isEmpty }
        var fields: Fields = [
            "id": .text(id), "name": .text(input.name), "error": .text(error), "hint": .text(hint),
            "label": .text(words.text(family.key(.field, "\(name).\(input.name)"))),
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
            fields["options"] = self.options(options, input.name, typed)
        case .radios(let options):
            fields["isRadios"] = true
            fields["options"] = self.options(options, input.name, typed)
        case .checks(let options):
            fields["isChecks"] = true
            fields["options"] = self.options(options, input.name, typed)
        }
        return fields
    }

    private func options(_ options: [Option], _ name: String, _ typed: Form?) -> Field {
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

extension ActForm {
    /// The rooms whose forms these are; each keeps its words under its own name.
    enum Family {
        case supervision, reception

        /// What is named.
        enum Part {
            case act, actHint, button, field, hint
        }

        /// The key of a text.
        func key(_ part: Part, _ name: String) -> String {
            switch (self, part) {
            case (.supervision, .act): "supervision.act.\(name)"
            case (.supervision, .actHint): "supervision.actHint.\(name)"
            case (.supervision, .button): "supervision.button.\(name)"
            case (.supervision, .field): "supervision.field.\(name)"
            case (.supervision, .hint): "supervision.hint.\(name)"
            case (.reception, .act): "reception.act.\(name)"
            case (.reception, .actHint): "reception.actHint.\(name)"
            case (.reception, .button): "reception.button.\(name)"
            case (.reception, .field): "reception.field.\(name)"
            case (.reception, .hint): "reception.hint.\(name)"
            }
        }
    }
}

/// A form that failed: which, what was typed, what is wrong.
struct FailedAct {
    let name: String
    var suffix = ""
    let form: Form
    let errors: [PlainError]
}

extension [ActForm] {
    /// All forms of a page as fields, and the summary of what is wrong with the one that failed.
    func fields(
        _ words: SupervisionWords, _ failed: FailedAct?, submission: () -> Field, kept: () -> Field
    ) -> (acts: Field, errors: Field) {
        var summary: [Fields] = []
        let acts = map { act -> Fields in
            guard let failed, failed.name == act.name, failed.suffix == act.suffix else {
                return act.fields(words, submission: submission())
            }
            summary = failed.errors.map { error in
                [
                    "field": .text(act.element(error.field)),
                    "text": .text(words.words.sentence(of: error)),
                ]
            }
            return act.fields(words, submission: kept(), typed: failed.form, errors: failed.errors)
        }
        if summary.isEmpty, let failed {
            // The form is no longer there: somebody was faster.
            summary = failed.errors.map { ["field": "", "text": .text(words.words.sentence(of: $0))] }
        }
        return (.list(acts), .list(summary))
    }
}
