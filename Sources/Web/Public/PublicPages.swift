public import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

/// What everybody may read: matters whose authors agreed, in words that a clerk signed; the feed; joining; following.
/// These pages read nothing but the public tables.
public struct PublicPages: PageRoutes, Sendable {
    let casework: Casework
    let years: Kept<[Int]>
    /// So many texts a search compares with the filters at once.
    let searchStep: Int

    /// - Parameters:
    ///   - casework: the room whose public side is shown.
    ///   - searchStep: so many texts a search compares with the filters at once, four times a page.
    public init(casework: Casework, searchStep: Int = 100) {
        self.casework = casework
        self.searchStep = searchStep
        years = Kept(seconds: 600)
    }

    /// Adds the routes.
    public func add(to router: AppRouter) {
        router.get("/matters", access: .public, list)
        router.get("/matters.atom", access: .public, feed)
        router.get("/matters/{number}", access: .public, matter)
        router.post("/matters/{number}/join", access: .public, join)
        router.post("/matters/{number}/follow", access: .public, follow)
        router.post("/matters/{number}/unfollow", access: .public, unfollow)
        router.get("/following", access: .public, following)
        router.post("/following", access: .public, limit: .lookUp, openList)
        router.post("/following/leave", access: .public, leaveList)
    }

    /// Words for these pages.
    func words(_ request: PageRequest) async throws -> MatterWords {
        request.matterWords(try await request.site.organisation.current(), casework.deadlines)
    }
}

/// The filters of the public list, as they stand in the address.
struct PublicQuery {
    var filter = PublicFilter()
    let after: String?

    init(_ query: Form) {
        func code(_ name: String) -> String? {
            query[name].flatMap { text in
                let isCode =
                    !text.isEmpty && text.count <= 20 && text.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLetter) }
                return isCode ? text : nil
            }
        }
        filter.category = code("category")
        filter.area = code("area")
        filter.standing = query.value("state", as: OpenStanding.self)
        filter.year = query["year"].flatMap { Int($0) }.flatMap { (1900...2999).contains($0) ? $0 : nil }
        filter.words = PlainText.cleaned(String(query.text("q").prefix(100)))
        after = query["after"].flatMap { PublicNumber.parse($0) }
    }

    var isFiltered: Bool { filter != PublicFilter() }

    /// The address of the list with these filters.
    func address(_ path: String = "/matters", after: String? = nil) -> String {
        let pairs: [(String, String?)] = [
            ("category", filter.category), ("area", filter.area), ("state", filter.standing?.rawValue),
            ("year", filter.year.map(String.init)), ("q", filter.words.isEmpty ? nil : filter.words), ("after", after),
        ]
        let items = pairs.compactMap { name, value in value.map { Form.Item(name: name, value: $0) } }
        return items.isEmpty ? path : "\(path)?\(Form(items).urlEncoded)"
    }
}

/// Fields of a public matter, for lists and for its page.
struct PublicView {
    let words: MatterWords

    /// A line of a list.
    func row(_ matter: PublicMatter) -> Fields {
        [
            "url": .text("/matters/\(matter.number)"), "number": .text(matter.number), "titleText": .text(matter.title),
            "lang": .text(MatterWords.language(of: matter.title)), "excerpt": .text(excerpt(matter)),
            "facts": .text(facts(matter)), "state": .text(shape(matter)), "stateWords": .text(standing(matter)),
            "iso": .text(matter.registeredOn.description), "when": .text(words.words.fullDate(matter.registeredOn)),
            "joined": .text(joined(matter)),
        ]
    }

    private func excerpt(_ matter: PublicMatter) -> String {
        let flat = String(matter.body.map { $0.isNewline ? " " : $0 })
        return flat.count <= 90 ? flat : flat.prefix(89) + "…"
    }

    /// Area, category, unit.
    func facts(_ matter: PublicMatter) -> String {
        [words.area(matter.area), words.category(matter.category), words.unit(matter.unit)]
            .filter { !$0.isEmpty }.joined(separator: " · ")
    }

    func shape(_ matter: PublicMatter) -> String {
        if let judgement = matter.judgement { return MatterModel.verdictShape(judgement) }
        return matter.standing == .open ? "plenty" : "done"
    }

    /// Where it stands; the verdict where there is one.
    func standing(_ matter: PublicMatter) -> String {
        guard let judgement = matter.judgement else { return words.words.name("public.standing", matter.standing) }
        return words.text("public.closedJudged", ["verdict": words.words.name("judgement", judgement)])
    }

    /// How many wrote; a small number says only that others did.
    func joined(_ matter: PublicMatter) -> String {
        guard matter.reporters > 1 else { return "" }
        guard matter.reporters >= SmallCells.fewest else { return words.text("public.joinedFew") }
        return words.text("public.joined", ["n": words.words.number(matter.reporters)])
    }

    /// A step in plain words, with its day.
    func step(_ step: CaseState.OpenStep) -> Fields {
        let day = words.book.zone.date(of: step.at)
        let unit = step.unit.map(words.unit) ?? ""
        return [
            "sentence": .text(words.text("public.step.\(step.kind.rawValue)", ["unit": unit])),
            "iso": .text(day.description), "when": .text(words.words.fullDate(day)),
        ]
    }

    func promise(_ promise: PublicPromise) -> Fields {
        let shape =
            switch promise.standing {
            case .open: "plenty"
            case .kept: "solved"
            case .late: "near"
            case .broken: "over"
            case .withdrawn: "pause"
            }
        let settled = promise.settledOn.map { words.words.date($0, today: words.today) } ?? ""
        return [
            "unit": .text(words.unit(promise.unit)),
            "dueText": .text(words.text("remedies.lastDay", ["date": words.words.dateAndWeekday(promise.due)])),
            "state": .text(shape),
            "words": .text(words.text("remedies.standing.\(promise.standing.rawValue)", ["date": settled])),
        ]
    }
}
