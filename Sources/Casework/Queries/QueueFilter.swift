internal import Kernel
internal import Organisation
internal import Storage

/// The condition of a list over `cases c`. Every list takes a visibility, so none can forget it.
///
/// A list of several phases or units is asked as one ordered branch for each, so that every branch follows an index
/// and stops at its limit; a condition with IN would sort all that is open.
struct QueueFilter {
    private var phases: [CasePhase]
    /// Nothing when all units are visible.
    private var units: [UnitID]?
    private let isNobody: Bool
    private var sort = QueueSort.due
    /// In the list of those who were asked to help the day is that of their part, where one was set; in that of calls it
    /// is theirs.
    private var due = "c.due_on"
    /// Whose list it is: the unit whose turn it is; calls are made by the office that took the matter in.
    private var unitColumn = "c.acting_unit"
    private var isBackward = false
    private var conditions: [(sql: ([String]) -> String, values: [any SQLConvertible])] = []
    private var fixed: [String] = []

    /// With more branches than this, one condition with IN is cheaper.
    private static let mostBranches = 24

    /// - Parameter away: whose open matters are shown as well, because the person stands in for them.
    init(
        _ queue: WorkQueue, visibility: Visibility, today: LocalDate, now: Instant, standsInFor away: [StaffID] = []
    ) {
        phases = Self.phases[queue] ?? []
        isNobody = visibility.scope == .none
        switch queue {
        // These follow the person, whatever the units are.
        case .mine, .helping, .restricted: units = nil
        default: if case .units(let list) = visibility.scope { units = list } else { units = nil }
        }
        if queue != .restricted { fixed.append("c.restricted = 0") }
        conditions.append(({ Visibility.apart("c.id", $0) }, visibility.excluded))
        switch queue {
        case .mine:
            if away.isEmpty {
                add(visibility.staff) { "c.handler_id = \($0)" }
            } else {
                conditions.append(
                    ({ "c.handler_id IN (\($0.joined(separator: ", ")))" }, [visibility.staff] + away))
            }
        // A clock in hours runs out within its day.
        case .overdue:
            conditions.append(
                ({ "c.due_on <= \($0[0]) AND (c.due_on < \($0[1]) OR c.due_at < \($0[2]))" }, [today, today, now]))
        case .today:
            conditions.append(({ "c.due_on = \($0[0]) AND (c.due_at IS NULL OR c.due_at >= \($0[1]))" }, [today, now]))
        case .soon:
            add(today) { "c.due_on > \($0)" }
            add(today.adding(days: 7)) { "c.due_on <= \($0)" }
        case .unsolved: fixed.append("c.judgement = 'notSolved'")
        case .toExtend: fixed.append("c.extension_asked = 1")
        case .promises:
            add(today.adding(days: 7)) {
                "c.id IN (SELECT p.case_id FROM case_promises p WHERE p.settled IS NULL AND p.due_on <= \($0))"
            }
        case .restricted:
            add(visibility.staff) { "c.id IN (SELECT a.case_id FROM case_access a WHERE a.staff_id = \($0))" }
        case .helping:
            var asked = "u.helping = 1"
            if case .units(let list) = visibility.scope {
                asked += " AND u.unit_id IN (\(list.map { "\($0.rawValue)" }.joined(separator: ", ")))"
            }
            fixed.append("c.id IN (SELECT u.case_id FROM case_units u WHERE \(asked))")
            due = "COALESCE((SELECT MIN(u.due_on) FROM case_units u WHERE u.case_id = c.id AND \(asked)), c.due_on)"
        case .callBack:
            add(today) { "c.call_back_on <= \($0)" }
            // Whoever is judged does not ask.
            add(visibility.staff) { "(c.handler_id IS NULL OR c.handler_id <> \($0))" }
            due = "c.call_back_on"
            unitColumn = "c.received_unit"
        default: break
        }
    }

    /// The list as somebody may see it: "not solved" is not for those of whom it is said.
    init(_ queue: WorkQueue, for viewer: Viewer, today: LocalDate, now: Instant) {
        self.init(
            queue, visibility: viewer.visibility, today: today, now: now,
            standsInFor: viewer.organisation.deputises(viewer.staff.id, on: today))
        guard queue == .unsolved else { return }
        let hidden = viewer.unitsOfHiddenJudgement
        guard !hidden.isEmpty else { return }
        conditions.append(({ "c.acting_unit NOT IN (\($0.joined(separator: ", ")))" }, hidden))
    }

    /// The phases of each list; lists by due day and by person take any.
    private static let phases: [WorkQueue: [CasePhase]] = [
        .unassigned: [.registered], .incoming: [.dispatched], .mine: [.inHand], .unit: [.inHand],
        .objected: [.objected], .toDeliver: [.replied], .unsolved: [.judged], .awaiting: [.delivered],
        .toClose: [.judged, .unjudged, .withdrawn, .routed, .concluded], .toReview: [.reviewing],
        .all: allPhases,
    ]

    /// Everything that is not at its end.
    static let allPhases: [CasePhase] = [
        .registered, .dispatched, .objected, .inHand, .replied, .delivered, .routed, .reviewing, .reviewed,
    ]

    /// A list with everything that narrows, orders and places it.
    init(_ request: QueueRequest, for viewer: Viewer, today: LocalDate, now: Instant) {
        self.init(request.queue, for: viewer, today: today, now: now)
        narrow(request)
    }

    mutating func narrow(_ request: QueueRequest) {
        sort = request.queue.sorts.contains(request.sort) ? request.sort : .due
        isBackward = request.isBackward
        // The partial indexes of these orders are found by this very term.
        if sort != .due { fixed.append("c.phase <> 'closed'") }
        if let unit = request.unit { narrow(unit: unit) }
        // "/" follows "." in the order of bytes, so this is the category and all below it (03, 03.02), never 031.
        if let category = request.category {
            add(category) { "c.category >= \($0)" }
            add(category + "/") { "c.category < \($0)" }
        }
        if !request.areas.isEmpty {
            conditions.append(({ "c.area IN (\($0.joined(separator: ", ")))" }, request.areas))
        }
        if !request.only.isEmpty { conditions.append(({ "c.id IN (\($0.joined(separator: ", ")))" }, request.only)) }
        if let tag = request.tag {
            add(tag) { "c.id IN (SELECT g.case_id FROM case_tags g WHERE g.tag_id = \($0))" }
        }
        if let channel = request.channel { add(channel.rawValue) { "c.channel = \($0)" } }
        let due = self.due
        if let dueOn = request.dueOn { add(dueOn) { "\(due) = \($0)" } }
        if let days = request.due {
            add(days.lowerBound) { "\(due) >= \($0)" }
            add(days.upperBound) { "\(due) <= \($0)" }
        }
        if !request.phases.isEmpty { phases = phases.isEmpty ? request.phases : phases.filter(request.phases.contains) }
        if let after = request.after, after.fits(sort) { self.after(after) }
    }

    /// One unit, by the index of units where that is possible.
    private mutating func narrow(unit: UnitID) {
        if units?.contains(unit) == true {
            units = [unit]
        } else {
            let column = unitColumn
            add(unit) { "\(column) = \($0)" }
        }
    }

    mutating func after(_ cursor: QueueCursor) {
        let comparison = isDescending ? "<" : ">"
        let column = self.column
        conditions.append(({ "(\(column), c.id) \(comparison) (\($0[0]), \($0[1]))" }, [cursor.value, cursor.id]))
    }

    private var column: String { sort == .due ? due : sort.column }

    private var isDescending: Bool { sort.isDescending != isBackward }

    /// The direction of the columns of an ORDER BY.
    var direction: String { isDescending ? " DESC" : "" }

    /// The identifiers and sort keys of a page, in order.
    func page(limit: Int) -> (sql: String, values: [any SQLConvertible]) {
        var values: [any SQLConvertible] = []
        let column = self.column
        let branches = self.branches.map { branch in
            """
            SELECT c.id, \(column) AS sort_key FROM cases c WHERE \(condition(branch, &values)) \
            ORDER BY \(column)\(direction), c.id\(direction) LIMIT \(limit)
            """
        }
        guard branches.count > 1 else { return (branches.first ?? "", values) }
        let all = branches.map { "SELECT * FROM (\($0)) b" }.joined(separator: " UNION ALL ")
        let sql = "SELECT id, sort_key FROM (\(all)) u ORDER BY sort_key\(direction), id\(direction) LIMIT \(limit)"
        return (sql, values)
    }

    /// A count up to a cap, over indexes alone.
    func count(cap: Int, _ values: inout [any SQLConvertible]) -> String {
        let branches = self.branches.map { "SELECT 1 FROM cases c WHERE \(condition($0, &values))" }
        return "(SELECT COUNT(*) FROM (\(branches.joined(separator: " UNION ALL ")) LIMIT \(cap)) x)"
    }

    private struct Branch {
        var phase: CasePhase?
        var unit: UnitID?
    }

    private var branches: [Branch] {
        let byPhase = phases.isEmpty ? [Branch()] : phases.map { Branch(phase: $0) }
        guard let units, byPhase.count * units.count <= Self.mostBranches else { return byPhase }
        return byPhase.flatMap { branch in units.map { Branch(phase: branch.phase, unit: $0) } }
    }

    private func condition(_ branch: Branch, _ values: inout [any SQLConvertible]) -> String {
        func bind(_ value: any SQLConvertible) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        guard !isNobody else { return "1 = 0" }
        var parts: [String] = []
        if let unit = branch.unit {
            parts.append("\(unitColumn) = \(bind(unit))")
        } else if let units {
            parts.append("\(unitColumn) IN (\(units.map { bind($0) }.joined(separator: ", ")))")
        }
        if let phase = branch.phase { parts.append("c.phase = '\(phase.rawValue)'") }
        parts += conditions.map { $0.sql($0.values.map(bind)) }
        return (parts + fixed).joined(separator: " AND ")
    }

    private mutating func add(_ value: any SQLConvertible, _ sql: @escaping (String) -> String) {
        conditions.append(({ sql($0[0]) }, [value]))
    }
}
