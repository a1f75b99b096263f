public import Kernel
internal import Organisation

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
}
