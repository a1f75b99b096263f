public import Casework
internal import Kernel
public import Organisation
public import Reception

/// The residents' pages. No account is needed anywhere: number and code open a matter.
public struct Portal: PageRoutes, Sendable {
    let casework: Casework
    let law: LawLibrary
    let reception: Reception?
    let numbers: Kept<PublicNumbers?>
    let promises: Kept<PromiseBoard>

    /// - Parameters:
    ///   - casework: the room that the pages show.
    ///   - law: what answers and decisions cite.
    ///   - reception: where and when people are received; without it only the public counters are named.
    public init(casework: Casework, law: LawLibrary, reception: Reception? = nil) {
        self.casework = casework
        self.law = law
        self.reception = reception
        // The cost of counting a month grows with the month, so one count serves for ten minutes.
        numbers = Kept(seconds: 600)
        promises = Kept(seconds: 600)
    }

    /// Adds all routes of the portal.
    public func add(to router: AppRouter) {
        router.get("/", access: .public, home)
        router.get("/write", access: .public, write)
        router.post("/write", access: .public, takesFiles: true, sendLetter)
        router.get("/information", access: .public, information)
        router.post("/information", access: .public, sendInformation)
        router.get("/pressed", access: .public, pressed)
        router.post("/pressed", access: .public, sendPressed)
        router.get("/follow", access: .public, follow)
        router.post("/follow", access: .public, limit: .lookUp, openMatter)
        router.get("/matter", access: .reporter, matter)
        router.post("/matter/words", access: .reporter, takesFiles: true, addWords)
        router.post("/matter/attachment/remove", access: .reporter, removeFile)
        router.post("/matter/correct", access: .reporter, correct)
        router.post("/matter/judge", access: .reporter, judge)
        router.post("/matter/reopen", access: .reporter, reopen)
        router.post("/matter/withdraw", access: .reporter, withdraw)
        router.post("/matter/consent", access: .reporter, consent)
        router.post("/matter/part", access: .reporter, openPart)
        router.post("/matter/whole", access: .reporter, openWhole)
        router.get("/matter/review", access: .reporter, review)
        router.post("/matter/review", access: .reporter, askReview)
        router.get("/matter/review/paper", access: .reporter, reviewPaper)
        router.post("/leave", access: .public, leave)
        router.get("/how", access: .public, how)
        router.get("/promises", access: .public, promiseBoard)
        router.get("/who-sees", access: .public, privacy)
        router.get("/accessibility", access: .public, accessibility)
        router.get("/misconduct", access: .public, misconduct)
        router.get("/settings", access: .public, settings)
        router.post("/settings", access: .public, saveSettings)
    }
}
