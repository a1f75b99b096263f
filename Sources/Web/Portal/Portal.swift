public import Casework
internal import Kernel
internal import Organisation

/// The residents' pages. No account is needed anywhere: number and code open a matter.
public struct Portal: PageRoutes, Sendable {
    let casework: Casework
    let numbers: Kept<PublicNumbers?>

    /// - Parameter casework: the room that the pages show.
    public init(casework: Casework) {
        self.casework = casework
        // The cost of counting a month grows with the month, so one count serves for ten minutes.
        numbers = Kept(seconds: 600)
    }

    /// Adds all routes of the portal.
    public func add(to router: AppRouter) {
        router.get("/", access: .public, home)
        router.get("/write", access: .public, write)
        router.post("/write", access: .public, sendLetter)
        router.get("/follow", access: .public, follow)
        router.post("/follow", access: .public, limit: .lookUp, openMatter)
        router.get("/matter", access: .reporter, matter)
        router.post("/matter/words", access: .reporter, addWords)
        router.post("/matter/judge", access: .reporter, judge)
        router.post("/matter/reopen", access: .reporter, reopen)
        router.post("/matter/withdraw", access: .reporter, withdraw)
        router.post("/leave", access: .public, leave)
        router.get("/how", access: .public, how)
        router.get("/who-sees", access: .public, privacy)
        router.get("/accessibility", access: .public, accessibility)
        router.get("/misconduct", access: .public, misconduct)
        router.get("/settings", access: .public, settings)
        router.post("/settings", access: .public, saveSettings)
    }
}
