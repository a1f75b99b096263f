internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// The fields of a resident's page about an own matter.
struct MatterModel {
    let matter: MatterWords
    let file: CaseFile
    let id: ReporterID
    let input: MatterInput
    let request: PageRequest
    let headline: ResidentClock?
    let offer: ReviewOffer?

    init(matter: MatterWords, file: CaseFile, id: ReporterID, input: MatterInput, request: PageRequest) {
        self.matter = matter
        self.file = file
        self.id = id
        self.input = input
        self.request = request
        headline = ResidentClock.headline(file, matter)
        offer = ReviewOffer(file, for: id, matter)
    }

    var state: CaseState { file.state }
    var words: Words { matter.words }
    var reporter: CaseState.Reporter? { file.reporter(id) }

    var fields: Fields {
        let timeline = ResidentTimeline(words: matter, file: file, reporter: id)
        let clocks = ResidentClock.all(file, matter).map(\.fields)
        var fields: Fields = [
            "number": .text(state.number), "subject": .text(file.text(state.title) ?? state.number),
            "isInformation": .flag(state.kind == .information), "status": .group(status),
            "next": .optional(next), "standSentence": .text(standSentence), "leadSentence": .text(leadSentence),
            "groupSentence": .text(groupSentence),
            "repeatSentence": .text(state.repeatOf.map { words.text("remedies.repeats", ["number": $0]) }),
            "hasClocks": .flag(!clocks.isEmpty), "clocks": .list(clocks), "banners": .list(banners),
        ]
        fields.merge(letter)
        fields["entries"] = .list(timeline.entries())
        fields.merge(promises)
        fields.merge(DocumentList.fields(file, matter, for: id))
        fields.merge(correcting)
        fields.merge(judging)
        fields.merge(asking)
        fields.merge(ending)
        fields.merge(consent)
        fields.merge(reads(timeline))
        return fields
    }

    // MARK: Head

    var status: Fields {
        let shown: String
        switch state.phase {
        case .closed, .judged: shown = reporter?.judgement.map { Self.verdictShape($0.outcome) } ?? "done"
        case .replied, .delivered, .unjudged: shown = "done"
        case .withdrawn: shown = "pause"
        case .routed, .reviewed, .concluded, .merged: shown = "done"
        case .registered, .dispatched, .objected, .inHand, .reviewing:
            if case .text(let shape)? = headline?.shown["state"] { shown = shape } else { shown = "plenty" }
        }
        let isAsking = correctionIsOpen
        let phase = isAsking ? words.text("remedies.phaseCorrection") : words.name("residentPhase", state.phase)
        return ["state": .text(isAsking ? "near" : shown), "words": .text(phase)]
    }

    static func verdictShape(_ verdict: Judgement) -> String {
        switch verdict {
        case .solved: "solved"
        case .partly: "partly"
        case .notSolved: "not"
        }
    }

    /// Where the resident's own next step is.
    private var next: Fields? {
        if correctionIsOpen { return ["url": "#correct", "words": .text(words.text("remedies.toCorrect"))] }
        if canJudge, reporter?.judgement == nil {
            return ["url": "#judge", "words": .text(words.text("portal.toJudge"))]
        }
        return nil
    }

    /// What is due next and until when; where nothing is, what came last.
    var standSentence: String {
        if let headline { return headline.sentence }
        let zone = matter.book.zone
        func day(_ instant: Instant) -> String { words.date(zone.date(of: instant), today: matter.today) }
        if let review = state.reviews.last, let decided = review.decided, let at = review.decidedAt {
            let stage = words.text(review.stage == 1 ? "remedies.stage.1" : "remedies.stage.2")
            return words.text(
                "remedies.decidedOn", ["date": day(at), "unit": matter.unit(decided.unit), "stage": stage])
        }
        if let route = state.route {
            return words.text("remedies.routedTo", ["route": matter.route(route.route, of: state)])
        }
        return state.repliedAt.map { words.text("pages.answeredOn", ["date": day($0)]) } ?? ""
    }

    var leadSentence: String {
        if let review = state.openReview {
            return words.text("remedies.reviewedBy", ["unit": matter.unit(review.body)])
        }
        guard ![.routed, .withdrawn].contains(state.phase) else { return "" }
        guard let handler = state.handler else {
            return words.text("pages.responsible", ["unit": matter.unit(state.responsible)])
        }
        return words.text("pages.lead", ["unit": matter.unit(state.responsible), "person": matter.staff(handler)])
    }

    /// How many came together; never who.
    private var groupSentence: String {
        guard let size = state.groupSize else { return "" }
        let isSpeaker = reporter?.details.group == .representative
        return words.text(isSpeaker ? "remedies.groupSpeaker" : "remedies.groupMember", ["n": words.number(size)])
    }

    // MARK: What stands above everything else

    private var banners: [Fields] {
        var rows: [Fields] = []
        func add(_ kind: String, _ heading: String, _ text: String, url: String = "", link: String = "") {
            rows.append([
                "isWait": .flag(kind == "wait"), "isLate": .flag(kind == "late"), "heading": .text(heading),
                "text": .text(text), "url": .text(url), "link": .text(link),
            ])
        }
        if let headline, headline.isLate {
            let told = headline.toldUpwards
            let text =
                told.isEmpty
                ? words.text("remedies.lateUntold", ["hotline": request.site.settings.hotline])
                : words.text("remedies.lateTold", ["roles": told, "hotline": request.site.settings.hotline])
            add("late", words.text("pages.lateHeading", ["date": headline.moment]), text)
        }
        if let clock = headline?.clock, clock.extensions > 0, let headline {
            add(
                "wait", words.text("remedies.extendedHeading", ["date": headline.moment]),
                extensionWords(clock.start.rule))
        }
        if let hearing = state.hearings.last, hearing.held == nil {
            let date = words.dateAndWeekday(hearing.called.on)
            add(
                "wait", words.text("remedies.hearingHeading", ["date": date]),
                matter.quoted(hearing.called.notice, in: file))
        }
        if state.phase == .routed, let route = state.route {
            add(
                "wait", words.text("remedies.routedHeading", ["route": matter.route(route.route, of: state)]),
                routeWords(route), url: route.number.map { "/follow?number=\($0)" } ?? "",
                link: words.text("remedies.routedFollow"))
        }
        return rows
    }

    private func extensionWords(_ rule: String) -> String {
        for entry in file.entries.reversed() {
            guard case .extended(let p) = entry.event, p.clock.rule == rule else { continue }
            let by = entry.stored.actor.staffID.map(matter.staff) ?? ""
            return words.text("remedies.extendedText", ["reason": matter.quoted(p.reason, in: file), "name": by])
        }
        return ""
    }

    private func routeWords(_ route: CaseEvent.Routed) -> String {
        let organ = matter.quoted(route.organ, in: file)
        let told = organ.isEmpty ? "" : words.text("told.routedOrgan", ["organ": organ])
        return [told, matter.quoted(route.words, in: file)].filter { !$0.isEmpty }
            .joined(separator: words.text("word.sentenceSpace"))
    }

    // MARK: The letter

    private var letter: Fields {
        let body = file.letter(of: id) ?? words.text("pages.letterErased")
        let isFirst = state.reporters.first?.details.id == id
        let zone = matter.book.zone
        let place = isFirst ? file.text(state.place) : nil
        let wish = isFirst ? file.text(state.wish) : nil
        let form = isFirst ? file.text(state.form) : nil
        let area = isFirst ? matter.area(state.area) : ""
        let places = [place ?? "", area].filter { !$0.isEmpty }.joined(separator: words.text("word.comma"))
        return [
            "letterChannel": .text(words.name("channel", state.channel)),
            "letterDate": .text(words.fullDate(zone.date(of: state.registeredAt))),
            "letterISO": .text(zone.date(of: state.registeredAt).description),
            "letterLang": .text(MatterWords.language(of: body)), "letterName": .text(file.contacts[id]?.name),
            "letterParagraphs": .paragraphs(body),
            "hasLetterFacts": .flag(!places.isEmpty || wish != nil || form != nil),
            "letterPlace": .text(places), "letterWish": .text(wish), "letterForm": .text(form),
        ]
    }
}
