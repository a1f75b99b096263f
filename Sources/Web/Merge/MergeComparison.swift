internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The second page of merging: all sides next to each other, what is kept, which days hold, who is told and what they
/// will read.
struct MergeComparison {
    let own: CaseFile
    /// All of them, the oldest first.
    let files: [CaseFile]
    let keeping: String?
    let words: MatterWords
    let viewer: Viewer
    let reason: String
    let fileNames: [CaseID: [String]]

    /// The one that somebody chose, or the one that a unit has in hand, or the oldest.
    var kept: CaseFile {
        let proposed = MergeRule.kept(of: files.map(\.state))?.id
        return files.first { $0.state.number == keeping } ?? files.first { $0.state.id == proposed } ?? own
    }

    private var leaving: [CaseFile] { files.filter { $0.state.id != kept.state.id } }

    private func bars(_ file: CaseFile) -> [MergeBar] { MergeRule.bars(file.state, into: kept.state) }

    var fields: Fields {
        let kept = kept
        let barred = leaving.flatMap { file in bars(file).map { (file, $0) } }
        let isOpen = barred.isEmpty
        let others = files.filter { $0.state.id != own.state.id }.map(\.state.number)
        return [
            "number": .text(own.state.number), "matterURL": .text("/desk/matter/\(own.state.number)"),
            "matterTitle": .text(title(own)), "keep": .text(kept.state.number),
            "isOpen": .flag(isOpen), "isBarred": .flag(!isOpen),
            "bars": .texts(barred.map { sentence($0.1, of: $0.0) }.uniqued),
            "sides": .list(files.map(side)), "keptLine": .text(keptLine), "dayLines": .texts(isOpen ? dayLines : []),
            "told": .list(leaving.flatMap(told)), "toldSentence": .text(words.text("told.mergedInto")),
            "unitLines": .texts(unitLines), "undoLine": .text(undoLine),
            "versions": .list(
                files.map {
                    ["name": .text("version-\($0.state.number)"), "value": .text("\($0.state.version)")]
                }),
            "with": .texts(others), "reason": .text(reason),
            "canLink": .flag(others.count == 1), "linkNumber": .text(others.first),
            "version": .text("\(own.state.version)"),
        ]
    }

    private func title(_ file: CaseFile) -> String { file.text(file.state.title) ?? words.text("story.textErased") }

    private func sentence(_ bar: MergeBar, of file: CaseFile) -> String {
        words.text("error.case.cannotMerge.\(bar.rawValue)", ["number": file.state.number])
    }

    // MARK: One side

    private func side(_ file: CaseFile) -> Fields {
        let state = file.state
        let isKept = state.id == kept.state.id
        let with = files.filter { $0.state.id != own.state.id }.map { "with=\($0.state.number)" }
        let keepURL =
            "/desk/matter/\(own.state.number)/merge?\((with + ["keep=\(state.number)"]).joined(separator: "&"))"
        var fields = words.passage(state.body, in: file)
        fields.merge([
            "number": .text(state.number), "url": .text("/desk/matter/\(state.number)"),
            "titleText": .text(title(file)), "isKept": .flag(isKept), "keepURL": .text(isKept ? "" : keepURL),
            "phase": .text(words.phase(state.phase, seesJudgement: state.showsJudgement(to: viewer))),
            "facts": .list(facts(file)), "clocks": .list(clocks(state)),
            "hasClocks": .flag(state.clocks.contains { $0.endedAt == nil && $0.start.isDuty }),
            "people": .texts(state.reporters.map { person($0, in: file) }),
        ])
        return fields
    }

    private func facts(_ file: CaseFile) -> [Fields] {
        let state = file.state
        let unit = [words.unit(state.lead ?? state.responsible), state.handler.map(words.staff)].compactMap { $0 }
        let names = fileNames[state.id] ?? []
        let rows = [
            ("merge.received", words.words.fullDateTime(state.registeredAt)),
            ("merge.channel", words.words.name("channel", state.channel)),
            ("work.factPlace", place(file)), ("merge.category", words.category(state.category)),
            ("merge.unit", unit.joined(separator: " · ")), ("work.factWish", file.text(state.wish) ?? ""),
            ("merge.files", names.isEmpty ? "" : words.words.list(names)),
        ]
        return rows.filter { !$0.1.isEmpty }.map { ["term": .text(words.text($0.0)), "text": .text($0.1)] }
    }

    private func place(_ file: CaseFile) -> String {
        [file.text(file.state.place) ?? "", words.area(file.state.area)].filter { !$0.isEmpty }
            .joined(separator: words.text("story.comma"))
    }

    private func clocks(_ state: CaseState) -> [Fields] {
        state.clocks.filter { $0.endedAt == nil && $0.start.isDuty }.map { clock in
            let day = words.words.dateAndWeekday(words.due(clock.start, of: state))
            return [
                "name": .text(words.clockName(clock.start, of: state)), "day": .text(day),
                "clock": .group(words.clockWords(clock, of: state)),
            ]
        }
    }

    private func person(_ reporter: CaseState.Reporter, in file: CaseFile) -> String {
        let name = words.reporter(reporter.details.id, in: file)
        guard let origin = reporter.origin else { return name }
        return words.text("merge.personFrom", ["name": name, "number": origin.number])
    }

    // MARK: What follows

    private var keptLine: String {
        let state = kept.state
        let values = [
            "number": state.number, "unit": words.unit(state.lead ?? state.responsible),
            "phase": words.phase(state.phase, seesJudgement: false),
        ]
        let isProposed = MergeRule.kept(of: files.map(\.state))?.id == state.id
        let why = state.phase == .inHand && files.contains { $0.state.phase != .inHand } ? "inHand" : "oldest"
        let line = words.text("merge.keptLine", values)
        return isProposed ? line + words.text("merge.keptWhy.\(why)") : line
    }

    /// Which days change. No duty ends later than before on any side.
    private var dayLines: [String] {
        let after = MergeRule.preview(leaving.map(\.state), into: kept.state, at: words.now)
        var lines: [String] = []
        for clock in after.clocks where clock.endedAt == nil && clock.start.isDuty {
            let before = kept.state.runningClock(clock.start.rule)?.start
            guard before != clock.start else { continue }
            let due = words.due(clock.start, of: after)
            var values = [
                "rule": words.clockName(clock.start, of: after), "date": words.words.dateAndWeekday(due),
            ]
            if let before { values["before"] = words.words.dateAndWeekday(words.due(before, of: kept.state)) }
            lines.append(words.text(before == nil ? "merge.dayNew" : "merge.dayEarlier", values))
            if due < words.today { lines.append(words.text("merge.dayOver", values)) }
        }
        if lines.isEmpty { lines.append(words.text("merge.daysSame")) }
        let missed = leaving.filter { file in
            file.state.clocks.contains { $0.endedAt == nil && $0.start.isDuty && $0.start.due < words.today }
        }
        lines += missed.map { words.text("merge.missedStays", ["number": $0.state.number]) }
        return lines
    }

    private func told(_ file: CaseFile) -> [Fields] {
        file.state.reporters.filter { !$0.erased && !$0.withdrawn }.map { reporter in
            let contact = file.contacts[reporter.details.id]
            let how: String
            if contact?.phone != nil {
                how = "merge.toldPhone"
            } else if contact?.isEmpty ?? true {
                how = "merge.toldCode"
            } else {
                how = "merge.toldPost"
            }
            return [
                "who": .text(words.reporter(reporter.details.id, in: file)), "number": .text(file.state.number),
                "how": .text(words.text(how)),
            ]
        }
    }

    private var unitLines: [String] {
        leaving.map { file in
            let state = file.state
            let who = [words.unit(state.lead ?? state.responsible), state.handler.map(words.staff)].compactMap { $0 }
            let line = words.text(
                "merge.leavesList", ["number": state.number, "who": who.joined(separator: " · ")])
            guard state.publication != nil else { return line }
            return line + words.text("merge.leavesPublic")
        }
    }

    private var undoLine: String {
        let last = words.today.adding(days: MergeRule.undoDays)
        return words.text(
            "merge.undoLine", ["days": "\(MergeRule.undoDays)", "date": words.words.dateAndWeekday(last)])
    }
}

extension [String] {
    /// Each once, in order.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
