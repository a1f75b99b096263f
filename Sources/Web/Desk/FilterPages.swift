internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation
internal import Workbench

/// What can be wrong with the name of a filter; the page of the list says it.
enum FilterProblem: String {
    case nameMissing, tooMany

    var key: String { "error.filter.\(rawValue)" }
    var values: [String: String] { ["n": "\(Workbench.mostFilters)"] }
}

extension Desk {
    /// The small form that keeps the list under a name, or takes its name away.
    func saveFilter(_ place: ListPlace, _ saved: SavedFilter?, _ viewer: Viewer, _ words: MatterWords) -> Fields? {
        guard saved != nil || place.isNarrowed || place.sort != .due else { return nil }
        let unit = viewer.organisation.unit(viewer.staff.unit)?.name.text(isEnglish: words.isEnglish) ?? ""
        return [
            "address": .text(place.saved), "id": .text(saved.map { "\($0.id)" }), "name": .text(saved?.name),
            "shareLabel": .text(words.text("work.filterShare", ["unit": unit])),
            "isShared": .flag(saved?.unit != nil), "isSaved": .flag(saved != nil),
            "longest": .text("\(Workbench.longestFilterName)"),
        ]
    }

    /// Keeps a list under a name.
    func saveFilter(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        guard let place = ListPlace(request.form.text("address")) else { throw PlainError(.invalid, "form.malformed") }
        let back = place.firstURL
        let mark = back.contains("?") ? "&" : "?"
        do {
            try await workbench.save(
                name: PlainText.cleaned(request.form.text("name")), address: place.saved, by: viewer.staff.id,
                sharedWith: request.form.flag("shared") ? viewer.staff.unit : nil)
        } catch let error as PlainError where error.code.hasPrefix("filter.") {
            return request.redirect(to: "\(back)\(mark)error=\(error.code.dropFirst(7))")
        }
        counts.forget(viewer)
        return request.redirect(to: "\(back)\(mark)done=filterSaved")
    }

    /// Takes the name of a list away.
    func removeFilter(_ request: PageRequest) async throws -> Response {
        let viewer = try request.staff
        let id = request.form.id("id", of: Named.SavedFilter.self) ?? SavedFilterID(rawValue: 0)
        try await workbench.removeFilter(id, by: viewer.staff.id, in: viewer.staff.unit)
        counts.forget(viewer)
        let back = ListPlace(request.form.text("address"))?.firstURL ?? "/desk"
        return request.redirect(to: "\(back)\(back.contains("?") ? "&" : "?")done=filterRemoved")
    }
}
