internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

extension DemoStory {
    /// Dispatched, by the catalogue or by hand; now and then to the wrong unit, which objects.
    mutating func sendOut() throws -> Bool {
        let (unit, match) = try target()
        if let match { scene.law = match.entry.basis }
        let dispatcher = try actor(.dispatcher, of: state.receivedBy)
        guard after(0.05, 1.5) else { return false }
        if state.category == nil {
            try take(.categorise(category: pattern.category, area: scene.area), by: dispatcher)
        }
        if pattern.isRestricted {
            var named = [try world.member([.supervisor], of: unit, &random).id]
            named.append(try world.member([.handler], of: unit, &random).id)
            named += [dispatcher.staffID].compactMap { $0 }
            try take(.restrict(staff: Set(named).sorted(), reason: words("restrictReason")), by: dispatcher)
        }
        try tag(by: dispatcher)
        scene.office = world.unitName(unit)
        // A street that took it in and is responsible simply goes on.
        if unit == state.receivedBy, item.halt != .dispatched, item.halt != .objected { return true }
        let objects = item.halt == .objected || (item.halt == nil && random.chance(5))
        if objects {
            return try objectFirst(rightful: unit, dispatcher)
        }
        try dispatch(to: unit, match, by: dispatcher)
        if item.halt == nil, random.chance(1.5) { isForgotten = true }
        return true
    }

    /// Some get a word by which they are found again.
    private mutating func tag(by actor: Actor) throws {
        var random = DemoRandom(seed: world.seed, stream: UInt64(item.index) &* 2 &+ 3_000_017)
        guard !pattern.isRestricted, random.chance(8), let tag = random.pick(world.organisation.tags) else { return }
        try take(.tag(tag.id), by: actor)
    }

    private mutating func dispatch(to unit: UnitID, _ match: CatalogueMatch?, by actor: Actor) throws {
        let entry = match?.unit == unit && state.phase == .registered ? match?.entry : nil
        let reason = entry == nil ? words(state.phase == .registered ? "dispatchReason" : "dispatchAgainReason") : nil
        try take(.dispatch(lead: unit, entry: entry?.id, entryVersion: entry?.version, reason: reason), by: actor)
    }

    private mutating func objectFirst(rightful unit: UnitID, _ dispatcher: Actor) throws -> Bool {
        let others = ["CG", "ZJ", "JT", "GA", "SC", "HB"].compactMap { try? world.unit($0) }.filter { $0 != unit }
        let wrong = random.pick(others, or: unit)
        try dispatch(to: wrong, nil, by: dispatcher)
        guard after(0.3, 3) else { return false }
        try take(.object(reason: words("objection")), by: try actor(.handler, .approver, of: wrong))
        if item.halt == .objected { return false }
        guard after(0.2, 2) else { return false }
        let isUpheld = random.chance(70)
        let ruling = words(isUpheld ? "rulingYes" : "rulingNo")
        try take(.ruleObjection(upheld: isUpheld, lead: isUpheld ? unit : nil, reason: ruling), by: dispatcher)
        if !isUpheld { scene.office = world.unitName(wrong) }
        return true
    }

    /// The unit answers for it from now on.
    mutating func accept() throws -> Bool {
        let unit = state.lead ?? state.receivedBy
        guard !isForgotten || state.phase == .registered, after(0.1, 3) else { return false }
        guard var member = world.member([.handler, .approver], of: unit, except: state.recused, &random) else {
            return false
        }
        if item.halt == nil, random.chance(0.5) {
            try take(.recuse(staff: member.id, reason: words("recuseReason")), by: try actor(.dispatcher, of: unit))
            guard let other = world.member([.approver], of: unit, except: state.recused, &random) else { return false }
            member = other
        }
        let actor = Actor.staff(member.id, unit: member.unit)
        if !state.isTriaged { try triage(by: actor) }
        guard state.route == nil else { return false }
        try take(.accept(handler: member.id), by: actor)
        return true
    }

    /// What kind of matter it is and where it lawfully leads.
    private mutating func triage(by actor: Actor) throws {
        let leadsElsewhere = item.halt == .routed || (item.halt == nil && random.chance(4))
        guard leadsElsewhere else {
            let sort: MatterSort = item.halt == nil && random.chance(6) ? .suggestion : .claim
            let reason = words(sort == .claim ? "triageReason" : "suggestionReason")
            let ordinary = CaseCommand.triage(
                sort: sort, route: .ordinary, tier: nil, reason: reason, told: RouteTold(), keptTo: [])
            return try take(ordinary, by: actor)
        }
        let index = random.number(0...2)
        let route = [LawfulRoute.litigation, .administrative, .arbitration][index]
        let told = RouteTold(
            organ: line("routeOrgan", index), words: words("routeWords"))
        let reason = line("routeReason", index)
        try take(
            .triage(sort: .claim, route: route, tier: nil, reason: reason, told: told, keptTo: []), by: actor)
        guard item.halt == nil else { return }
        for reporter in state.reporters where !reporter.withdrawn {
            guard after(0.1, 3) else { return }
            try take(.deliverNotice(.route, reporter: reporter.details.id, method: .post), by: actor)
        }
        guard random.chance(70), after(1, 8) else { return }
        try take(.close(reason: words("closeWithdrawn")), by: try self.actor(.supervisor, of: state.receivedBy))
    }

    private mutating func line(_ kind: String, _ index: Int) -> TextReference {
        let words = world.data.phrase(kind, index).map { text($0) } ?? ""
        return chronicle.text(words)
    }

    /// Some need more time: the handler asks, the head of the unit decides.
    mutating func extend() throws {
        guard state.runningClock("XF-HANDLE") != nil, random.chance(7), after(8, 30) else { return }
        guard let handler = state.handler else { return }
        let asker = Actor.staff(handler, unit: world.organisation.staff(handler)?.unit ?? state.responsible)
        let length = random.pick([10, 15, 30], or: 15)
        try take(.askExtension(rule: "XF-HANDLE", length: length, reason: words("extensionReason")), by: asker)
        guard random.chance(85), after(0.2, 3) else { return }
        let head = try actor(.approver, .supervisor, of: state.responsible)
        if random.chance(80) {
            try take(.extend(rule: "XF-HANDLE", length: length, reason: words("extensionRuling")), by: head)
        } else {
            try take(.refuseExtension(reason: words("extensionRefusal")), by: head)
        }
    }

    /// Others with the same matter join.
    mutating func gather() throws {
        guard item.isGroup else { return }
        for index in 0..<random.number(1...4) {
            guard after(0.1, 2, atWork: false) else { return }
            let surname = random.pick(world.data.county.surnames, or: "王")
            let contact = Contact(
                name: surname + (random.chance(50) ? "女士" : "先生"),
                phone: "1380000" + String("\(10_000 + random.number(0...9_999))".suffix(4)))
            let also = pattern.also[index % pattern.also.count]
            let reporter = ChronicleReporter(
                contact: contact, codeName: "demo:\(world.seed):\(item.index):\(index)")
            let channel = random.pick([Channel.web, .call, .visit], or: .web)
            let clerk = try actor(.receptionClerk, of: state.receivedBy)
            try chronicle.join(reporter, channel: channel, words: text(also), by: clerk, at: time)
        }
    }

    /// What happens between acceptance and reply; `false` when the present day comes first.
    mutating func work() throws -> Bool {
        guard let handler = state.handler else { return false }
        let actor = Actor.staff(handler, unit: world.organisation.staff(handler)?.unit ?? state.responsible)
        let reporter = state.reporters[0].details
        scene.visitedOn = world.zone.date(of: time).adding(days: random.number(1...4))
        if !reporter.anonymous, random.chance(70) {
            guard after(0.1, 1.5) else { return false }
            if random.chance(40) { try take(.reveal(reporter: reporter.id, reason: words("revealReason")), by: actor) }
            try take(.contact(method: .phone, result: words("contact")), by: actor)
        }
        if random.chance(45) {
            guard after(0.05, 2) else { return false }
            let note = random.chance(70) ? text(pattern.note) : phrase("note")
            try take(.note(chronicle.text(note, isIndexed: true)), by: actor)
        }
        try askForHelp(by: actor)
        if random.chance(16), state.phase == .inHand {
            guard after(0.3, 4, atWork: false) else { return false }
            let words = words("words", isIndexed: true)
            try take(.addWords(reporter: reporter.id, text: words), by: .reporter(reporter.id))
        }
        if random.chance(30) {
            guard after(0.5, 4) else { return false }
            try take(.message(words("message", isIndexed: true)), by: actor)
        }
        if random.chance(0.8) {
            try chronicle.reissue(
                reporter.id, codeName: "demo:\(world.seed):\(item.index):new", reason: phrase("reissueReason"),
                by: try self.actor(.receptionClerk, of: state.receivedBy), at: time)
        }
        return true
    }

    private mutating func askForHelp(by actor: Actor) throws {
        let match = try target().entry
        guard let helper = match?.entry.helpers.first, helper != state.responsible, !state.isHelping(helper),
            random.chance(45)
        else { return }
        guard after(0.1, 1.5) else { return }
        let due = world.zone.date(of: time).adding(days: 7)
        let calls: Set<UnitKind> = [.township, .street]
        let isCall = world.organisation.unit(state.responsible).map { calls.contains($0.kind) } ?? false
        let kind: HelperKind = isCall ? .callOut : .help
        try take(.askHelper(unit: helper, ask: words("helpAsk"), due: due, kind: kind), by: actor)
        guard random.chance(85), after(0.5, 6) else { return }
        let answer = words("helpAnswer")
        let helping = try self.actor(.handler, .approver, of: helper)
        try take(.answerHelp(unit: helper, text: answer), by: helping)
        guard random.chance(60), after(0.1, 2) else { return }
        let rating = random.pick([Attitude.good, .good, .fair], or: .good)
        try take(.rateHelper(unit: helper, side: .caller, rating: rating, text: words("callRating")), by: actor)
        try take(.rateHelper(unit: helper, side: .called, rating: .good, text: nil), by: helping)
    }

    /// The resident takes it back.
    mutating func withdraw() throws {
        guard after(0.5, 6, atWork: false) else { return }
        for reporter in state.reporters {
            let reason = words("withdrawReason")
            try take(.withdraw(reporter: reporter.details.id, reason: reason), by: .reporter(reporter.details.id))
        }
        guard item.halt == nil, random.chance(60), after(0.5, 4) else { return }
        try take(.close(reason: words("closeWithdrawn")), by: try actor(.supervisor, of: state.receivedBy))
    }
}
