public import Kernel

extension Named {
    /// A tag of the managed vocabulary.
    public enum Tag {}
}

/// Identifies a tag.
public typealias TagID = Identifier<Named.Tag>

/// A word of the managed vocabulary that staff put on matters: "供暖季", "等施工". It says something about the matter, never
/// about who wrote.
public struct Tag: Codable, Hashable, Sendable {
    /// Its identifier.
    public let id: TagID
    /// The unit whose people put it on matters; with those below it. Of the county's own office it is everybody's.
    public let unit: UnitID
    /// What it is called.
    public var name: LocalizedName
    /// No longer put on matters; those that have it keep it.
    public var isRetired: Bool

    /// The longest name, in characters.
    public static let longestName = 40
    /// So many a unit: a vocabulary that nobody can read is none.
    public static let mostOfUnit = 60

    /// A tag.
    public init(id: TagID, unit: UnitID, name: LocalizedName, isRetired: Bool = false) {
        self.id = id
        self.unit = unit
        self.name = name
        self.isRetired = isRetired
    }
}

/// What a tag may be called.
public enum TagName {
    /// Words about people, beside those that nothing in the program may be called by (`PersonLabel`).
    static let words = [
        "难缠", "刺头", "钉子户", "闹事", "无理取闹", "无理诉求人", "惯访", "重访户", "诬告", "挑事", "精神病", "精神异常", "低素质", "骗子", "懒汉",
        "访民", "nuisance", "crank", "liar", "mentally ill", "difficult person", "problem person", "complainer",
        "repeat caller", "serial",
    ]

    /// The name, cleaned; refused when it is empty, too long, or sorts people instead of matters.
    public static func checked(_ name: LocalizedName) throws(PlainError) -> LocalizedName {
        let zh = PlainName.cleaned(name.zh)
        let en = name.en.map(PlainName.cleaned) ?? ""
        guard !zh.isEmpty else { throw PlainError(.invalid, "tag.nameMissing", field: "zh") }
        for (text, field) in [(zh, "zh"), (en, "en")] {
            guard text.count <= Tag.longestName else {
                throw PlainError(.invalid, "tag.tooLong", field: field, values: ["longest": "\(Tag.longestName)"])
            }
            let folded = text.lowercased()
            if let word = PersonLabel.found(in: text) ?? words.first(where: { folded.contains($0) }) {
                throw PlainError(.invalid, "tag.aboutPerson", field: field, values: ["word": word])
            }
        }
        return LocalizedName(zh: zh, en: en)
    }
}

enum PlainName {
    /// Without control characters and blanks at the ends; runs of blanks become one.
    static func cleaned(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Character in
            scalar.value < 0x20 || scalar.value == 0x7F || (0x200B...0x200F).contains(scalar.value)
                ? " " : Character(scalar)
        }
        return String(scalars).split(separator: " ").joined(separator: " ")
    }
}

extension Organisation {
    /// All tags, also retired ones, the county's first, then in the order of making.
    public var tags: [Tag] { records.tags.values.sorted { $0.id < $1.id } }

    /// A tag.
    public func tag(_ id: TagID) -> Tag? { records.tags[id] }

    /// The tags that people of a unit may put on matters now: their unit's and those of the units above it.
    public func tags(for unit: UnitID) -> [Tag] {
        let above = above(unit)
        return tags.filter { !$0.isRetired && above.contains($0.unit) }
    }
}

/// A tag that somebody asks for.
public struct NewTag: Codable, Hashable, Sendable {
    /// The unit whose people put it on matters.
    public let unit: UnitID
    /// What it is called.
    public let name: LocalizedName

    /// A tag.
    public init(unit: UnitID, name: LocalizedName) {
        self.unit = unit
        self.name = name
    }
}

extension OrganisationChange {
    /// Adds a tag to the vocabulary of a unit; one of this name that was retired is taken up again.
    @discardableResult
    func addTag(_ new: NewTag) throws -> TagID {
        try require(.manageTags, on: new.unit)
        _ = try unit(new.unit)
        let name = try TagName.checked(new.name)
        if let known = records.tags.values.first(where: { $0.unit == new.unit && $0.name.zh == name.zh }) {
            try changeTag(known.id, isRetired: false)
            return known.id
        }
        try checkRoom(in: new.unit)
        let tag = Tag(id: newID(Named.Tag.self), unit: new.unit, name: name)
        try record(.tagAdded(tag))
        return tag.id
    }

    /// Renames a tag, retires it or takes it up again. It stays on the matters that have it.
    func changeTag(_ id: TagID, name: LocalizedName? = nil, isRetired: Bool? = nil) throws {
        guard var tag = records.tags[id] else { throw PlainError(.notFound, "tag.unknown") }
        try require(.manageTags, on: tag.unit)
        let before = tag
        if let name {
            let name = try TagName.checked(name)
            let isTaken = records.tags.values.contains {
                $0.id != id && $0.unit == before.unit && $0.name.zh == name.zh
            }
            guard !isTaken else { throw PlainError(.conflict, "tag.taken", field: "zh", values: ["name": name.zh]) }
            tag.name = name
        }
        if let isRetired {
            if before.isRetired, !isRetired { try checkRoom(in: tag.unit) }
            tag.isRetired = isRetired
        }
        if tag != before { try record(.tagChanged(tag)) }
    }

    private func checkRoom(in unit: UnitID) throws(PlainError) {
        guard records.tags.values.count(where: { $0.unit == unit && !$0.isRetired }) < Tag.mostOfUnit else {
            throw PlainError(.conflict, "tag.tooMany", field: "zh", values: ["most": "\(Tag.mostOfUnit)"])
        }
    }
}

/// Without a reason, for the vocabulary with which a store begins; people change it by `commit`.
extension OrganisationStore {
    @discardableResult
    package func addTag(_ name: LocalizedName, of unit: UnitID, by actor: Actor) async throws -> TagID {
        try await change(by: actor) { try $0.addTag(NewTag(unit: unit, name: name)) }
    }

    package func changeTag(
        _ id: TagID, name: LocalizedName? = nil, isRetired: Bool? = nil, by actor: Actor
    ) async throws {
        try await change(by: actor) { try $0.changeTag(id, name: name, isRetired: isRetired) }
    }
}
