public import Kernel
public import Organisation

/// What differs between two packs, and what that would change.
public struct RuleDifference: Sendable {
    private let old: RulePack
    private let new: RulePack

    /// Compares two packs.
    public init(_ old: RulePack, _ new: RulePack) {
        self.old = old
        self.new = new
    }

    /// Everything that differs, for people to read.
    ///
    /// - Parameters:
    ///   - samples: the days from which due dates are shown.
    ///   - calendar: counts them.
    ///   - openMatters: how many matters in hand run a clock of each rule; `nil` without a store.
    public func lines(samples: [LocalDate], calendar: WorkingCalendar, openMatters: [String: Int]?) -> [String] {
        var out = ["\(old.reference) -> \(new.reference)"]
        out += header
        out += rules(samples, calendar, openMatters)
        out += routes
        out += list("tiers", old.tiers.map { ($0.id, $0.name.zh) }, new.tiers.map { ($0.id, $0.name.zh) })
        out += list(
            "escalation", old.escalation.map { ($0.to.rawValue, Self.after($0)) },
            new.escalation.map { ($0.to.rawValue, Self.after($0)) })
        return out.count == 1 ? out + ["no difference"] : out
    }

    private static func after(_ step: EscalationStep) -> String {
        switch step.after {
        case .hours(let hours): "after \(hours) hours"
        case .days(let days): "after \(days) days"
        }
    }

    private var header: [String] {
        changes([
            ("kind", old.kind.rawValue, new.kind.rawValue), ("title", old.title.zh, new.title.zh),
            ("effectiveFrom", "\(old.effectiveFrom)", "\(new.effectiveFrom)"),
            ("effectiveTo", Self.shown(old.effectiveTo), Self.shown(new.effectiveTo)),
            ("source", old.source, new.source),
            ("judgementWindowDays", "\(old.judgementWindowDays)", "\(new.judgementWindowDays)"),
            ("callBack", Self.shown(old.callBack), Self.shown(new.callBack)),
        ])
    }

    private func rules(_ samples: [LocalDate], _ calendar: WorkingCalendar, _ open: [String: Int]?) -> [String] {
        var out: [String] = []
        for rule in old.rules where new.rule(rule.id) == nil {
            out.append("rule \(rule.id) is left out: \(Self.shown(rule))")
            out += Self.inHand(rule.id, open, old)
        }
        for rule in new.rules {
            guard let before = old.rule(rule.id) else {
                out.append("rule \(rule.id) is new: \(Self.shown(rule))")
                continue
            }
            let changed = changes(Self.fields(before, rule))
            guard !changed.isEmpty else { continue }
            out.append("rule \(rule.id)")
            out += changed.map { "  " + $0 }
            out += Self.inHand(rule.id, open, old)
            for day in samples {
                let first = Deadline.compute(rule: before, startedOn: day, calendar: calendar).effectiveDue
                let second = Deadline.compute(rule: rule, startedOn: day, calendar: calendar).effectiveDue
                if first != second { out.append("  from \(day): due \(first) -> \(second)") }
            }
        }
        return out
    }

    private static func inHand(_ rule: String, _ open: [String: Int]?, _ pack: RulePack) -> [String] {
        guard let open else { return [] }
        let count = open[rule, default: 0]
        let matters = count == 1 ? "1 matter in hand runs" : "\(count) matters in hand run"
        return ["  \(matters) this clock now; each keeps the version that it began with"]
    }

    private var routes: [String] {
        var out: [String] = []
        for route in old.routes where new.route(route.id) == nil {
            out.append("route \(route.id.rawValue) is left out")
        }
        for route in new.routes {
            guard let before = old.route(route.id) else {
                out.append("route \(route.id.rawValue) is new: \(route.name.zh)")
                continue
            }
            let changed = changes([
                ("name", Self.shown(before.name), Self.shown(route.name)),
                ("sorts", Self.words(before.sorts), Self.words(route.sorts)),
                ("article", before.article ?? "-", route.article ?? "-"), ("source", before.source, route.source),
                ("evidence", before.evidence.rawValue, route.evidence.rawValue),
                ("explanation", Self.shown(before.explanation), Self.shown(route.explanation)),
            ])
            if !changed.isEmpty { out.append("route \(route.id.rawValue)") }
            out += changed.map { "  " + $0 }
        }
        return out
    }

    private static func fields(_ a: Rule, _ b: Rule) -> [(String, String, String)] {
        [
            ("name", shown(a.name), shown(b.name)), ("length", length(a), length(b)),
            ("starts", a.starts.rawValue, b.starts.rawValue), ("ends", words(a.ends), words(b.ends)),
            ("when", shown(a.when), shown(b.when)), ("suspends", words(a.suspends), words(b.suspends)),
            ("roll", a.roll.rawValue, b.roll.rawValue), ("owner", a.owner.rawValue, b.owner.rawValue),
            ("extension", shown(a.extension), shown(b.extension)), ("article", a.article ?? "-", b.article ?? "-"),
            ("source", a.source, b.source), ("evidence", a.evidence.rawValue, b.evidence.rawValue),
            ("because", a.because ?? "-", b.because ?? "-"),
        ]
    }

    private func changes(_ fields: [(String, String, String)]) -> [String] {
        fields.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) -> \($0.2)" }
    }

    private func list(_ what: String, _ old: [(String, String)], _ new: [(String, String)]) -> [String] {
        let (first, second) = (old.map { "\($0.0) \($0.1)" }, new.map { "\($0.0) \($0.1)" })
        guard first != second else { return [] }
        return [
            "\(what): \(first.isEmpty ? "-" : first.joined(separator: ", ")) -> "
                + (second.isEmpty ? "-" : second.joined(separator: ", "))
        ]
    }

    private static func shown(_ call: PackCallBack?) -> String {
        call.map { "after \($0.afterDays) days, \($0.source) \($0.article ?? "-") \($0.evidence.rawValue)" } ?? "-"
    }
    private static func shown(_ date: LocalDate?) -> String { date?.description ?? "-" }
    private static func shown(_ name: LocalizedName) -> String { "\(name.zh) / \(name.en ?? "-")" }
    private static func shown(_ rule: Rule) -> String { "\(rule.name.zh), \(length(rule))" }
    private static func length(_ rule: Rule) -> String { "\(rule.length) \(rule.unit.rawValue)" }

    private static func shown(_ extension: Rule.Extension?) -> String {
        `extension`.map { "\($0.max), \($0.times) times, \($0.approver.rawValue)" } ?? "-"
    }

    private static func shown(_ when: Rule.Condition) -> String {
        let parts = [when.receiver?.rawValue, when.tier, when.route?.rawValue, when.sort?.rawValue].compactMap { $0 }
        return parts.isEmpty ? "-" : parts.joined(separator: " ")
    }

    private static func words<T: RawRepresentable<String>>(_ values: [T]) -> String {
        values.isEmpty ? "-" : values.map(\.rawValue).joined(separator: " ")
    }
}
