internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What every page about a matter speaks with: words of a language, the organisation's names, rules and calendar, and
/// the moment. Made once a request.
struct MatterWords: Sendable {
    let words: Words
    let organisation: Organisation
    let book: DeadlineBook
    let now: Instant
    /// The county's name in the reader's language.
    let countyName: String
    /// What replies and decisions can cite; without it they show the names of entries.
    var law: LawLibrary?

    var isEnglish: Bool { words.language.isEnglish }
    var today: LocalDate { book.zone.date(of: now) }

    /// A text of the catalogue.
    func text(_ key: String, _ values: [String: String] = [:]) -> String { words.text(key, values) }

    /// A unit's name; the sentence for a unit that nobody knows any more.
    func unit(_ id: UnitID) -> String {
        organisation.unit(id)?.name.text(isEnglish: isEnglish) ?? text("story.unitUnknown")
    }

    /// A word of the vocabulary.
    func tag(_ id: TagID) -> String {
        organisation.tag(id)?.name.text(isEnglish: isEnglish) ?? text("story.nothing")
    }

    /// The name of a member of staff.
    func staff(_ id: StaffID) -> String { organisation.staff(id)?.displayName ?? text("story.staffUnknown") }

    /// The unit that took the place of the county's own office on letters: 清河县来信办理中心.
    var office: String { text("print.office").replacing("{{countyName}}", with: countyName) }

    /// How to address one resident, without anything that identifies.
    func reporter(_ id: ReporterID, in file: CaseFile) -> String {
        guard let index = file.state.reporters.firstIndex(where: { $0.details.id == id }) else {
            return text("story.resident")
        }
        let reporter = file.state.reporters[index]
        if reporter.erased { return text("story.residentErased") }
        if let name = file.contacts[id]?.name { return name }
        if reporter.details.anonymous { return text("story.residentAnonymous") }
        let first = file.state.reporters.count == 1
        return first ? text("story.resident") : text("story.residentNumber", ["n": "\(index + 1)"])
    }

    /// Who did something, as staff see it.
    func actor(_ actor: Actor, in file: CaseFile) -> String {
        switch actor {
        case .staff(let id, _): staff(id)
        case .reporter(let id): reporter(id, in: file)
        case .newReporter: text("story.byResident")
        case .system(let name): words.text("story.system.\(name)")
        }
    }

    /// What a matter is about, "供水 / 水压与水质"; empty when nobody has said.
    func category(_ code: String?) -> String {
        code.map { organisation.pathName(ofCategory: $0, isEnglish: isEnglish) } ?? ""
    }

    /// Where a matter is, by division.
    func area(_ code: String?) -> String {
        code.map { organisation.pathName(ofArea: $0, isEnglish: isEnglish) } ?? ""
    }

    /// A phase in words. Who may not see judgements is not told that there is one either.
    func phase(_ phase: CasePhase, seesJudgement: Bool) -> String {
        let hidden = !seesJudgement && [.judged, .unjudged].contains(phase)
        return words.name("phase", hidden ? .delivered : phase)
    }

    /// The language of a text that somebody typed: with a Han character it is Chinese.
    static func language(of text: String) -> String {
        text.unicodeScalars.contains { (0x3400...0x9FFF).contains($0.value) } ? "zh-Hans" : "en"
    }
}

extension PageRequest {
    /// The words of this request for pages about matters.
    func matterWords(_ organisation: Organisation, _ book: DeadlineBook) -> MatterWords {
        MatterWords(
            words: words, organisation: organisation, book: book, now: now,
            countyName: site.settings.countyName.text(isEnglish: language.isEnglish))
    }
}
