public import Kernel
public import Organisation
internal import Storage

/// What the rows of a matter can show of a unit's work (《信访工作条例》 Art. 40). The order is the order of lists.
public enum CaseFindingTrigger: String, Sendable, CaseIterable {
    /// Nobody took the matter in within its time.
    case notAcceptedInTime
    /// The answer did not come in time.
    case notAnsweredInTime
    /// A unit objected twice and was told each time that it is responsible.
    case objectedWithoutGround
    /// Residents said "not solved" to a second answer, or to one after an order to decide anew.
    case answeredWithoutSubstance
    /// What was granted is not carried out by its day.
    case notExecuted
    /// A promise was not kept by its day.
    case promiseBroken
    /// A notice that is owed was not given.
    case noticeMissing
    /// A unit that was asked did not do its part by its day.
    case helpMissing
}

/// A place in the list of findings: they stand in the order of trigger, day and matter.
public struct CaseFindingKey: Sendable, Hashable {
    /// What was found.
    public let trigger: CaseFindingTrigger
    /// Since when.
    public let since: LocalDate
    /// The matter.
    public let caseID: CaseID

    /// A place.
    public init(trigger: CaseFindingTrigger, since: LocalDate, caseID: CaseID) {
        self.trigger = trigger
        self.since = since
        self.caseID = caseID
    }
}

/// Something that a supervisor may want to ask a unit about, with the facts on which it rests. A person decides.
public struct CaseFinding: Sendable, Hashable {
    /// A fact, as codes.
    public enum Fact: Sendable, Hashable {
        /// A clock ran out on its last day.
        case clockOver(rule: String, on: LocalDate)
        /// So many objections of the unit were not upheld.
        case objectionsRejected(Int)
        /// Residents said "not solved" to so many answers.
        case saidUnsolved(Int)
        /// The result is the one that the review did not let stand.
        case redoRepeated
        /// What was granted was to be carried out by this day.
        case executionDue(LocalDate)
        /// A promise was to be kept by this day.
        case promiseDue(LocalDate)
        /// A notice was to be given by this day.
        case noticeDue(NoticeKind, rule: String, on: LocalDate)
        /// A part was to be done by this day.
        case helpDue(LocalDate)
    }

    /// The matter.
    public let caseID: CaseID
    /// Its readable number.
    public let number: String
    /// The unit whose turn it was.
    public let unit: UnitID
    /// What was found.
    public let trigger: CaseFindingTrigger
    /// Since when: the last day that was missed, or the day on which it happened.
    public let since: LocalDate
    /// On what it rests.
    public var facts: [Fact]

    /// Its place.
    public var key: CaseFindingKey { CaseFindingKey(trigger: trigger, since: since, caseID: caseID) }
}

/// Which findings are asked for.
public struct CaseFindingRequest: Sendable, Hashable {
    /// Only this trigger.
    public var trigger: CaseFindingTrigger?
    /// Only about this unit.
    public var unit: UnitID?
    /// Where the page begins: the last finding seen.
    public var after: CaseFindingKey?
    /// Findings on a page.
    public var limit = 20

    /// All findings from the beginning.
    public init() {}
}

extension Casework {
    /// What Art. 40 lists, as far as the tables show it. Reads indexes that hold only what is wrong.
    public func supervisionFindings(
        _ request: CaseFindingRequest, for viewer: Viewer
    ) async throws -> (items: [CaseFinding], next: CaseFindingKey?) {
        try checkSupervises(viewer)
        let (today, zone) = (self.today, deadlines.zone)
        return try await database.read { tx in
            var found: [CaseFinding] = []
            var isMore = false
            for trigger in CaseFindingTrigger.allCases where request.reaches(trigger) {
                guard trigger != .answeredWithoutSubstance || viewer.may(.seeJudgement, on: nil) else { continue }
                var query = FindingQuery(
                    trigger: trigger, viewer: viewer, today: today, zone: zone,
                    limit: request.limit + 1 - found.count)
                query.unit = request.unit
                if request.after?.trigger == trigger { query.after = request.after }
                found += try query.run(tx)
                isMore = found.count > request.limit
                if isMore { break }
            }
            let shown = Array(found.prefix(request.limit))
            return (shown, isMore ? shown.last?.key : nil)
        }
    }

    /// The same from a place on.
    public func supervisionFindings(
        after: CaseFindingKey?, limit: Int, for viewer: Viewer
    ) async throws -> (items: [CaseFinding], next: CaseFindingKey?) {
        var request = CaseFindingRequest()
        request.after = after
        request.limit = limit
        return try await supervisionFindings(request, for: viewer)
    }

    /// One finding as it stands now; `nil` when it is none any more, or not theirs to know.
    public func supervisionFinding(_ key: CaseFindingKey, for viewer: Viewer) async throws -> CaseFinding? {
        try checkSupervises(viewer)
        guard key.trigger != .answeredWithoutSubstance || viewer.may(.seeJudgement, on: nil) else { return nil }
        let (today, zone) = (self.today, deadlines.zone)
        return try await database.read { tx in
            var query = FindingQuery(
                trigger: key.trigger, viewer: viewer, today: today, zone: zone, limit: 100)
            query.caseID = key.caseID
            return try query.run(tx).first { $0.key == key }
        }
    }

    /// A matter that somebody names by its number, with the unit that answers for it and those of which it complains;
    /// `nil` when there is none, or it is not theirs to know.
    public func visibleMatter(
        number: String, for viewer: Viewer
    ) async throws -> (id: CaseID, number: String, unit: UnitID, accused: Set<UnitID>)? {
        try await database.read { tx in
            guard let id = try caseID(number: number, in: tx), let state = try load(id, in: tx),
                (try? CaseAccess.checkVisible(state, to: viewer)) != nil
            else { return nil }
            return (id, state.number, state.responsible, state.accusedUnits)
        }
    }

    private func checkSupervises(_ viewer: Viewer) throws(PlainError) {
        guard viewer.may(.supervise, on: nil) else { throw PlainError(.forbidden, "permission.missing") }
    }
}

extension CaseFindingRequest {
    /// Whether findings of a trigger can be on this page.
    func reaches(_ trigger: CaseFindingTrigger) -> Bool {
        if let wanted = self.trigger, wanted != trigger { return false }
        let order = CaseFindingTrigger.allCases
        guard let after, let start = order.firstIndex(of: after.trigger), let place = order.firstIndex(of: trigger)
        else { return true }
        return place >= start
    }
}
