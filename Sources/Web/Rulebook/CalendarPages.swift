internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// The calendar of working days: what is known of each year, the next year's notice, and what it changes.
extension RulebookPages {
    func calendar(_ request: PageRequest, errors: [PlainError], faults: [RulebookBlock.Fault] = []) async throws
        -> Response
    {
        let words = request.words
        let calendar = casework.deadlines.calendar
        let model = CalendarModel(calendar: calendar, words: words)
        let year = Int(request.query.text("year")) ?? request.site.today.parts.year
        var blocks = try await recount(request)
        blocks.append(model.years(shown: year))
        blocks.append(model.months(of: year))
        blocks.append(noticeBlock(request, errors))
        var upload = RulebookBlock(
            id: "file", heading: words.text("rulebook.calendarFile"), hint: words.text("rulebook.calendarFileHint"),
            faults: faults)
        var form = uploadForm(request, "calendar", text: request.form.text("text"))
        form.errors = request.form["year"] == nil ? errors : []
        upload.forms = [form]
        upload.isFolded = faults.isEmpty && (errors.isEmpty || request.form["year"] != nil)
        blocks.append(upload)
        blocks.append(try await history(.calendar, request))
        return try await page(
            request, tab: "calendar", heading: words.text("rulebook.tab.calendar"),
            hint: words.text("rulebook.calendarHint"),
            tools: [(words.text("rulebook.download"), "/admin/calendar/text")], blocks, errors: errors)
    }

    /// How far the counting of running clocks is, while it goes on.
    private func recount(_ request: PageRequest) async throws -> [RulebookBlock] {
        let version = casework.deadlines.calendar.version
        let stand = try await casework.recountStand()
        guard let stand, !(stand.isFinished && stand.calendar == version) else { return [] }
        let words = request.words
        return [
            RulebookBlock(
                id: "recount", heading: words.text("rulebook.recounting"), tone: "wait",
                sentences: [words.text("rulebook.recountingText", ["n": words.number(stand.changed)])],
                links: [(words.text("rulebook.lookAgain"), "/admin/calendar")])
        ]
    }

    /// The form of one year's notice.
    private func noticeBlock(_ request: PageRequest, _ errors: [PlainError]) -> RulebookBlock {
        let words = request.words
        let known = casework.deadlines.calendar.knownYears.max() ?? request.site.today.parts.year
        let isMine = request.form["year"] != nil
        var block = RulebookBlock(
            id: "notice", heading: words.text("rulebook.notice"), hint: words.text("rulebook.noticeHint"))
        block.forms = [
            RulebookForm(
                id: "year", action: "/admin/calendar/year", button: words.text("rulebook.look"),
                inputs: [
                    .init(name: "year", label: words.text("rulebook.year"), kind: .number, value: "\(known + 1)"),
                    .init(
                        name: "source", label: words.text("rulebook.source"), kind: .line(most: 200),
                        hint: words.text("rulebook.sourceHint")),
                    .init(
                        name: "days", label: words.text("rulebook.days"), kind: .code(rows: 8),
                        hint: words.text("rulebook.daysHint")),
                ], isPrimary: true, submission: request.submissionField(), typed: isMine ? request.form : nil,
                errors: isMine ? errors : [])
        ]
        return block
    }

    func calendarText(_ request: PageRequest) async throws -> Response {
        let calendar = casework.deadlines.calendar
        return file(calendar.text(version: calendar.version), named: "calendar-\(calendar.version).tsv")
    }

    func draftCalendar(_ request: PageRequest) async throws -> Response {
        try await run {
            let typed = try sentText(request)
            do throws(WorkingCalendar.FormatError) {
                _ = try WorkingCalendar(parsing: typed)
            } catch {
                let fault = RuleFaults(request.words).fault(error.line, error.reason, in: typed)
                return try await faulty(request, "calendar", typed, [fault])
            }
            return try await keep(typed, .calendar, request)
        } again: { errors in
            try await calendar(request, errors: errors)
        }
    }

    /// A year's notice typed into the form: the present calendar with that year.
    func draftYear(_ request: PageRequest) async throws -> Response {
        let form = request.form
        return try await run {
            guard let year = Int(form.text("year")), (1949...2200).contains(year) else {
                throw PlainError(.invalid, "rulebook.year", field: "year")
            }
            let source = form.text("source").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard !source.isEmpty else { throw PlainError(.invalid, "rulebook.sourceMissing", field: "source") }
            let text = try casework.deadlines.calendar.text(
                adding: year, source: source, days: form.text("days"), today: request.site.today)
            return try await keep(text, .calendar, request)
        } again: { errors in
            try await calendar(request, errors: errors)
        }
    }

    func calendarDraft(_ request: PageRequest, errors: [PlainError]) async throws -> Response {
        let words = request.words
        let draft = try await drafts.draft(
            try draftID(request), part: .calendar, for: try request.staff.staff.id)
        let next = try WorkingCalendar(parsing: draft.body)
        let model = CalendarModel(calendar: next, words: words)
        let effect = try await casework.effect(of: next)
        let known = casework.deadlines.calendar
        let newYear = next.knownYears.first { !known.covers(year: $0) } ?? next.knownYears.last
        var blocks = [
            model.difference(from: known),
            RulebookBlock(
                id: "effect", heading: words.text("rulebook.effect"),
                sentences: effectSentences(effect, words)),
        ]
        if let newYear { blocks.append(model.months(of: newYear)) }
        blocks.append(
            RulebookBlock(
                id: "load", heading: words.text("rulebook.calendarLoad"),
                hint: words.text("rulebook.calendarLoadHint"),
                forms: [
                    RulebookForm(
                        id: "load", action: "/admin/calendar/draft/\(draft.id)/load",
                        button: words.text("rulebook.calendarLoadButton"), inputs: reasonInputs(words),
                        isPrimary: true, submission: request.submissionField(),
                        typed: errors.isEmpty ? nil : request.form, errors: errors)
                ]))
        return try await page(
            request, tab: "calendar", heading: words.text("rulebook.calendarDraft", ["version": next.version]),
            back: ("/admin/calendar", words.text("rulebook.tab.calendar")), blocks, errors: errors)
    }

    private func effectSentences(_ effect: CalendarEffect, _ words: Words) -> [String] {
        var out = [
            words.text(
                "rulebook.effectCalendar",
                [
                    "looked": words.number(effect.looked), "definite": words.number(effect.becomesDefinite),
                    "moves": words.number(effect.moves), "provisional": words.number(effect.provisional),
                ])
        ]
        if effect.isCapped { out.append(words.text("rulebook.effectCapped", ["n": words.number(effect.looked)])) }
        return out
    }

    func loadCalendar(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        return try await run {
            let draft = try await drafts.draft(try draftID(request), part: .calendar, for: viewer.staff.id)
            _ = try await rules.loadCalendar(
                draft.body, following: casework.deadlines.calendar, reason: request.form.text("reason"),
                submission: try request.requiredSubmission, by: viewer.actor)
            try await current.refresh()
            return request.redirect(to: "/admin/calendar?done=calendarLoaded")
        } again: { errors in
            try await calendarDraft(request, errors: errors)
        }
    }

    // MARK: Drafts of texts

    /// Keeps a text that can be read and leads to the page that shows what it would change.
    func keep(_ text: String, _ part: RulebookPart, _ request: PageRequest) async throws -> Response {
        let id = try await drafts.keep(
            text, for: part, submission: try request.requiredSubmission, by: try request.staff.staff.id)
        return request.redirect(to: "/admin/\(part.rawValue)/draft/\(id)")
    }

    /// The text again, with what is wrong beside its lines.
    func faulty(
        _ request: PageRequest, _ part: String, _ text: String, _ faults: [RulebookBlock.Fault]
    ) async throws -> Response {
        let words = request.words
        let error = PlainError(.invalid, "rulebook.faults", field: "text", values: ["n": "\(faults.count)"])
        let block = RulebookBlock(
            id: "faults", heading: words.counted("rulebook.faultCount", faults.count),
            hint: words.text("rulebook.faultHint"), faults: Array(faults.prefix(100)),
            forms: [uploadForm(request, part, text: text, isPrimary: true)])
        return try await page(
            request, tab: part, heading: words.text("rulebook.faultTitle"),
            back: ("/admin/\(part)", words.text("rulebook.tab.\(part)")), [block], errors: [error])
    }
}
