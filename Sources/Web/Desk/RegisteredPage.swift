internal import Casework
internal import Hummingbird
internal import Kernel
internal import Ledger
internal import Organisation
internal import Reception

extension Desk {
    /// Number and code, shown once, with the slip to print; for a group one of each for everybody.
    ///
    /// - Parameters:
    ///   - members: the others of a group.
    ///   - names: how they were called, in the same order.
    ///   - isNewCode: whether it takes the place of an earlier code, rather than beginning a matter.
    ///   - progress: where an earlier matter stands that this contact repeats, to be read out.
    func codePage(
        _ number: String, _ reporter: ReporterID, _ code: AccessCode, _ request: PageRequest, steps: [String] = [],
        members: [MemberReceipt] = [], names: [String?] = [], progress: [String] = [], isNewCode: Bool = false
    ) async throws -> Response {
        let viewer = try request.staff
        let file = try await casework.file(number: number, for: viewer)
        let words = matterWords(request, viewer)
        let settings = request.site.settings
        var fields = words.slip(file, for: reporter, code: code, settings)
        let others = members.enumerated().map { index, member in
            let name = member.name ?? (index < names.count ? names[index] : nil)
            return [
                "name": .text(name ?? words.reporter(member.reporterID, in: file)),
                "code": .text(member.code.description),
            ]
                as Fields
        }
        fields["members"] = .list(others)
        fields["hasMembers"] = .flag(!others.isEmpty)
        fields["slips"] = .list(
            [words.slip(file, for: reporter, code: code, settings)]
                + members.map { words.slip(file, for: $0.reporterID, code: $0.code, settings) })
        fields["progress"] = .texts(progress)
        fields["hasProgress"] = .flag(!progress.isEmpty)
        var next: [String] = []
        if let clock = file.state.nextClock {
            let due = words.words.dateAndWeekday(words.due(clock.start, of: file.state))
            let isAnswer = clock.start.ends?.contains(.reply) ?? (clock.start.rule == "XF-HANDLE")
            next.append(words.text(isAnswer ? "work.stepAnswer" : "work.stepNotify", ["date": due]))
        }
        next.append(words.text(members.isEmpty ? "work.stepGive" : "work.stepGiveAll"))
        fields["steps"] = .texts(next + steps.map { words.text($0) })
        fields["matterURL"] = .text("/desk/matter/\(number)")
        fields["visitURL"] = .text(request.form.id("visit", of: Named.Visit.self).map { "/desk/reception/visit/\($0)" })
        fields["submission"] = ""
        let heading = words.text(isNewCode ? "identity.title" : "desk.registeredTitle")
        fields["heading"] = .text(heading)
        fields["headingHint"] = .text(words.text(isNewCode ? "identity.titleHint" : "desk.registeredHint"))
        return try await request.page("desk/registered", title: heading, fields)
    }

    /// The same for a resident who was added to a matter: the newest one.
    func addedPage(_ number: String, _ code: AccessCode, _ request: PageRequest) async throws -> Response {
        let file = try await casework.file(number: number, for: try request.staff)
        guard let reporter = file.state.reporters.last?.details.id else { throw PlainError(.notFound, "case.notFound") }
        return try await codePage(number, reporter, code, request)
    }
}
