public import Kernel
internal import Storage

/// One line of a list of staff: units by code, roles by name.
public struct StaffLine: Hashable, Sendable {
    /// The line of the file, from 1.
    public let line: Int
    /// What they type to sign in.
    public let signInName: String
    /// How colleagues and letters name them.
    public let displayName: String
    /// The code of their unit.
    public let unit: String
    /// `经办人；负责人@LX`; empty leaves the roles as they are.
    public let roles: String

    /// A line.
    public init(line: Int, signInName: String, displayName: String, unit: String, roles: String) {
        self.line = line
        self.signInName = signInName
        self.displayName = displayName
        self.unit = unit
        self.roles = roles
    }
}

/// A list of staff against the staff that there are: who is new, what changes, what is wrong. Nothing is written.
public struct StaffComparison: Hashable, Sendable {
    /// What a line means.
    public enum State: String, Sendable {
        /// Somebody new.
        case new
        /// Somebody who is there, with differences.
        case changed
        /// Somebody who is there, just so.
        case unchanged
        /// The line cannot be taken.
        case wrong
    }

    /// One line.
    public struct Row: Hashable, Sendable {
        /// As it was read.
        public let line: StaffLine
        /// Who it is; nothing for somebody new.
        public let staff: StaffID?
        /// Their unit.
        public let unit: UnitID?
        /// Their roles; nothing where the line names none.
        public let grants: [RoleGrant]?
        /// What changes of somebody who is there.
        public let changes: [FieldChange]
        /// What is wrong.
        public let errors: [PlainError]

        /// What the line means.
        public var state: State {
            if !errors.isEmpty { return .wrong }
            if staff == nil { return .new }
            return changes.isEmpty ? .unchanged : .changed
        }
    }

    /// The lines in their order.
    public let rows: [Row]
    /// The most lines of one list.
    public static let mostLines = 2_000

    /// Whether every line can be taken.
    public var isClean: Bool { rows.allSatisfy { $0.errors.isEmpty } }
    /// Whether there is anything to write.
    public var changesAnything: Bool { rows.contains { $0.state == .new || $0.state == .changed } }

    private static let headings: [String: [String]] = [
        "signIn": ["登录名", "sign-in name", "signIn"], "name": ["姓名", "name"], "unit": ["单位代码", "unit code", "unit"],
        "roles": ["角色", "roles"],
    ]

    /// The lines of a file with the columns 登录名, 姓名, 单位代码 and, if wanted, 角色.
    ///
    /// - Throws: `ImportProblems`.
    public static func lines(csv: String) throws -> [StaffLine] {
        let file = try ImportFile(csv, columns: headings)
        try file.require(["signIn", "name", "unit"], headings: headings)
        guard file.rows.count <= mostLines else {
            throw ImportProblems(problems: [.init(line: mostLines + 2, reason: "more than \(mostLines) rows")])
        }
        return file.rows.map { row in
            StaffLine(
                line: row.line, signInName: row.text("signIn"), displayName: row.text("name"), unit: row.text("unit"),
                roles: row.text("roles"))
        }
    }

    /// Compares lines with the staff.
    ///
    /// - Parameter roleNames: words that name a role beside its own name.
    public init(_ lines: [StaffLine], with organisation: Organisation, roleNames: [String: Role]) {
        var seen: Set<String> = []
        rows = lines.map { line in
            var errors: [PlainError] = []
            let name = StaffMember.foldedSignInName(line.signInName)
            if !(2...64).contains(name.count) || name.contains(where: \.isWhitespace) {
                errors.append(PlainError(.invalid, "staff.signInNameInvalid", field: "signInName"))
            } else if !seen.insert(name).inserted {
                errors.append(PlainError(.invalid, "staff.twice", field: "signInName", values: ["name": name]))
            }
            if line.displayName.isEmpty || line.displayName.count > 60 {
                errors.append(PlainError(.invalid, "staff.displayNameInvalid", field: "displayName"))
            }
            let unit = organisation.unit(code: line.unit)
            if unit == nil || unit?.successor != nil {
                errors.append(PlainError(.invalid, "staff.unitCode", field: "unit", values: ["code": line.unit]))
            }
            var grants: [RoleGrant]?
            do throws(PlainError) {
                grants = try Self.grants(line.roles, on: unit?.id, organisation, roleNames)
            } catch {
                errors.append(error)
            }
            let known = organisation.staff(signInName: name)
            if let known, !known.isActive {
                errors.append(PlainError(.invalid, "staff.left", field: "signInName", values: ["name": name]))
            }
            var changes: [FieldChange] = []
            if let known, let unit, errors.isEmpty {
                var after = known
                after.displayName = line.displayName
                after.unit = unit.id
                if let grants { after.grants = grants }
                var (old, new) = (OrganisationRecords(), OrganisationRecords())
                (old.staff[known.id], new.staff[known.id]) = (known, after)
                changes = OrganisationDifference(from: old, to: new).changes
            }
            return Row(
                line: line, staff: known?.id, unit: unit?.id, grants: grants, changes: changes, errors: errors)
        }
    }

    private static func grants(
        _ text: String, on unit: UnitID?, _ organisation: Organisation, _ names: [String: Role]
    ) throws(PlainError) -> [RoleGrant]? {
        let words = text.split { ";；、,，".contains($0) }.map { ImportFile.trimmed(String($0)) }.filter { !$0.isEmpty }
        guard !words.isEmpty else { return nil }
        var out: [RoleGrant] = []
        for word in words {
            let parts = word.split(separator: "@", maxSplits: 1).map(String.init)
            let name = parts.first ?? ""
            guard let role = names[name] ?? Role(rawValue: name) else {
                throw PlainError(.invalid, "staff.roleUnknown", field: "roles", values: ["role": name])
            }
            var place = unit
            if parts.count > 1 {
                guard let other = organisation.unit(code: parts[1]) else {
                    throw PlainError(.invalid, "staff.unitCode", field: "roles", values: ["code": parts[1]])
                }
                place = other.id
            }
            if let place { out.append(RoleGrant(role: role, unit: place)) }
        }
        let roles = Set(out.map(\.role))
        guard roles.isDisjoint(with: Role.administrators) || roles.count == 1 else {
            throw PlainError(.invalid, "staff.administratorsApart", field: "roles")
        }
        return Set(out).sorted { ($0.role.rawValue, $0.unit) < ($1.role.rawValue, $1.unit) }
    }
}

extension OrganisationStore {
    /// Writes a list of staff in one transaction: new accounts with one-time passwords, and what changed. Roles are given
    /// at once where whoever asks may give them, else they wait together for a security administrator.
    ///
    /// - Returns: the new accounts with their passwords, which are stored nowhere; nothing when the same form was taken
    ///   before.
    public func importStaff(
        _ comparison: StaffComparison, because reason: String, today: LocalDate, submission: String, by actor: Actor
    ) async throws -> [OrganisationSeed.Login]? {
        let reason = try Self.reason(reason)
        guard comparison.isClean else { throw PlainError(.invalid, "import.wrongLines") }
        guard comparison.changesAnything else { throw PlainError(.conflict, "change.nothing") }
        var logins: [String: (password: String, credential: Credential)] = [:]
        for row in comparison.rows where row.state == .new {
            let password = PasswordRules.random()
            logins[row.line.signInName] = (password, try await passwords.hashOneTime(password))
        }
        let (made, proposes) = (logins, try await self.proposes(.setGrants([]), actor))
        do {
            return try await change(by: actor, because: reason) { work in
                if try Submissions().find(work.tx, id: submission) != nil { return nil }
                var (out, settings): ([OrganisationSeed.Login], [GrantSetting]) = ([], [])
                for row in comparison.rows {
                    guard let unit = row.unit else { continue }
                    let id = try row.staff ?? work.addImported(row, in: unit, made, &out)
                    if row.state == .changed {
                        try work.renameStaff(id, to: row.line.displayName)
                        try work.moveStaff(id, to: unit)
                    }
                    if let grants = row.grants, grants != work.records.staff[id]?.grants {
                        settings.append(GrantSetting(staff: id, grants: grants))
                    }
                }
                try work.give(settings, today: today, proposes: proposes)
                try Submissions().record(work.tx, id: submission, result: "imported", at: work.now)
                return out
            }
        } catch StorageError.duplicate {
            return nil
        }
    }
}

extension OrganisationChange {
    fileprivate func addImported(
        _ row: StaffComparison.Row, in unit: UnitID, _ made: [String: (password: String, credential: Credential)],
        _ out: inout [OrganisationSeed.Login]
    ) throws -> StaffID {
        let login = made[row.line.signInName]
        let id = try addStaff(
            NewStaff(signInName: row.line.signInName, displayName: row.line.displayName, unit: unit, grants: []),
            credential: login?.credential, mustChangePassword: true)
        out.append(
            OrganisationSeed.Login(
                staff: id, signInName: StaffMember.foldedSignInName(row.line.signInName),
                displayName: row.line.displayName, password: login?.password ?? ""))
        return id
    }

    fileprivate func give(_ settings: [GrantSetting], today: LocalDate, proposes: Bool) throws {
        guard !settings.isEmpty else { return }
        isProposal = proposes
        for setting in settings { _ = try check(setting.grants) }
        guard proposes else { return try perform(.setGrants(settings), on: today) }
        try record(
            .planMade(
                OrganisationPlan(
                    id: newID(), change: .setGrants(settings), effective: today, needsConsent: true,
                    madeBy: actor.staffID, madeAt: now)))
    }
}
