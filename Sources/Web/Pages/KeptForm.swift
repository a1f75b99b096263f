internal import Kernel
internal import Ledger

/// What somebody typed, carried through a page that had to come in between: an error, a sign-in. Hidden fields hold
/// it; passwords and secrets of forms are never among them.
struct KeptForm: Sendable {
    /// In the sign-in form, kept fields stand beside its own.
    static let prefix = "kept."
    /// More is not carried; the browser's own "back" still has it.
    static let mostBytes = 256 * 1024
    private static let never: Set<String> = ["_csrf", "password", "current", "new", "again"]

    let items: [Form.Item]

    /// What is worth keeping of a form.
    init(_ form: Form) {
        var left = Self.mostBytes
        var items: [Form.Item] = []
        for item in form.items {
            let isSecret = Self.never.contains(item.name) || item.name.lowercased().contains("password")
            left -= item.name.utf8.count + item.value.utf8.count
            if !isSecret, !item.name.hasPrefix(Self.prefix), left >= 0 { items.append(item) }
        }
        self.items = items
    }

    /// What a sign-in form carried.
    init(carriedBy form: Form) {
        self.init(
            Form(
                form.items.filter { $0.name.hasPrefix(Self.prefix) }
                    .map { Form.Item(name: String($0.name.dropFirst(Self.prefix.count)), value: $0.value) }))
    }

    /// Whether there is anything that somebody typed.
    var isWorthKeeping: Bool {
        items.contains { $0.name != "submission" && $0.name != "version" && !$0.value.isEmpty }
    }

    /// Hidden fields; with `prefix` for the sign-in form.
    func hidden(prefix: String = "") -> [Fields] {
        items.map { ["name": .text(prefix + $0.name), "value": .text($0.value)] }
    }

    /// The fields that have a label and a text: for people to read, or to change.
    func labelled(_ words: Words, _ catalogue: Catalogue) -> [(item: Form.Item, label: String)] {
        items.compactMap { item in
            guard !item.value.isEmpty, let label = catalogue.find("field.\(item.name)", words.language) else {
                return nil
            }
            return (item, label)
        }
    }

    /// With a one-time name that will be accepted.
    func renewingSubmission(_ keys: KeyRing) -> KeptForm {
        KeptForm(
            Form(
                items.map { item in
                    guard item.name == "submission", !SubmissionToken.verify(item.value, keys) else { return item }
                    return Form.Item(name: item.name, value: SubmissionToken.issue(keys))
                }))
    }
}
