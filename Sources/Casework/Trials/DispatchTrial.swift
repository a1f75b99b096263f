public import Kernel
internal import Organisation

/// What a changed catalogue would have proposed for matters of the past. It holds numbers by unit and category and
/// names no matter.
public struct DispatchTrial: Sendable, Hashable, Codable {
    /// Where matters of a category would have gone otherwise.
    public struct Move: Sendable, Hashable {
        /// What the present catalogue proposes; `nil`: nobody.
        public let from: UnitID?
        /// What the changed one would propose; `nil`: nobody.
        public let to: UnitID?
        /// What they are about.
        public let category: String

        /// A way.
        public init(from: UnitID?, to: UnitID?, category: String) {
            self.from = from
            self.to = to
            self.category = category
        }
    }

    /// How many, and where they really went.
    public struct Count: Sendable, Hashable, Codable {
        /// All.
        public var all = 0
        /// They are with the unit that the present catalogue proposes.
        public var wentBefore = 0
        /// They are with the unit that the changed one would propose.
        public var wentAfter = 0
    }

    private struct Line: Hashable, Codable {
        var from: UnitID?
        var to: UnitID?
        var category: String
        var count: Count
    }

    /// Matters with a category.
    public private(set) var looked = 0
    /// Matters to which nobody gave a category: the catalogue says nothing about them.
    public private(set) var uncategorised = 0
    /// What would have gone elsewhere.
    public private(set) var moves: [Move: Count] = [:]

    /// Nothing yet.
    public init() {}

    /// How many would have gone elsewhere.
    public var moved: Int { moves.values.reduce(0) { $0 + $1.all } }

    mutating func add(category: String?, from: UnitID?, to: UnitID?, went: UnitID?) {
        guard let category else {
            uncategorised += 1
            return
        }
        looked += 1
        guard from != to else { return }
        var count = moves[Move(from: from, to: to, category: category)] ?? Count()
        count.all += 1
        if let went, went == from { count.wentBefore += 1 }
        if let went, went == to { count.wentAfter += 1 }
        moves[Move(from: from, to: to, category: category)] = count
    }

    private enum CodingKeys: String, CodingKey { case looked, uncategorised, lines }

    /// Reads what was kept.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        looked = try box.decode(Int.self, forKey: .looked)
        uncategorised = try box.decode(Int.self, forKey: .uncategorised)
        for line in try box.decode([Line].self, forKey: .lines) {
            moves[Move(from: line.from, to: line.to, category: line.category)] = line.count
        }
    }

    /// Keeps it.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(looked, forKey: .looked)
        try box.encode(uncategorised, forKey: .uncategorised)
        try box.encode(
            moves.map { Line(from: $0.from, to: $0.to, category: $0.category, count: $1) }, forKey: .lines)
    }
}

/// Proposes by two catalogues.
struct DispatchProposer {
    private var before: Proposals
    private var after: Proposals

    init(before: Organisation, after: Organisation, today: LocalDate, from: LocalDate) {
        self.before = Proposals(before, on: today)
        self.after = Proposals(after, on: from)
    }

    mutating func units(category: String, area: String?) -> (before: UnitID?, after: UnitID?) {
        (before.first(category: category, area: area)?.unit, after.first(category: category, area: area)?.unit)
    }
}
