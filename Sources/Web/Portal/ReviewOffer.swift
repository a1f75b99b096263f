internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

/// What a resident can ask a higher office for: a review (复查) of the answer, a second review (复核) of the first. The
/// last day is told; somebody who comes later is registered all the same (Art. 35, 36).
struct ReviewOffer {
    /// 1 for 复查, 2 for 复核.
    let stage: Int
    /// Who decides; `nil` where no higher office is known here.
    let body: Organisation.Unit?
    /// Who decided what the resident does not agree with.
    let unit: UnitID
    let signer: StaffID?
    /// When that was signed.
    let decidedOn: LocalDate
    /// What was decided, in words.
    let outcome: String
    /// When the resident had it.
    let receivedOn: LocalDate?
    /// The right; `nil` for somebody whose delivery starts none (no name, no address).
    let right: ClockStart?
    let matter: MatterWords
    let state: CaseState

    /// The offer that stands now; `nil` when there is none.
    init?(_ file: CaseFile, for id: ReporterID, _ matter: MatterWords) {
        let state = file.state
        guard state.kind == .petition, CaseCommand.Name.askReview.phases.contains(state.phase),
            state.openReview == nil, let reply = state.reply, let reporter = file.reporter(id), !reporter.withdrawn
        else { return nil }
        // A suggestion is answered, adopted or not; there is nothing to be reviewed (Art. 29).
        guard state.triage?.sort != .suggestion else { return nil }
        let zone = matter.book.zone
        let earlier = state.remedies
        if let first = earlier.last {
            guard earlier.count == 1, let decided = first.decided, let decidedAt = first.decidedAt,
                let deliveredAt = first.deliveredAt
            else { return nil }
            (stage, unit, signer) = (2, decided.unit, decided.signer)
            outcome = matter.words.name("reviewOutcome", decided.outcome)
            decidedOn = zone.date(of: decidedAt)
            receivedOn = zone.date(of: deliveredAt)
        } else {
            guard let deliveredAt = reporter.deliveredAt, let repliedAt = state.repliedAt else { return nil }
            (stage, unit, signer) = (1, reply.unit, reply.signer)
            outcome =
                reply.outcome == .unstated ? "" : matter.words.text("document.result.\(reply.outcome.rawValue)")
            decidedOn = zone.date(of: repliedAt)
            receivedOn = zone.date(of: deliveredAt)
        }
        body = matter.organisation.reviewBody(after: earlier.map(\.body), reply: reply.unit, on: matter.today)
            .flatMap { matter.organisation.unit($0) }
        right = Self.right(stage, file, id, matter)
        self.matter = matter
        self.state = state
    }

    /// The clock that this resident's own delivery started. Where several have received it, each has an own day.
    private static func right(
        _ stage: Int, _ file: CaseFile, _ id: ReporterID, _ matter: MatterWords
    ) -> ClockStart? {
        let running = matter.right(endedBy: stage == 1 ? .reviewRequest : .rereviewRequest, of: file.state)
        for entry in file.entries.reversed() {
            let clocks: [ClockStart]
            switch entry.event {
            case .delivered(let p) where stage == 1 && p.reporter == id: clocks = p.clocks
            case .reviewDelivered(let p) where stage == 2: clocks = p.clocks
            default: continue
            }
            let own = clocks.first(where: \.isRight)
            // The calendar may have become known since: then the running clock knows better.
            return running?.from == own?.from ? running : own
        }
        return running
    }

    /// The last day, rolled to a working day.
    var lastDay: LocalDate? { right.map { matter.due($0, of: state) } }

    var isLate: Bool { lastDay.map { $0 < matter.today } ?? false }

    private var words: Words { matter.words }

    /// "复查", "复核".
    var stageName: String { words.text(stage == 1 ? "remedies.stage.1" : "remedies.stage.2") }

    /// The name of the office that decides.
    var bodyName: String {
        body?.name.text(isEnglish: matter.isEnglish) ?? words.text("document.higherBody")
    }

    /// Until when, with both dates and what it means to be late.
    var lastDaySentence: String {
        guard let right, let lastDay else { return words.text("remedies.reviewNoDay") }
        let date = words.dateAndWeekday(lastDay)
        if isLate { return words.text("remedies.reviewIsLate", ["date": date, "body": bodyName]) }
        guard right.rolled == lastDay else { return words.text("remedies.reviewUntil", ["date": date]) }
        let nominal = words.date(right.due, today: matter.today)
        return words.text("remedies.reviewUntilRolled", ["date": date, "nominal": nominal])
    }

    /// The fields of the form, on the screen and on paper.
    var fields: Fields {
        let date = { (day: LocalDate) in words.fullDate(day) }
        return [
            "stageName": .text(stageName), "isSecond": .flag(stage == 2), "bodyName": .text(bodyName),
            "hasBody": .flag(body != nil), "bodyAddress": .text(body?.address), "bodyPhone": .text(body?.phone),
            "bodyPhoneLink": .text(body?.phone.map { $0.filter { $0.isASCII && ($0.isNumber || $0 == "-") } }),
            "decidedBy": .text(matter.unit(unit)), "decidedSigner": .text(signer.map(matter.staff)),
            "decidedOn": .text(date(decidedOn)), "outcome": .text(outcome),
            "receivedOn": .text(receivedOn.map(date)), "lastDay": .text(lastDay.map(date)),
            "lastDaySentence": .text(lastDaySentence), "isLate": .flag(isLate),
        ]
    }
}
