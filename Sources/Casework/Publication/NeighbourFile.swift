internal import Kernel
internal import Ledger

extension CaseFile {
    /// The file as a resident of it may read it. Whoever joined through the public page reads no word that others wrote
    /// and that was not approved for everybody: the one place where this is decided, so that no page can forget it.
    func shown(to reporter: ReporterID) -> CaseFile {
        guard state.reporters.first(where: { $0.details.id == reporter })?.details.neighbour == true else {
            return self
        }
        var open: [TextID: String] = [:]
        for entry in entries where entry.event.isWritten(by: reporter) {
            for text in entry.event.texts { open[text.id] = texts[text.id] }
        }
        if let shown = state.publication?.shown {
            open[state.title.id] = texts[shown.title.id]
            if let reply = state.reply, let approved = shown.reply { open[reply.body.id] = texts[approved.id] }
        }
        var file = CaseFile(
            state: state, entries: entries, texts: open, contacts: contacts.filter { $0.key == reporter })
        file.isReduced = true
        return file
    }

    /// Whether the present reply can be read by whoever reads this file.
    public var isReplyReadable: Bool {
        !isReduced || state.reply.map { texts[$0.body.id] != nil } ?? true
    }
}

extension CaseEvent {
    func isWritten(by reporter: ReporterID) -> Bool {
        switch self {
        case .registered(let p): p.reporter.id == reporter
        case .reporterAdded(let p): p.reporter.id == reporter
        case .worded(let p), .withdrawn(let p): p.reporter == reporter
        case .corrected(let p): p.reporter == reporter
        case .judged(let p): p.reporter == reporter
        case .reopened(let p): p.reporter == reporter
        case .reviewAsked(let p): p.reporter == reporter
        case .reviewDecided: false
        // Why somebody looked at the own data is told to everybody whose data it is.
        case .contactRevealed(let p): p.reporter == reporter
        case .codeReissued(let p): p.reporter == reporter
        default: false
        }
    }
}
