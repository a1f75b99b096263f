internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation

/// The paper original on the page of a matter: where it is, and where it was.
extension MatterPage {
    func paper() -> Fields {
        let typed = failed?.act == .shelve ? failed?.form : nil
        let error = failed?.act == .shelve ? failed?.errors.first : nil
        let last = state.shelves.last
        return [
            "mark": .text(last.flatMap { words.quoted($0.mark, in: file) }), "since": .text(last.map(words.shelved)),
            "hasMoves": .flag(state.shelves.count > 1),
            "moves": .list(
                state.shelves.dropLast().reversed().map { shelf in
                    ["mark": .text(words.quoted(shelf.mark, in: file)), "text": .text(words.shelved(shelf))]
                }),
            "canShelve": .flag(can(.shelve)), "isOpen": .flag(typed != nil), "typed": .text(typed?.text("mark")),
            "error": .text(error.map(words.words.sentence)), "coverURL": .text("\(url)/cover"),
        ]
    }
}

extension MatterWords {
    /// Who put it there, and when.
    func shelved(_ shelf: CaseState.Shelf) -> String {
        let who: String
        if case .staff(let id, _) = shelf.by { who = staff(id) } else { who = text("story.staffUnknown") }
        return text("shelf.since", ["who": who, "when": words.fullDateTime(shelf.at)])
    }
}

extension Desk {
    /// The sheet that lies on top of the paper original. Its code holds the number alone: who has the paper has no key.
    func printCover(_ request: PageRequest) async throws -> Response {
        let (file, words) = try await printed(request)
        let viewer = try request.staff
        let state = file.state
        let title = file.text(state.title) ?? words.text("story.textErased")
        let names = state.reporters.map { words.reporter($0.details.id, in: file) }
        var rows: [(term: String, text: String)] = [
            (words.text("paper.registered"), words.words.fullDateTime(state.registeredAt)),
            (words.text("cover.channel"), words.words.name("channel", state.channel)),
            (words.text("cover.from"), words.words.list(names)),
            (words.text("paper.category"), words.category(state.category)),
            (words.text("cover.place"), file.text(state.place) ?? words.area(state.area)),
            (words.text("work.handLead"), words.unit(state.responsible)),
        ]
        for clock in state.clocks where clock.endedAt == nil && clock.start.isDuty {
            let day = words.words.dateAndWeekday(words.due(clock.start, of: state))
            rows.append((words.clockName(clock.start, of: state), words.text("casefile.rightOpen", ["date": day])))
        }
        let mark = state.shelves.last.map { words.quoted($0.mark, in: file) }
        let fields: Fields = [
            "office": .text(words.office), "number": .text(state.number), "matterTitle": .text(title),
            "qr": .html(QRCode.svg(state.number)),
            "facts": .list(
                rows.filter { !$0.text.isEmpty }.map { ["term": .text($0.term), "text": .text($0.text)] }),
            "mark": .text(mark), "hasMoves": .flag(!state.shelves.isEmpty),
            "moves": .list(
                state.shelves.map {
                    ["mark": .text(words.quoted($0.mark, in: file)), "text": .text(words.shelved($0))]
                }),
            "printedLine": .text(
                words.text(
                    "cover.printed", ["who": viewer.staff.displayName, "when": words.words.fullDateTime(words.now)])),
            "backURL": .text("/desk/matter/\(state.number)"),
        ]
        return try await request.page(
            "print/cover", title: words.text("cover.title", ["number": state.number]), fields)
    }
}
