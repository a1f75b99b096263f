internal import Bulk
internal import Casework
internal import Kernel
internal import Organisation

/// A run in words.
struct RunModel {
    let run: Run
    let words: MatterWords
    let viewer: Viewer

    private var kind: RunPlan.Kind { run.plan.kind }
    private var seesJudgement: Bool { viewer.may(.seeJudgement, on: nil) }

    /// "交办 12 件".
    var title: String {
        guard kind == .export else { return words.words.counted("bulk.title.\(kind.rawValue)", run.total) }
        return words.text("bulk.title.export", ["list": source?.title(words) ?? ""])
    }

    private var source: ListSource? { ListSource(kind == .export ? run.plan.list : "queue/\(run.plan.list)") }

    /// The list that the selection was made in.
    var listName: String {
        guard let source else { return "" }
        let filter = source.conditions(words).map(\.value)
        return ([source.title(words)] + filter).joined(separator: " · ")
    }

    /// Its page.
    var listURL: String { source?.url ?? "/desk" }

    /// Its line in the list of runs.
    var line: Fields {
        [
            "url": .text("/desk/runs/\(run.id)"), "title": .text(title), "list": .text(listName),
            "when": .text(words.words.dateTime(run.madeAt)),
            "state": .text(words.text("bulk.state.\(run.state.rawValue)")),
            "isRunning": .flag(run.state == .running), "counts": .text(kind == .export ? "" : countsText),
        ]
    }

    private var failedCount: Int { (run.counts[.failed] ?? 0) + (run.counts[.skipped] ?? 0) }

    private var countsText: String {
        guard run.state != .draft else { return "" }
        return words.text(
            "bulk.counts",
            ["done": words.words.number(run.counts[.done] ?? 0), "failed": words.words.number(failedCount)])
    }

    // MARK: Before

    /// Where some of the matters go, or why some cannot.
    func group(_ group: (forecast: BulkForecast, count: Int)) -> Fields {
        let forecast = group.forecast
        return [
            "isProblem": .flag(forecast.problem != nil), "count": .text(words.words.matters(group.count)),
            "text": .text(forecast.problem.map(sentence) ?? effect(forecast)), "basis": .text(basis(forecast)),
        ]
    }

    /// "→ 县水务局", "加上「供暖季」".
    private func effect(_ forecast: BulkForecast) -> String {
        switch run.plan.act {
        case .dispatchByCatalogue, .dispatch: forecast.unit.map(words.unit) ?? ""
        case .assign(let handler, _): words.text("bulk.effect.assign", ["name": words.staff(handler)])
        case .tag(let tag): words.text("bulk.effect.tag", ["tag": words.tag(tag)])
        case .untag(let tag): words.text("bulk.effect.untag", ["tag": words.tag(tag)])
        case .link(let number, let kind):
            words.text("bulk.effect.link", ["number": number, "kind": words.words.name("link", kind)])
        case .unlink(let number): words.text("bulk.effect.unlink", ["number": number])
        case .recall: words.text("bulk.effect.recall")
        case nil: ""
        }
    }

    private func basis(_ forecast: BulkForecast) -> String {
        guard forecast.problem == nil, let id = forecast.entry, let version = forecast.entryVersion else { return "" }
        let entry = words.organisation.catalogueEntry(id: id, version: version)
        return words.text("bulk.byEntry", ["entry": id, "version": "\(version)", "basis": entry?.basis ?? ""])
    }

    func sentence(_ problem: BulkProblem) -> String {
        words.words.sentence(of: problem.plain)
    }

    /// One line of the preview: from where to where, or why not.
    func foreseen(_ item: RunItem, _ matter: NamedMatter?, isChosen: Bool) -> Fields {
        var fields = named(item, matter)
        let forecast = item.forecast
        fields["from"] = .text(
            forecast.map { "\(words.phase($0.phase, seesJudgement: seesJudgement)) · \(words.unit($0.from))" })
        fields["to"] = .text(isChosen && forecast?.problem == nil ? forecast.map(effect) : nil)
        fields["basis"] = .text(isChosen ? forecast.map(basis) : nil)
        fields["problem"] = .text(isChosen ? forecast?.problem.map(sentence) : nil)
        return fields
    }

    private func named(_ item: RunItem, _ matter: NamedMatter?) -> Fields {
        [
            "position": .text("\(item.position)"), "number": .text(matter?.number),
            "url": .text(matter.map { "/desk/matter/\($0.number)" }),
            "titleText": .text(
                matter.map { $0.title.isEmpty ? words.text("story.textErased") : $0.title }
                    ?? words.text("bulk.notYours")),
        ]
    }

    // MARK: After

    func failed(_ item: RunItem, _ matter: NamedMatter?) -> Fields {
        var fields = named(item, matter)
        fields["why"] = .text(why(item))
        fields["wasTried"] = .flag(item.state == .failed)
        return fields
    }

    func done(_ item: RunItem, _ matter: NamedMatter?) -> Fields {
        var fields = named(item, matter)
        fields["to"] = .text(item.forecast.map(effect))
        return fields
    }

    /// What was done, or why not.
    func why(_ item: RunItem) -> String { item.problem.map(sentence) ?? item.forecast.map(effect) ?? "" }

    /// How far it is and what can be done next.
    func report(now: Instant) -> Fields {
        let isExport = kind == .export
        let until = run.finishedAt.map { $0.adding(seconds: CaseLifecycle.recallSeconds) }
        let isLate = [.dispatch, .assign].contains(kind) && (until.map { now > $0 } ?? true)
        let mayUndo = run.state == .done && Self.undoing(run.plan.act) != nil && !isLate && (run.counts[.done] ?? 0) > 0
        var undoHint = ""
        if mayUndo, let until, [.dispatch, .assign].contains(kind) {
            undoHint = words.text("bulk.undoUntil", ["time": words.words.time(until)])
        }
        return [
            "isRunning": .flag(run.state == .running), "isExport": .flag(isExport),
            "total": .text("\(max(run.total, 1))"),
            "worked": .text("\(isExport ? 0 : run.worked)"),
            "progressText": .text(progress), "doneText": .text(words.words.matters(run.counts[.done] ?? 0)),
            "failedText": .text(words.words.matters(failedCount)), "mayUndo": .flag(mayUndo),
            "undoHint": .text(undoHint), "fileURL": .text(run.hasFile ? "/desk/runs/\(run.id)/file" : ""),
            "fileText": .text(fileText),
        ]
    }

    private var progress: String {
        if kind == .export {
            return words.words.counted(run.state == .running ? "bulk.exportRunning" : "bulk.exportDone", run.total)
        }
        let values = ["n": words.words.number(run.worked), "total": words.words.number(run.total)]
        return words.text(run.state == .running ? "bulk.progress" : "bulk.finished", values)
    }

    private var fileText: String {
        guard kind == .export, run.state == .done else { return "" }
        if let problem = run.problem {
            return words.words.sentence(of: PlainError(.conflict, problem))
        }
        guard run.hasFile, let finished = run.finishedAt else { return words.text("error.bulk.fileGone") }
        return words.text(
            "bulk.fileUntil", ["time": words.words.dateTime(finished.adding(seconds: Bulk.fileHours * 3600))])
    }

    // MARK: Taking back

    /// The act that takes another back, where there is one.
    static func undoing(_ act: BulkAct?) -> BulkAct? {
        switch act {
        case .dispatchByCatalogue, .dispatch, .assign: .recall
        case .tag(let tag): .untag(tag)
        case .untag(let tag): .tag(tag)
        case .link(let number, _): .unlink(number: number)
        case .unlink, .recall, nil: nil
        }
    }

    static func kind(of act: BulkAct) -> RunPlan.Kind? {
        switch act {
        case .dispatchByCatalogue, .dispatch: .dispatch
        case .assign: .assign
        case .tag: .tag
        case .untag: .untag
        case .link: .link
        case .unlink: .unlink
        case .recall: .recall
        }
    }
}
