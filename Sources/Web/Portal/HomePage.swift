internal import Casework
internal import Hummingbird
internal import Kernel
internal import Organisation

extension Portal {
    func home(_ request: PageRequest) async throws -> Response {
        let numbers = try await numbers.value(at: request.now) { try await casework.publicNumbers() }
        let today = request.site.today
        let (year, month, day) = today.parts
        let rule = handleRule(on: today)
        let fields: Fields = [
            "usualLimit": .text(rule.map { limit($0, request.words) }),
            "stampTop": .text(stampPlace(request)), "stampDate": .text("\(year).\(month).\(day)"),
            "numbers": .optional(numbers.map { numbersFields($0, request.words) }),
            "counters": .list(try await counters(request)),
        ]
        return try await request.page("portal/home", title: request.words.text("pages.homeTitle"), fields)
    }

    /// The rule that says how long an answer may take.
    func handleRule(on date: LocalDate) -> Rule? {
        casework.deadlines.packs.pack(for: .petition, on: date)?.rule("XF-HANDLE")
    }

    /// "60 天", "5 个工作日".
    func limit(_ rule: Rule, _ words: Words) -> String {
        switch rule.unit {
        case .calendarDays: words.days(rule.length)
        case .workingDays: words.workingDays(rule.length)
        case .hours: words.counted("ruleUnit.hours", rule.length)
        case .months: words.counted("ruleUnit.months", rule.length)
        }
    }

    /// The place name that a postmark bears: the county without its last character.
    func stampPlace(_ request: PageRequest) -> String {
        let name = request.site.settings.countyName.zh
        return name.count > 2 ? String(name.dropLast()) : name
    }

    /// Where people can go, from the organisation's public counters.
    func counters(_ request: PageRequest) async throws -> [Fields] {
        let organisation = try await request.site.organisation.current()
        let isEnglish = request.language.isEnglish
        return organisation.units.filter { $0.isPublicCounter && $0.isValid(on: request.site.today) }.map { unit in
            [
                "name": .text(unit.name.text(isEnglish: isEnglish)), "hours": .text(unit.hours),
                "place": .text(unit.address), "phone": .text(unit.phone),
                "phoneLink": .text(unit.phone.map { $0.filter { $0.isNumber || $0 == "-" || $0 == "+" } }), "note": "",
            ]
        }
    }

    private func numbersFields(_ numbers: PublicNumbers, _ words: Words) -> Fields {
        func share(_ part: Int) -> Double { numbers.judged == 0 ? 0 : Double(part) / Double(numbers.judged) * 100 }
        func tenth(_ value: Double) -> String {
            let tenths = Int((value * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)"
        }
        let (solved, partly, not) = (share(numbers.solved), share(numbers.partly), share(numbers.notSolved))
        return [
            "month": .text(words.month(numbers.month)), "received": .text(words.number(numbers.received)),
            "answered": .text(words.number(numbers.answered)), "late": .text(words.number(numbers.late)),
            "hasJudgements": .flag(numbers.judged > 0), "hasRates": .flag(numbers.judged >= 10),
            "judged": .text(words.number(numbers.judged)), "solved": .text(words.number(numbers.solved)),
            "solvedShare": .text("\(Int(solved.rounded()))%"), "partly": .text(words.number(numbers.partly)),
            "partlyShare": .text("\(Int(partly.rounded()))%"), "not": .text(words.number(numbers.notSolved)),
            "notShare": .text("\(Int(not.rounded()))%"), "solvedWidth": .text(tenth(solved)),
            "partlyStart": .text(tenth(solved)), "partlyWidth": .text(tenth(partly)),
            "notStart": .text(tenth(solved + partly)), "notWidth": .text(tenth(not)),
        ]
    }
}
