internal import Casework
internal import Kernel
internal import Organisation
internal import Workbench

/// Texts that a demo county keeps ready for all its units.
struct DemoTexts {
    private static let texts: [(name: String, form: DraftForm, body: String)] = [
        (
            "已经修好", .reply,
            "您好。您反映的{{place}}的事，我们于[[哪天]]到现场看过，[[修了什么]]，现在已经修好。\n往后再有问题，请打 {{hotline}}，报编号 {{number}}，我们接着办。"
        ),
        (
            "还要些时间", .message,
            "您好。您 {{received}}反映的“{{title}}”，我们正在办。因为[[什么原因]]，还要[[多久]]；最晚 {{due}}答复您。经办人 {{handler}}，有话请随时说。"
        ),
        ("想请您补一句", .message, "您好。为了把{{place}}的事办准，想请您告诉我们：[[想问什么]]。在网上回一句，或打 {{hotline}} 都行。"),
        ("到现场看过", .note, "[[哪天]]到{{place}}看过：[[看到什么]]。"),
    ]

    private let workbench: Workbench
    private let organisation: OrganisationStore
    private let today: LocalDate

    /// The county as it stands on its own present day, whatever the machine's clock says.
    init(_ installation: Installation, now: Instant) {
        workbench = Workbench(
            database: installation.database, keys: installation.keys, ids: installation.ids, clock: MovingClock(now))
        organisation = installation.organisation
        today = installation.deadlines.zone.date(of: now)
    }

    func load() async throws {
        let county = try await organisation.current()
        guard let root = county.roots.first,
            let keeper = county.whoMay(.keepTexts, on: root).first(where: { $0.staff.isActive })?.staff
        else { return }
        for (index, text) in Self.texts.enumerated() {
            let draft = CannedDraft(
                name: text.name, form: text.form, category: nil, unit: root, owner: keeper.id,
                validUntil: today.adding(days: Workbench.cannedDays), body: text.body)
            _ = try await workbench.addCanned(draft, submission: "demo-\(index)", by: keeper.id, on: today)
        }
    }
}
