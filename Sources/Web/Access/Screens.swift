internal import HTTPTypes
internal import Kernel
internal import Organisation

/// What can be done while the screens of a role are looked at: a few pages with menus, empty lists and forms. Nothing
/// can be sent but the end of it, and no page of any matter opens.
enum Screens {
    static let refusal = PlainError(.forbidden, "look.readOnly")

    /// The pages that show the screens of a role and nothing of anybody.
    static let pages: Set<String> = [
        "/desk", "/desk/queue/{queue}", "/desk/search", "/desk/people", "/desk/new", "/oversight", "/supervision",
        "/supervision/tasks",
    ]
    /// What can be sent.
    static let forms: Set<String> = ["/admin/look/stop", "/staff/sign-out"]

    /// Lets a request in, as somebody with the role and without a name, or refuses it.
    static func admit(_ entry: RouteEntry, _ look: Look, _ visit: Visit) throws(PlainError) {
        guard let organisation = visit.known.viewer?.organisation else { throw refusal }
        let name = visit.site.words(visit.preferences.language).text("admin.lookName")
        let viewer = Viewer(screensOf: look.role, in: look.unit, name: name, organisation: organisation)
        visit.learn {
            $0.viewer = viewer
            $0.look = look
            $0.mayKeepForm = false
        }
        if entry.method == "POST" {
            guard forms.contains(entry.template) else { throw refusal }
            return
        }
        guard pages.contains(entry.template) else { throw PlainError(.forbidden, "look.notShown") }
        if case .staff(let permission) = entry.access, !viewer.may(permission, on: nil) {
            throw PlainError(.forbidden, "permission.missing")
        }
    }
}
