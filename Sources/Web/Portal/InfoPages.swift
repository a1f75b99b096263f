internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension Portal {
    func privacy(_ request: PageRequest) async throws -> Response {
        try await request.page("portal/privacy", title: request.words.text("portal.privacyTitle"))
    }

    func accessibility(_ request: PageRequest) async throws -> Response {
        try await request.page("portal/accessibility", title: request.words.text("portal.a11yTitle"))
    }

    /// Where reports of officials' misconduct go; where an organ is connected, also by a sealed report. Such organs are
    /// units whose code begins with `discipline`.
    func misconduct(_ request: PageRequest) async throws -> Response {
        let organisation = try await request.site.organisation.current()
        let organs = organisation.units.filter { $0.code.hasPrefix("discipline") && $0.isValid(on: request.site.today) }
            .map { unit -> Fields in
                [
                    "name": .text(unit.name.text(isEnglish: request.language.isEnglish)), "phone": .text(unit.phone),
                    "phoneLink": .text(unit.phone.map { $0.filter { $0.isNumber || $0 == "-" } }),
                    "address": .text(unit.address), "hours": .text(unit.hours), "url": "", "urlText": "",
                ]
            }
        let fields: Fields = [
            "hasOrgans": .flag(!organs.isEmpty), "organs": .list(organs),
            "sealedOpen": .flag(request.site.settings.takesSealedReports),
        ]
        return try await request.page("portal/misconduct", title: request.words.text("portal.misconductTitle"), fields)
    }

    func settings(_ request: PageRequest) async throws -> Response {
        let theme = request.preferences.theme.rawValue
        let fields: Fields = [
            "returnPath": .text(PageRequest.safePath(request.query["return"] ?? "/")),
            "isAuto": .flag(theme == "auto"), "isLight": .flag(theme == "light"), "isDark": .flag(theme == "dark"),
        ]
        return try await request.page("portal/settings", title: request.words.text("portal.settingsTitle"), fields)
    }

    func saveSettings(_ request: PageRequest) async throws -> Response {
        let path = PageRequest.safePath(request.form.text("return"))
        var preferences = request.preferences
        if let language = request.form["lang"].flatMap({ Language(code: $0) }) { preferences.language = language }
        if let theme = request.form.value("theme", as: Preferences.Theme.self) { preferences.theme = theme }
        if request.form["large"] != nil { preferences.isLarge = request.form.flag("large") }
        return request.redirect(to: path, cookies: preferences.cookies)
    }
}
