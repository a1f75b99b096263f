internal import Crypto
internal import Kernel

/// A rule pack that cannot be used, with every line that is wrong.
public struct RulePackError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One fault.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The line of the file, from 1.
        public let line: Int
        /// What is wrong, in English, for the operator.
        public let reason: String
        /// Line and reason.
        public var description: String { "line \(line): \(reason)" }
    }

    /// At least one.
    public let problems: [Problem]
    /// All problems, one a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension RulePack {
    /// Reads a pack and checks everything in it.
    ///
    /// - Throws: `RulePackError` with the line and the reason of every fault.
    public init(yaml: String) throws(RulePackError) {
        let problems = YAMLProblems()
        let top = try YAMLFields(
            yaml: yaml, problems: problems, what: "a pack is a list of fields: id, version, kind, title …")
        top.expect([
            "id", "version", "kind", "title", "effectiveFrom", "effectiveTo", "source", "judgementWindowDays",
            "rules", "routes", "tiers", "escalation", "callBack", "example",
        ])
        id = top.identifier("id")
        version = top.number("version", in: 1...1_000_000)
        kind = top.choice("kind", otherwise: .petition)
        title = top.name("title")
        let from = top.date("effectiveFrom")
        effectiveFrom = from ?? LocalDate(daysSinceEpoch: 0)
        effectiveTo = top.date("effectiveTo", isOptional: true)
        if let from, let to = effectiveTo, to < from {
            top.fail("effectiveTo", "effectiveTo lies before effectiveFrom")
        }
        source = top.text("source")
        judgementWindowDays = top.number("judgementWindowDays", in: 1...3650)
        tiers = top.tiers()
        routes = top.routes(kind: kind, packSource: source)
        rules = top.rules(kind: kind, tiers: tiers, routes: routes, packSource: source)
        escalation = top.escalation()
        callBack = top.callBack(packSource: source, window: judgementWindowDays)
        let isMarked = top.flag("example")
        isExample =
            isMarked || callBack?.evidence == .secondary || rules.contains { $0.evidence == .secondary }
            || routes.contains { $0.evidence == .secondary }
        hash = Self.hash(of: yaml)
        guard problems.all.isEmpty else {
            throw RulePackError(problems: problems.all.sorted { ($0.line, $0.reason) < ($1.line, $1.reason) })
        }
    }

    /// SHA-256 of a text, hexadecimal.
    static func hash(of text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }
}

// MARK: Lists of a pack

extension YAMLFields {
    fileprivate func tiers() -> [PackTier] {
        var out: [PackTier] = []
        for item in items("tiers", isOptional: true) {
            item.expect(["id", "name"])
            let tier = PackTier(id: item.identifier("id"), name: item.name("name"))
            if !tier.id.isEmpty, out.contains(where: { $0.id == tier.id }) {
                item.fail("id", "\(tier.id) is there twice")
            }
            out.append(tier)
        }
        return out
    }

    fileprivate func routes(kind: MatterKind, packSource: String) -> [PackRoute] {
        var out: [PackRoute] = []
        for item in items("routes", isOptional: true) {
            let route = item.route(kind: kind, packSource: packSource)
            if item.has("id"), out.contains(where: { $0.id == route.id }) {
                item.fail("id", "\(route.id.rawValue) is there twice")
            }
            out.append(route)
        }
        guard !out.isEmpty else { return out }
        if !out.contains(where: { $0.id == .ordinary }) {
            fail("routes", "routes must hold ordinary: what is handled here")
        }
        for sort in MatterSort.allCases where kind == .petition && !out.contains(where: { $0.takes(sort) }) {
            fail("routes", "no route takes the category \(sort.rawValue)")
        }
        return out
    }

    fileprivate func rules(
        kind: MatterKind, tiers: [PackTier], routes: [PackRoute], packSource: String
    ) -> [Rule] {
        var out: [Rule] = []
        for item in items("rules") {
            let rule = item.rule(packSource: packSource)
            if !rule.id.isEmpty, out.contains(where: { $0.id == rule.id }) {
                item.fail("id", "\(rule.id) is there twice")
            }
            item.checkCondition(of: rule, kind: kind, tiers: tiers, routes: routes)
            out.append(rule)
        }
        return out
    }

    fileprivate func escalation() -> [EscalationStep] {
        var out: [EscalationStep] = []
        for item in items("escalation", isOptional: true) {
            item.expect(["afterDays", "afterHours", "to"])
            let name = item.has("afterHours") ? "afterHours" : "afterDays"
            if name == "afterHours", item.has("afterDays") {
                item.fail("afterDays", "a step is counted in hours or in days")
            }
            let length = item.number(name, in: name == "afterHours" ? 1...720 : 1...365)
            let step = EscalationStep(
                after: name == "afterHours" ? .hours(length) : .days(length),
                to: item.choice("to", otherwise: .supervisor))
            if let last = out.last, step.hours <= last.hours {
                item.fail(name, "each step comes later than the one before it")
            }
            if !EscalationStep.hearers.contains(step.to) {
                let hearers = EscalationStep.hearers.map(\.rawValue).joined(separator: ", ")
                item.fail("to", "of overdue clocks hear \(hearers)")
            }
            out.append(step)
        }
        return out
    }
}

extension EscalationStep {
    /// Roles that watch over a unit's work; others would learn of matters that are not theirs.
    static let hearers: [Role] = [.dispatcher, .handler, .approver, .supervisor, .leader]
}
