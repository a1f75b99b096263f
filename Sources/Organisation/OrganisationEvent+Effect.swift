internal import Kernel

extension OrganisationRecords {
    /// The state after an event; the same for a change now and for a replay.
    mutating func evolve(_ event: OrganisationEvent) {
        switch event {
        case .unitAdded(let unit), .unitChanged(let unit): units[unit.id] = unit
        case .unitMerged(let id, let into, let lastDay):
            units[id]?.successor = into
            units[id]?.validTo = lastDay
        case .staffAdded(let member): staff[member.id] = member
        case .staffMoved(let id, let unit): staff[id]?.unit = unit
        case .grantsSet(let id, let grants): staff[id]?.grants = grants
        case .passwordSet(let id, let mustChange): staff[id]?.mustChangePassword = mustChange
        case .staffDeactivated(let id):
            staff[id]?.isActive = false
            staff[id]?.hasSecondFactor = false
            staff[id]?.openID = nil
        case .staffReactivated(let id): staff[id]?.isActive = true
        case .secondFactorSet(let id): staff[id]?.hasSecondFactor = true
        case .secondFactorRemoved(let id): staff[id]?.hasSecondFactor = false
        case .openIDLinked(let id, let identity): staff[id]?.openID = identity
        case .openIDUnlinked(let id): staff[id]?.openID = nil
        case .staffRenamed(let id, let name): staff[id]?.displayName = name
        case .leaveSet(let id, let leave): staff[id]?.leave = leave
        case .sessionsEnded, .lookBegun, .lookEnded: break
        case .planMade(let plan): plans[plan.id] = plan
        case .planApproved(let id): plans[id]?.needsConsent = false
        case .planEnded(let id, _, _): plans[id] = nil
        case .areasImported(let list):
            areas = Dictionary(list.map { ($0.code, $0) }, uniquingKeysWith: { _, last in last })
        case .areaAdded(let area), .areaChanged(let area): areas[area.code] = area
        case .categoriesImported(let list):
            categories = Dictionary(list.map { ($0.code, $0) }, uniquingKeysWith: { _, last in last })
            categoryPlan = nil
        case .catalogueImported(let effectiveFrom, let entries):
            let last = effectiveFrom.adding(days: -1)
            for index in catalogue.indices where catalogue[index].effectiveTo.map({ $0 > last }) ?? true {
                catalogue[index].effectiveTo = last
            }
            catalogue += entries
        case .categoriesPlanned(let day, let list): categoryPlan = CategoryPlan(from: day, categories: list)
        case .categoriesPlanWithdrawn: categoryPlan = nil
        case .catalogueChanged(let step):
            let ended = Set(step.ended)
            for index in catalogue.indices where ended.contains(catalogue[index].key) {
                catalogue[index].effectiveTo = step.effectiveFrom.adding(days: -1)
            }
            catalogue += step.entries
        case .catalogueWithdrawn(let version, let goesOn):
            let goesOn = Set(goesOn)
            for index in catalogue.indices {
                if catalogue[index].version == version {
                    catalogue[index].effectiveTo = catalogue[index].effectiveFrom.adding(days: -1)
                } else if goesOn.contains(catalogue[index].key) {
                    catalogue[index].effectiveTo = nil
                }
            }
        case .catalogueSet(let entries): catalogue = entries
        case .ruleConfirmed, .proposalDeclined, .outlinesLoaded, .readyTextsLoaded, .placesLoaded: break
        case .rulePackLoaded(let reference, let hash): rulePacks[reference] = StoredPackFacts(hash: hash)
        case .rulePackEnded(let reference, let lastDay): rulePacks[reference]?.lastDay = lastDay
        case .calendarLoaded(let number, let version, let hash):
            calendars[number] = StoredCalendarFacts(version: version, hash: hash)
        case .tagAdded(let tag), .tagChanged(let tag): tags[tag.id] = tag
        case .readyTextChanged: break
        }
    }
}
