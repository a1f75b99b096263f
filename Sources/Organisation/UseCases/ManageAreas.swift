public import Kernel
public import Storage

extension OrganisationStore {
    /// Records that outlines of divisions were loaded. The outlines stand outside the organisation: whoever keeps them
    /// writes them in the same transaction.
    ///
    /// - Parameters:
    ///   - reason: why, in the person's words; an operator gives none.
    ///   - submission: the one-time name of the form; sent again it loads nothing.
    ///   - write: writes the outlines and says how many there are.
    public func recordOutlines(
        because reason: String?, submission: String? = nil, by actor: Actor,
        _ write: @escaping @Sendable (any Transaction) throws -> Int
    ) async throws {
        let reason = try reason.map { try Self.reason($0) }
        _ = try await change(by: actor, once: submission) { change in
            try change.require(.manageOrganisation, on: nil)
            try change.record(.outlinesLoaded(count: try write(change.tx)), reason: reason)
            return true
        }
    }
}

extension OrganisationChange {
    /// Pages and pickers show so many levels.
    private static let mostAreaLevels = 8

    func addArea(_ new: Area) throws {
        try require(.manageOrganisation, on: nil)
        let isPlain = new.code.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        var errors: [PlainError] = []
        if new.code.isEmpty || new.code.count > 40 || !isPlain {
            errors.append(PlainError(.invalid, "area.codeInvalid", field: "code"))
        }
        if let wrong = Self.fault(in: new.name) { errors.append(wrong) }
        guard errors.isEmpty else { throw PlainErrors(errors) }
        if let known = records.areas[new.code] {
            let code = known.isRetired ? "area.codeRetired" : "area.codeTaken"
            throw PlainError(.conflict, code, field: "code", values: ["code": new.code, "name": known.name.zh])
        }
        try check(parent: new.parent, levels: 1)
        try record(.areaAdded(Area(code: new.code, name: new.name, parent: new.parent)))
    }

    func renameArea(_ code: String, to name: LocalizedName) throws {
        try require(.manageOrganisation, on: nil)
        if let wrong = Self.fault(in: name) { throw wrong }
        var area = try area(code)
        guard area.name != name else { return }
        area.name = name
        try record(.areaChanged(area))
    }

    /// Puts a division with everything in it into another one; `nil` makes it an outermost one.
    func moveArea(_ code: String, into parent: String?) throws {
        try require(.manageOrganisation, on: nil)
        var area = try area(code)
        guard !area.isRetired else { throw PlainError(.conflict, "area.retired") }
        if let parent, records.areas[parent] != nil, records.path(ofArea: parent).contains(code) {
            throw PlainError(.invalid, "area.parentInside", field: "parent")
        }
        let depth = records.path(ofArea: code).count
        let below = records.areas(in: code).map { records.path(ofArea: $0.code).count - depth + 1 }.max() ?? 1
        try check(parent: parent, levels: below)
        guard area.parent != parent else { return }
        area.parent = parent
        try record(.areaChanged(area))
    }

    /// No new matter can name the division, nor one inside it. Matters and units that name them keep them.
    func retireArea(_ code: String) throws {
        try require(.manageOrganisation, on: nil)
        guard try !area(code).isRetired else { throw PlainError(.conflict, "area.retired") }
        for var area in records.areas(in: code) where !area.isRetired {
            area.isRetired = true
            try record(.areaChanged(area))
        }
    }

    /// Brings a retired division back, for one that was retired by mistake.
    func restoreArea(_ code: String) throws {
        try require(.manageOrganisation, on: nil)
        var area = try area(code)
        guard area.isRetired else { throw PlainError(.conflict, "area.inUse") }
        try check(parent: area.parent, levels: 1)
        area.isRetired = false
        try record(.areaChanged(area))
    }

    private func area(_ code: String) throws(PlainError) -> Area {
        guard let area = records.areas[code] else { throw PlainError(.invalid, "area.unknown", field: "parent") }
        return area
    }

    private func check(parent: String?, levels: Int) throws(PlainError) {
        guard let parent else { return }
        guard try !area(parent).isRetired else { throw PlainError(.conflict, "area.parentRetired", field: "parent") }
        guard records.path(ofArea: parent).count + levels <= Self.mostAreaLevels else {
            throw PlainError(
                .invalid, "area.tooDeep", field: "parent", values: ["most": "\(Self.mostAreaLevels)"])
        }
    }

    private static func fault(in name: LocalizedName) -> PlainError? {
        guard name.zh.isEmpty || name.zh.count > 60 || (name.en ?? "").count > 120 else { return nil }
        return PlainError(.invalid, "area.nameInvalid", field: "name")
    }
}

extension OrganisationRecords {
    /// The codes from a division up to the outermost around it.
    fileprivate func path(ofArea code: String) -> [String] {
        var out: [String] = []
        var next: String? = code
        while let current = next, let area = areas[current], !out.contains(current) {
            out.append(current)
            next = area.parent
        }
        return out
    }

    /// A division and all inside it, the outer ones first.
    fileprivate func areas(in code: String) -> [Area] {
        areas.values.map { (area: $0, path: path(ofArea: $0.code)) }.filter { $0.path.contains(code) }
            .sorted { ($0.path.count, $0.area.code) < ($1.path.count, $1.area.code) }.map(\.area)
    }
}
