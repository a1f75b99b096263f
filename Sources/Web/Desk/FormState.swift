internal import Kernel

/// One form of a page: what was typed when it failed, and what is wrong, field by field.
struct FormState {
    let words: Words
    /// What was typed; nothing when this form did not fail.
    var form: Form?
    var errors: [PlainError] = []

    /// Whether it came back: a disclosure around it stands open then.
    var isOpen: Bool { form != nil }

    /// For each name its text and `<name>Error`, for the form as a whole `error` with what belongs to no named field.
    ///
    /// - Parameters:
    ///   - names: the fields of the form.
    ///   - prefilled: what stands in a field that nobody has touched.
    func fields(_ names: [String], prefilled: [String: String] = [:]) -> Fields {
        var out: Fields = ["isOpen": .flag(isOpen)]
        for name in names {
            out[name] = .text(form.map { $0.text(name) } ?? prefilled[name])
            out["\(name)Error"] = error(name)
        }
        let rest = errors.first { error in error.field.map { !names.contains($0) } ?? true }
        out["error"] = .text(rest.map(words.sentence))
        return out
    }

    /// The sentence beside one field.
    func error(_ field: String) -> Field { .text(errors.first { $0.field == field }.map(words.sentence)) }

    /// Whether this choice was made.
    func isChosen(_ name: String, _ value: String) -> Bool { form?.values(name).contains(value) ?? false }

    /// Choices with the one that was made.
    func options(_ name: String, _ values: [(value: String, label: String)]) -> Field {
        .list(values.map { QueueFilters.option($0.value, $0.label, isSelected: isChosen(name, $0.value)) })
    }

    /// The cases of an enumeration with their words.
    func options<Value: RawRepresentable<String>>(_ name: String, _ values: [Value], family: String) -> Field {
        options(name, values.map { ($0.rawValue, words.text("\(family).\($0.rawValue)")) })
    }
}

extension MatterForms {
    /// The form of an act. Where a page has the act several times, `field` and `value` say which of them it is.
    func state(_ act: MatterAct, _ field: String? = nil, _ value: String? = nil) -> FormState {
        guard let failed = page.failed, failed.act == act, field == nil || failed.form[field ?? ""] == value else {
            return FormState(words: page.words.words, form: field == nil ? page.draftForm(act) : nil)
        }
        return FormState(words: page.words.words, form: failed.form, errors: failed.errors)
    }

    /// Today's date and a moment of today, for fields that are filled in beforehand.
    var todayText: String { "\(page.words.today)" }
}
