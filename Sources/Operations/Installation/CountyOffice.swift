public import Kernel
internal import Organisation

/// A sign-in that was made for the first time.
public struct FirstLogin: Sendable, Hashable {
    /// What to type.
    public let signInName: String
    /// Who it is.
    public let displayName: String
    /// The one-time password; stored nowhere.
    public let password: String

    /// One line with tabs.
    public var line: String { [signInName, password, displayName].joined(separator: "\t") }
}

/// The county's own office: the unit that everything else hangs below.
public enum CountyOffice {
    /// The code of the office that is made when there is none.
    static let code = "county"

    /// The office; made when the organisation is empty.
    @discardableResult
    public static func ensure(in installation: Installation) async throws -> UnitID {
        let organisation = try await installation.organisation.current()
        if let root = organisation.roots.first { return root }
        let settings = installation.settings
        return try await installation.organisation.addUnit(
            NewUnit(
                code: code,
                name: LocalizedName(
                    zh: "\(settings.countyName)来信办理中心", en: "\(settings.countyNameEnglish) Letters Office"),
                kind: .countyOffice, parent: nil),
            by: .system("setup"))
    }

    /// The names under which the three administrators of a new store are made.
    private static let names: [Role: (signIn: String, shown: String)] = [
        .systemAdministrator: ("system", "系统管理员"), .securityAdministrator: ("security", "安全管理员"),
        .auditAdministrator: ("audit", "审计管理员"),
    ]

    /// Makes whichever of the three administrators nobody is, each with a one-time password that is told once.
    public static func appoint(in installation: Installation) async throws -> [FirstLogin] {
        let root = try await ensure(in: installation)
        return try await installation.organisation.addMissingAdministrators(
            named: names, in: root, by: .system("setup")
        ).map { FirstLogin(signInName: $0.signInName, displayName: $0.displayName, password: $0.password) }
    }

    /// Which of the three administrators nobody is.
    public static func missing(in installation: Installation) async throws -> [String] {
        try await installation.organisation.current().missingAdministrators.map(\.rawValue)
    }
}
