internal import Hummingbird
internal import Kernel
public import Organisation
public import SealedReports

/// Pages about reports against officials: the reporter's form, what came of it, and what the receiving organ does. Where
/// no organ is connected they lead to the page that says where such reports go.
///
/// None of their requests is logged, and the organ's pages are not there for anybody else.
public struct SealedPages: PageRoutes, Sendable {
    let sealed: SealedReports?
    private let calendarSource: any CalendarSource
    var calendar: WorkingCalendar { calendarSource.workingCalendar }

    /// - Parameters:
    ///   - sealed: the channel; `nil` where no organ is connected.
    ///   - calendar: for the days by which an organ acknowledges.
    public init(sealed: SealedReports?, calendar: any CalendarSource) {
        self.sealed = sealed
        calendarSource = calendar
    }

    /// Adds all routes of the channel.
    public func add(to router: AppRouter) {
        router.get("/sealed", access: .public, start)
        router.get("/sealed/write", access: .public, write)
        router.post("/sealed/write", access: .public, send)
        router.get("/sealed/upward", access: .public, upward)
        router.get("/sealed/answer", access: .public, follow)
        // A code is never shown again, whatever goes wrong.
        router.post("/sealed/answer", access: .public, limit: .sealed, keepsForm: false, look)
        router.post("/sealed/words", access: .public, limit: .sealed, addWords)

        let organ = Access.staff(.receiveSealed)
        router.get("/desk/sealed", access: organ, list)
        router.get("/desk/sealed/log", access: organ, log)
        router.get("/desk/sealed/report/{id}", access: organ, report)
        router.get("/desk/sealed/report/{id}/file", access: organ, download)
        router.post("/desk/sealed/report/{id}/fetched", access: organ, markFetched)
        router.post("/desk/sealed/report/{id}/answer", access: organ, answer)
        router.post("/desk/sealed/report/{id}/remove", access: organ, askToRemove)
        router.post("/desk/sealed/report/{id}/readdress", access: organ, askToReaddress)
        router.post("/desk/sealed/report/{id}/agree", access: organ, agree)
        router.post("/desk/sealed/report/{id}/drop", access: organ, dropRequest)
    }

    /// The channel, on pages that are sent a form.
    ///
    /// - Throws: `route.missing` where no organ is connected.
    func channel() throws(PlainError) -> SealedReports {
        guard let sealed else { throw PlainError(.notFound, "route.missing") }
        return sealed
    }

    /// The organ's name, or what such organs are.
    func name(of organ: OrganKey, _ request: PageRequest) -> String {
        organ.name?.text(isEnglish: request.language.isEnglish) ?? request.words.text("sealed.organ")
    }

    /// Working days in which a signed report is to be acknowledged (检举控告工作规则; "check locally").
    static let acknowledgeDays = 15
    /// Working days in which a report about the superior level is sent up (the same, Art. 15).
    static let upwardDays = 5
}

extension RouteEntry {
    /// Whether requests leave no trace: no log line and nothing in any counter.
    var isQuiet: Bool { template.hasPrefix("/sealed") || template.hasPrefix("/desk/sealed") }
}
