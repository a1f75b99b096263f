internal import Foundation
internal import Kernel
internal import Organisation

/// A sign-in of the demo county.
public struct DemoLogin: Sendable, Hashable {
    /// The role that it shows.
    public let role: String
    /// What to type.
    public let name: String
    /// The one-time password.
    public let password: String
    /// Who it is.
    public let displayName: String
    /// Where they work.
    public let unit: String

    /// One line with tabs: role, sign-in name, password, unit, name.
    public var line: String { [role, name, password, unit, displayName].joined(separator: "\t") }
}

/// Sets up units, staff, categories and the catalogue of the demo county.
struct DemoCounty {
    let data: DemoData
    let store: OrganisationStore

    /// - Returns: sign-ins with fresh passwords, ordered by role.
    func make(effectiveFrom: LocalDate) async throws -> [DemoLogin] {
        let made = try await seed(from: effectiveFrom).apply(to: store, by: .system("demo"))
        if let office = try await store.current().roots.first {
            for tag in data.county.tags {
                try await store.addTag(LocalizedName(zh: tag.zh, en: tag.en), of: office, by: .system("demo"))
            }
        }
        let passwords = Dictionary(made.map { ($0.signInName, $0.password) }, uniquingKeysWith: { first, _ in first })
        let units = Dictionary(data.county.units.map { ($0.code, $0.zh) }, uniquingKeysWith: { first, _ in first })
        let logins = data.county.staff.flatMap { line in
            line.roles.map { role in
                DemoLogin(
                    role: role, name: line.login, password: passwords[line.login] ?? "", displayName: line.name,
                    unit: units[line.unit] ?? "")
            }
        }
        let order = Role.allCases.map(\.rawValue)
        return order.flatMap { role in logins.filter { $0.role == role } }
    }

    /// The organisation's own form of a county, by way of its stored form: its parts have no public initialisers.
    private func seed(from date: LocalDate) throws -> OrganisationSeed {
        let county = data.county
        func object(_ fields: [String: Any?]) -> [String: Any] { fields.compactMapValues { $0 } }
        let stored: [String: Any] = [
            "areas": county.areas.map { object(["code": $0.code, "zh": $0.zh, "en": $0.en, "parent": $0.parent]) },
            "units": county.units.map { line in
                object([
                    "code": line.code, "zh": line.zh, "en": line.en, "kind": line.kind, "parent": line.parent,
                    "area": line.area, "phone": line.phone, "address": line.address, "hours": line.hours,
                    "counter": line.counter,
                ])
            },
            "staff": county.staff.map { line in
                object([
                    "signIn": line.login, "name": line.name, "unit": line.unit, "roles": line.roles, "login": true,
                ])
            },
            "categories": categoriesCSV, "catalogueFrom": date.description,
            "catalogue": county.catalogue.enumerated().map { index, line in
                object([
                    "id": "\(index + 1)", "category": line.category, "area": line.area, "unit": line.unit,
                    "helpers": line.helpers, "basis": line.basis,
                ])
            },
        ]
        return try JSONDecoder().decode(
            OrganisationSeed.self, from: try JSONSerialization.data(withJSONObject: stored))
    }

    /// The tree in the form that the import reads; codes are given in this order, which is how the letters name them.
    private var categoriesCSV: String {
        let top = Dictionary(
            data.county.categories.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = data.county.categories.filter { $0.code.contains(".") }.compactMap { line -> String? in
            guard let parent = top[String(line.code.prefix(2))] else { return nil }
            return [parent.zh, line.zh, parent.en, line.en].map { "\"\($0)\"" }.joined(separator: ",")
        }
        return (["一级,二级,level1,level2"] + rows).joined(separator: "\n") + "\n"
    }
}
