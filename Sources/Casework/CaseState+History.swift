public import Kernel
public import Ledger
internal import Organisation

/// What units are told of, for reports: every time somebody passed the matter on or called for help.
public enum CaseMoveKind: String, Codable, Sendable, CaseIterable {
    /// Sent by an entry of the duty catalogue.
    case catalogue
    /// Sent by hand, with a reason.
    case hand
    /// Sent on because an objection was upheld.
    case ruling
    /// Asked for its part.
    case help
    /// Called by a township (吹哨报到).
    case callOut
}

/// Parts of a matter's state that only grow: rulings, moves, answers. Reports and precedents read their rows.
extension CaseState {
    /// A ruling on an objection; the next one about the same category looks at it.
    public struct Ruling: Hashable, Sendable {
        /// Whether the unit that objected was right.
        public var upheld: Bool
        /// The category at that time.
        public var category: String?
        /// The area at that time.
        public var area: String?
        /// The unit that objected.
        public var from: UnitID
        /// The unit that it goes to: another one, or the same where the objection was not upheld.
        public var to: UnitID
        /// When.
        public var at: Instant
        /// Why.
        public var reason: TextReference
        /// Who decided.
        public var step: DisputeStep
        /// How often this unit objected without ground so far, this ruling included.
        public var rejections: Int
    }

    /// The matter, or a call for help with it, went to a unit.
    public struct Move: Hashable, Sendable {
        /// How.
        public var kind: CaseMoveKind
        /// The unit that sent it.
        public var from: UnitID
        /// The unit that it went to.
        public var to: UnitID
        /// When.
        public var at: Instant
    }

    /// A signed answer; one that is written anew before anybody has it takes the place of the first.
    public struct Answer: Hashable, Sendable {
        /// The unit.
        public var unit: UnitID
        /// When it was signed.
        public var at: Instant
        /// The result.
        public var outcome: ReplyOutcome
        /// What became of a suggestion.
        public var adoption: Adoption?
        /// The kind of answer to an application for information.
        public var answer: InformationAnswer?
        /// Parts of the information that were kept back.
        public var withheld: Int
        /// Whether a review had ordered to decide anew.
        public var isAfterRedo: Bool
        /// Whether the result is the one that the review did not let stand.
        public var repeatsResult: Bool
        /// When a resident said that it does not solve the matter.
        public var unsolvedAt: Instant?
    }
}

extension CaseState {
    mutating func noteMove(_ kind: CaseMoveKind, to unit: UnitID, from: UnitID? = nil, at instant: Instant) {
        moves.append(Move(kind: kind, from: from ?? responsible, to: unit, at: instant))
    }

    /// Before the state forgets who objected.
    mutating func noteRuling(_ ruled: CaseEvent.ObjectionRuled, at instant: Instant) {
        let from = objection?.unit ?? lead ?? responsible
        let earlier = rulings.last { $0.from == from }?.rejections ?? 0
        rulings.append(
            Ruling(
                upheld: ruled.upheld, category: category, area: area, from: from, to: ruled.lead ?? from, at: instant,
                reason: ruled.reason, step: ruled.step ?? objection?.step ?? .agree,
                rejections: ruled.upheld ? earlier : earlier + 1))
        if ruled.upheld, let lead = ruled.lead { noteMove(.ruling, to: lead, at: instant) }
    }

    /// Before the state takes the reply over.
    mutating func noteAnswer(_ reply: CaseEvent.Replied, at instant: Instant) {
        var answer = Answer(
            unit: reply.unit, at: instant, outcome: reply.outcome, adoption: reply.adoption, answer: reply.answer,
            withheld: reply.withheld?.count ?? 0, isAfterRedo: redoOf != nil,
            repeatsResult: redoOf.map { $0.outcome == reply.outcome } ?? false, unsolvedAt: nil)
        guard phase == .replied, let last = answers.last else { return answers.append(answer) }
        answer.isAfterRedo = last.isAfterRedo
        answer.repeatsResult = last.isAfterRedo && last.repeatsResult && last.outcome == reply.outcome
        answers[answers.count - 1] = answer
    }

    /// After the state has taken a judgement over; a resident may change it while the window is open.
    mutating func noteJudgement(at instant: Instant) {
        guard let last = answers.indices.last else { return }
        let isUnsolved = reporters.contains { $0.judgement?.outcome == .notSolved }
        answers[last].unsolvedAt = isUnsolved ? answers[last].unsolvedAt ?? instant : nil
    }

    /// Answers without substance (敷衍, Art. 40), by their place: residents said "not solved" to a second one, or to one
    /// after the order to decide anew.
    var weakAnswers: [Int: Int] {
        var unsolved = 0
        var weak: [Int: Int] = [:]
        for (index, answer) in answers.enumerated() where answer.unsolvedAt != nil {
            unsolved += 1
            if unsolved > 1 || answer.isAfterRedo { weak[index] = unsolved }
        }
        return weak
    }
}
