public import Kernel
public import Ledger
public import Organisation
internal import Storage

/// Everything that a page about one matter shows: state, events in order, and the texts that are left.
public struct CaseFile: Sendable {
    /// The matter as it stands.
    public internal(set) var state: CaseState
    /// What happened, in order.
    public let entries: [CaseEntry]
    /// The texts by identifier; erased ones are missing.
    public let texts: [TextID: String]
    /// How to address each resident whose data is not erased.
    public let contacts: [ReporterID: Contact]
    /// For somebody who joined through the public page: what others wrote is left out, and title and reply are those
    /// that everybody reads.
    public var isReduced = false
    /// Who wrote for a resident, where they said who they are.
    public var helpers: [ReporterID: Contact] = [:]
    /// Matters that go on in this one, with their letters.
    public var absorbed: [CaseFile] = []
    /// All events of the matter that is kept, where the entries are put together from two.
    public var course: [CaseEntry]?

    /// A text, or nothing when it is erased or there is none.
    public func text(_ reference: TextReference?) -> String? { reference.flatMap { texts[$0.id] } }

    /// The matter with which a resident came: this one, or one that goes on in it. What is written to them on paper names
    /// that one.
    public func own(of reporter: ReporterID) -> CaseFile {
        let origin = state.reporters.first { $0.details.id == reporter }?.origin?.id
        return absorbed.first { $0.state.id == origin } ?? self
    }

    /// The hash of what was registered, hexadecimal.
    public var fingerprint: String { entries.first?.stored.hash ?? "" }

    /// The words of one resident, as first told.
    public func letter(of reporter: ReporterID) -> String? {
        for entry in entries {
            switch entry.event {
            case .registered(let p) where p.reporter.id == reporter: return text(p.body)
            case .reporterAdded(let p) where p.reporter.id == reporter: return text(p.body)
            default: continue
            }
        }
        return absorbed.lazy.compactMap { $0.letter(of: reporter) }.first
    }
}

extension Casework {
    /// The file of a matter for staff.
    ///
    /// - Throws: `notFound` when there is none or the viewer may not know of it.
    public func file(number: String, for viewer: Viewer) async throws -> CaseFile {
        try await database.read { tx in
            guard let id = try caseID(number: number, in: tx), let file = try file(id, in: tx) else {
                throw PlainError(.notFound, "case.notFound")
            }
            if let told = recalled(file.state, from: viewer), !CaseAccess.isVisible(file.state, to: viewer) {
                throw told
            }
            try checkVisible(file.state, to: viewer, in: tx)
            var shown = try withAbsorbed(file, in: tx)
            shown.state = try withFilesOfLetter(file.state, for: viewer, in: tx)
            return shown
        }
    }

    /// Who had a matter on the list until it was taken back is told that, and nothing else; never whom it complains of.
    private func recalled(_ state: CaseState, from viewer: Viewer) -> PlainError? {
        guard state.restrictedTo == nil, !state.complains(ofStaff: viewer.staff.id), !state.complains(ofUnitOf: viewer),
            let recall = state.recalls.last(where: { viewer.may(.seeMatters, on: $0.unit) })
        else { return nil }
        let time = deadlines.zone.timeOfDay(of: recall.at)
        let minute = time.minute < 10 ? "0\(time.minute)" : "\(time.minute)"
        return PlainError(
            .notFound, "case.recalled",
            values: ["time": "\(deadlines.zone.date(of: recall.at)) \(time.hour):\(minute)"])
    }

    /// The file of a matter for one of its residents, who was let in by number and code.
    public func file(_ id: CaseID, for reporter: ReporterID) async throws -> CaseFile {
        try await database.read { tx in
            guard var file = try file(id, in: tx), file.state.reporters.contains(where: { $0.details.id == reporter })
            else { throw PlainError(.notFound, "case.notFound") }
            if let into = file.state.merged?.into, let kept = try self.file(into, in: tx) { file = kept }
            let origin = file.state.reporters.first { $0.details.id == reporter }?.origin
            guard let origin, let own = try self.file(origin.id, in: tx) else { return file.shown(to: reporter) }
            return file.shown(to: reporter, with: own)
        }
    }

    /// Which commands a viewer may run on a matter now; pages show forms for these only.
    public func possibleCommands(on state: CaseState, for viewer: Viewer) -> Set<CaseCommand.Name> {
        CaseAccess.allowed(
            CaseCommand.Name.possible(in: state.phase), on: state, by: viewer, recusal: recusal)
    }

    func file(_ id: CaseID, in tx: any ReadTransaction) throws -> CaseFile? {
        guard let (state, entries) = try history(id, in: tx) else { return nil }
        let open = state.reporters.filter { !$0.erased }
        let helpers = open.compactMap(\.details.onBehalf?.helper)
        let persons = try vault.contacts(open.compactMap(\.details.person) + helpers, in: tx)
        var contacts: [ReporterID: Contact] = [:]
        for reporter in open { contacts[reporter.details.id] = reporter.details.person.flatMap { persons[$0] } }
        var file = CaseFile(
            state: state, entries: entries, texts: try texts.bodies(of: id.stream, in: tx), contacts: contacts)
        for reporter in open {
            file.helpers[reporter.details.id] = reporter.details.onBehalf?.helper.flatMap { persons[$0] }
        }
        return file
    }
}
