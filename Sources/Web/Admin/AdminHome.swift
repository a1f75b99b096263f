internal import Hummingbird
internal import Kernel
internal import Organisation

/// One entry of the front page of administration.
struct AdminEntry {
    /// The group under which it stands: `people`, `rules`, `watch`.
    let group: String
    /// Names its words: `admin.entry.<name>` and `admin.entryHint.<name>`.
    let name: String
    let url: String
    /// Who sees it.
    let permission: Permission

    /// All entries, in the order in which they stand.
    static let all = [
        AdminEntry(group: "people", name: "units", url: "/admin/units", permission: .seeAdministration),
        AdminEntry(group: "people", name: "areas", url: "/admin/areas", permission: .seeAdministration),
        AdminEntry(group: "people", name: "staff", url: "/admin/staff", permission: .seeAdministration),
        AdminEntry(group: "people", name: "import", url: "/admin/staff/import", permission: .manageStaff),
        AdminEntry(group: "rules", name: "rules", url: "/admin/rules", permission: .manageRules),
        AdminEntry(group: "rules", name: "calendar", url: "/admin/calendar", permission: .manageRules),
        AdminEntry(group: "rules", name: "catalogue", url: "/admin/catalogue", permission: .manageOrganisation),
        AdminEntry(group: "rules", name: "categories", url: "/admin/categories", permission: .manageOrganisation),
        AdminEntry(group: "rules", name: "configuration", url: "/admin/configuration", permission: .manageOrganisation),
        AdminEntry(group: "watch", name: "changes", url: "/admin/changes", permission: .seeAdministration),
        AdminEntry(group: "watch", name: "access", url: "/admin/access", permission: .auditAdministration),
        AdminEntry(group: "watch", name: "signIns", url: "/admin/sign-ins", permission: .auditAdministration),
        AdminEntry(group: "watch", name: "readings", url: "/admin/readings", permission: .auditAdministration),
        AdminEntry(group: "watch", name: "look", url: "/admin/look", permission: .lookAs),
        AdminEntry(group: "watch", name: "looks", url: "/admin/looks", permission: .seeLooks),
        AdminEntry(group: "watch", name: "health", url: "/admin/health", permission: .manageOrganisation),
    ]
    /// The groups, in the order in which they stand.
    static let groups = ["people", "rules", "watch"]
}

extension AdminPages {
    func home(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let words = try words(request)
        let waiting = viewer.organisation.plans
        let missing = viewer.organisation.missingAdministrators
        let groups = AdminEntry.groups.compactMap { group -> Fields? in
            let entries = AdminEntry.all.filter { $0.group == group && viewer.may($0.permission, on: nil) }
            guard !entries.isEmpty else { return nil }
            return [
                "heading": .text(words.text("admin.group.\(group)")),
                "entries": .list(
                    entries.map { entry in
                        [
                            "url": .text(entry.url), "name": .text(words.text("admin.entry.\(entry.name)")),
                            "hint": .text(words.text("admin.entryHint.\(entry.name)")),
                        ]
                    }),
            ]
        }
        let mine = viewer.staff.grants.first { $0.role.isAdministrator }?.role
        return try await page(
            "home", title: words.text("admin.title"),
            [
                "groups": .list(groups),
                "part": .text(mine.map { words.text("admin.part.\($0.rawValue)") } ?? ""),
                "consent": .text(
                    viewer.may(.grantRoles, on: nil) && waiting.contains { $0.needsConsent }
                        ? words.words.counted("admin.toConsent", waiting.count { $0.needsConsent }) : ""),
                "missing": .text(
                    missing.isEmpty
                        ? "" : words.text("admin.missing", ["roles": words.words.list(missing.map(words.role))])),
            ], request)
    }
}
