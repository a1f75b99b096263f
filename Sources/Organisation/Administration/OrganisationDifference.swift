internal import Crypto
public import Kernel
internal import Ledger

/// What changes in one unit, division or person: each field with what stood before and what stands after.
public struct FieldChange: Hashable, Sendable {
    /// Whose field.
    public enum Subject: Hashable, Sendable, Comparable {
        /// A unit.
        case unit(UnitID)
        /// A division.
        case area(String)
        /// A member of staff.
        case staff(StaffID)
        /// A tag.
        case tag(TagID)
        /// A text that is kept ready, by its name.
        case readyText(String)
    }

    /// Which field.
    public enum Field: String, Sendable {
        case code, nameChinese, nameEnglish, kind, parent, area, phone, address, hours, counter, lastDay, successor
        case within, retired
        case title, form, category, owner, until, words
        case signInName, displayName, unit, role, active, mustChangePassword, secondFactor, leave
    }

    /// What stands in a field.
    public enum Value: Hashable, Sendable {
        /// As it is.
        case text(String)
        /// Yes or no.
        case flag(Bool)
        /// What a unit is.
        case kind(UnitKind)
        /// A unit.
        case unit(UnitID)
        /// A division.
        case area(String)
        /// A day.
        case day(LocalDate)
        /// A role on a unit.
        case role(RoleGrant)
        /// Days away.
        case leave(Leave)
        /// The form in which a text is offered.
        case form(String)
        /// A category.
        case category(String)
        /// A person.
        case staff(StaffID)
        /// The words of a version, by their hash.
        case words(String, Int)
    }

    /// Whose field.
    public let subject: Subject
    /// Which field.
    public let field: Field
    /// What stood there; nothing where there was nothing.
    public let before: Value?
    /// What stands there; nothing where there is nothing any more.
    public let after: Value?
}

/// Everything that a change makes different.
public struct OrganisationDifference: Hashable, Sendable {
    /// The fields: units, divisions, people.
    public private(set) var changes: [FieldChange] = []
    /// Units that are new.
    public private(set) var newUnits: [Organisation.Unit] = []
    /// Tags that are new.
    public private(set) var newTags: [Tag] = []

    /// Names what was shown, so that a later consent can prove that it is about the same.
    public var fingerprint: String {
        var hasher = SHA256()
        for change in changes {
            // New things get other identifiers each time they are tried.
            let isNew =
                newUnits.contains { change.subject == .unit($0.id) }
                || newTags.contains { change.subject == .tag($0.id) }
            let subject = isNew ? "new" : "\(change.subject)"
            hasher.update(
                data: Array("\(subject)|\(change.field)|\(change.before as Any)|\(change.after as Any)\n".utf8))
        }
        return String(hexadecimal(hasher.finalize()).prefix(32))
    }

    /// The difference between two moments.
    ///
    /// - Parameter texts: changes of texts that are kept ready, which stand outside the records.
    init(from old: OrganisationRecords, to new: OrganisationRecords, texts: [ReadyTextChange] = []) {
        for id in Set(old.units.keys).union(new.units.keys).sorted() where old.units[id] != new.units[id] {
            if let unit = new.units[id], old.units[id] == nil { newUnits.append(unit) }
            add(.unit(id), Self.fields(of: old.units[id]), Self.fields(of: new.units[id]))
        }
        if old.areas != new.areas {
            for code in Set(old.areas.keys).union(new.areas.keys).sorted() where old.areas[code] != new.areas[code] {
                add(.area(code), Self.fields(of: old.areas[code]), Self.fields(of: new.areas[code]))
            }
        }
        for id in Set(old.staff.keys).union(new.staff.keys).sorted() where old.staff[id] != new.staff[id] {
            add(.staff(id), Self.fields(of: old.staff[id]), Self.fields(of: new.staff[id]))
            let (before, after) = (old.staff[id]?.grants ?? [], new.staff[id]?.grants ?? [])
            for grant in before where !after.contains(grant) {
                changes.append(FieldChange(subject: .staff(id), field: .role, before: .role(grant), after: nil))
            }
            for grant in after where !before.contains(grant) {
                changes.append(FieldChange(subject: .staff(id), field: .role, before: nil, after: .role(grant)))
            }
        }
        for id in Set(old.tags.keys).union(new.tags.keys).sorted() where old.tags[id] != new.tags[id] {
            if let tag = new.tags[id], old.tags[id] == nil { newTags.append(tag) }
            add(.tag(id), Self.fields(of: old.tags[id]), Self.fields(of: new.tags[id]))
        }
        for text in texts {
            add(
                .readyText(text.was?.title ?? text.now.title), Self.fields(of: text.was, version: text.version - 1),
                Self.fields(of: text.now, version: text.version))
        }
    }

    private typealias Line = (field: FieldChange.Field, value: FieldChange.Value?)

    private mutating func add(_ subject: FieldChange.Subject, _ before: [Line], _ after: [Line]) {
        for (index, line) in (before.isEmpty ? after : before).enumerated() {
            let old = before.isEmpty ? nil : before[index].value
            let new = after.isEmpty ? nil : after[index].value
            guard old != new, !Self.areSameWords(old, new) else { continue }
            changes.append(FieldChange(subject: subject, field: line.field, before: old, after: new))
        }
    }

    /// A version that changes something else has the words of the one before.
    private static func areSameWords(_ old: FieldChange.Value?, _ new: FieldChange.Value?) -> Bool {
        guard case .words(let old, _) = old, case .words(let new, _) = new else { return false }
        return old == new
    }

    private static func fields(of unit: Organisation.Unit?) -> [Line] {
        guard let unit else { return [] }
        return [
            (.code, .text(unit.code)), (.nameChinese, .text(unit.name.zh)),
            (.nameEnglish, unit.name.en.map { .text($0) }), (.kind, .kind(unit.kind)),
            (.parent, unit.parent.map { .unit($0) }), (.area, unit.areaCode.map { .area($0) }),
            (.phone, unit.phone.map { .text($0) }), (.address, unit.address.map { .text($0) }),
            (.hours, unit.hours.map { .text($0) }), (.counter, unit.isPublicCounter ? .flag(true) : nil),
            (.lastDay, unit.validTo.map { .day($0) }), (.successor, unit.successor.map { .unit($0) }),
        ]
    }

    private static func fields(of area: Area?) -> [Line] {
        guard let area else { return [] }
        return [
            (.code, .text(area.code)), (.nameChinese, .text(area.name.zh)),
            (.nameEnglish, area.name.en.map { .text($0) }), (.within, area.parent.map { .area($0) }),
            (.retired, area.isRetired ? .flag(true) : nil),
        ]
    }

    private static func fields(of tag: Tag?) -> [Line] {
        guard let tag else { return [] }
        return [
            (.nameChinese, .text(tag.name.zh)), (.nameEnglish, tag.name.en.map { .text($0) }), (.unit, .unit(tag.unit)),
            (.retired, tag.isRetired ? .flag(true) : nil),
        ]
    }

    private static func fields(of text: ReadyTextFacts?, version: Int) -> [Line] {
        guard let text else { return [] }
        return [
            (.title, .text(text.title)), (.form, .form(text.form)), (.category, text.category.map { .category($0) }),
            (.unit, .unit(text.unit)), (.owner, .staff(text.owner)), (.until, .day(text.until)),
            (.retired, text.isRetired ? .flag(true) : nil),
            (.words, text.words.map { .text($0) } ?? .words(text.hash, version)),
        ]
    }

    private static func fields(of member: StaffMember?) -> [Line] {
        guard let member else { return [] }
        return [
            (.signInName, .text(member.signInName)), (.displayName, .text(member.displayName)),
            (.unit, .unit(member.unit)), (.active, .flag(member.isActive)),
            (.mustChangePassword, member.mustChangePassword ? .flag(true) : nil),
            (.secondFactor, member.hasSecondFactor ? .flag(true) : nil), (.leave, member.leave.map { .leave($0) }),
        ]
    }
}
