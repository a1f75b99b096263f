internal import Casework
internal import Kernel

/// How a clerk made sure that somebody at the counter or on the telephone is the resident.
enum IdentityCheck: String, CaseIterable, Sendable {
    /// Showed an identity document.
    case document
    /// Told what only the writer knows of the letter.
    case details
    /// Was called back on the number that is kept.
    case calledBack
    /// Is known to the clerk.
    case known
    /// Something else, which has to be said.
    case other

    /// What is kept as the reason for a new code, in Chinese like the rest of the record.
    ///
    /// - Throws: `identity.missing` when nothing was chosen, `identity.say` when "something else" says nothing.
    static func reason(of form: Form, _ words: MatterWords) throws(PlainError) -> String {
        guard let check: IdentityCheck = form.value("check") else {
            throw PlainError(.invalid, "identity.missing", field: "check")
        }
        let more = PlainText.cleaned(form.text("reason"))
        guard check != .other || !more.isEmpty else { throw PlainError(.invalid, "identity.say", field: "reason") }
        let said = words.words.catalogue.text("identity.\(check.rawValue)", .chinese)
        if check == .other { return more }
        return more.isEmpty ? said : "\(said)：\(more)"
    }
}
