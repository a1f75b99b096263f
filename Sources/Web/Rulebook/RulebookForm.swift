internal import Kernel

/// A form on a page of the rule book.
struct RulebookForm {
    /// One choice.
    struct Option {
        let value: String
        let label: String
    }

    /// What is typed or chosen.
    enum Kind {
        case line(most: Int)
        case area(rows: Int)
        case code(rows: Int)
        case date
        case number
        case select([Option])
        case check
        case file
    }

    struct Input {
        let name: String
        let label: String
        let kind: Kind
        var hint = ""
        var value = ""
        var isRequired = true
    }

    let id: String
    let action: String
    let button: String
    var method = "post"
    var title = ""
    var hint = ""
    var inputs: [Input] = []
    var hidden: [(name: String, value: String)] = []
    /// The one next step of the page.
    var isPrimary = false
    var submission: Field = ""
    /// What was typed and what is wrong with it.
    var typed: Form?
    var errors: [PlainError] = []

    func fields(_ words: Words) -> Fields {
        let names = inputs.map(\.name)
        let general = errors.first { !names.contains($0.field ?? "") }
        let hasFile = inputs.contains { if case .file = $0.kind { true } else { false } }
        return [
            "id": .text(id), "action": .text(action), "method": .text(method), "isPost": .flag(method == "post"),
            "title": .text(title), "hint": .text(hint), "button": .text(button), "isPrimary": .flag(isPrimary),
            "submission": submission, "isMultipart": .flag(hasFile),
            "error": .text(general.map { words.sentence(of: $0) }),
            "hidden": .list(hidden.map { ["name": .text($0.name), "value": .text($0.value)] }),
            "fields": .list(inputs.map { field($0, words) }),
        ]
    }

    private func field(_ input: Input, _ words: Words) -> Fields {
        let element = "\(id)-\(input.name)"
        let error = errors.first { $0.field == input.name }.map { words.sentence(of: $0) } ?? ""
        let described = [
            input.hint.isEmpty ? "" : "\(element)-hint", error.isEmpty ? "" : "\(element)-error",
        ].filter { !$0.isEmpty }
        let value = typed.map { $0[input.name] ?? (isCheck(input) ? "" : input.value) } ?? input.value
        var out: Fields = [
            "id": .text(element), "name": .text(input.name), "label": .text(input.label), "hint": .text(input.hint),
            "error": .text(error), "described": .text(described.joined(separator: " ")), "value": .text(value),
            "isRequired": .flag(input.isRequired), "isOptional": .flag(!input.isRequired), "isLine": false,
            "isArea": false, "isCode": false, "isDate": false, "isNumber": false, "isSelect": false, "isCheck": false,
            "isFile": false, "most": "", "rows": "", "isOn": false,
        ]
        out["options"] = .list([])
        switch input.kind {
        case .line(let most):
            out["isLine"] = true
            out["most"] = .number(most)
        case .area(let rows):
            out["isArea"] = true
            out["rows"] = .number(rows)
        case .code(let rows):
            out["isCode"] = true
            out["rows"] = .number(rows)
        case .date: out["isDate"] = true
        case .number: out["isNumber"] = true
        case .select(let options):
            out["isSelect"] = true
            out["options"] = .list(
                options.map {
                    ["value": .text($0.value), "label": .text($0.label), "selected": .flag($0.value == value)]
                })
        case .check:
            out["isCheck"] = true
            out["isOn"] = .flag(!value.isEmpty)
        case .file: out["isFile"] = true
        }
        return out
    }

    private func isCheck(_ input: Input) -> Bool { if case .check = input.kind { true } else { false } }
}
