public import Kernel

extension Organisation {
    /// Reads a whole catalogue and compares it with the one that holds on a day.
    ///
    /// - Parameters:
    ///   - csv: the columns 编号, 类别, 区域, 责任单位, 协办单位, 依据.
    ///   - from: the first day of the change.
    /// - Throws: `ImportProblems` with every line that is wrong.
    public func catalogueDifference(csv: String, from: LocalDate) throws -> CatalogueDifference {
        let (lines, numbers) = try CatalogueFile.lines(csv)
        return try CatalogueComparison(self, from: from).whole(lines, numbers)
    }

    /// Compares one line with the catalogue; everything else goes on as it is.
    public func catalogueDifference(line: CatalogueLine, from: LocalDate) throws -> CatalogueDifference {
        try CatalogueComparison(self, from: from).one(line)
    }

    /// Ends one entry.
    public func catalogueDifference(ending id: String, from: LocalDate) throws -> CatalogueDifference {
        try CatalogueComparison(self, from: from).ending(id)
    }

    /// Changes that have not begun: number and first day.
    public func catalogueChangesToCome(after day: LocalDate) -> [(version: Int, from: LocalDate)] {
        let coming = records.catalogue.filter { entry in
            entry.effectiveFrom > day && (entry.effectiveTo.map { $0 >= entry.effectiveFrom } ?? true)
        }
        let byVersion = Dictionary(grouping: coming, by: \.version)
        return byVersion.compactMap { version, entries in entries.first.map { (version, $0.effectiveFrom) } }
            .sorted { $0.version < $1.version }
    }
}

extension OrganisationStore {
    /// Records a change of the catalogue.
    ///
    /// - Parameters:
    ///   - make: compares with the organisation as it stands in the transaction, so that nothing older counts.
    ///   - today: nothing may begin earlier.
    ///   - reason: why, in the person's words.
    ///   - submission: sent twice it is recorded once.
    /// - Returns: the number of the change.
    @discardableResult
    public func changeCatalogue(
        today: LocalDate, reason: String, submission: String, by actor: Actor,
        _ make: @escaping @Sendable (Organisation) throws -> CatalogueDifference
    ) async throws -> Int {
        let reason = try ChangeReason.checked(reason)
        let result = try await changeOnce(submission, by: actor) { change in
            try change.require(.manageOrganisation, on: nil)
            let difference = try make(Organisation(change.records))
            guard difference.from >= today else { throw PlainError(.invalid, "rulebook.past", field: "from") }
            guard !difference.isEmpty else { throw PlainError(.invalid, "rulebook.same") }
            try change.refuseCrossing(difference)
            let version = (change.records.catalogue.map(\.version).max() ?? 0) + 1
            try change.record(.catalogueChanged(difference.step(version: version)), reason: reason)
            return "\(version)"
        }
        return Int(result) ?? 0
    }

    /// Takes back a change of the catalogue that has not begun.
    public func withdrawCatalogue(
        version: Int, today: LocalDate, reason: String, submission: String, by actor: Actor
    ) async throws {
        let reason = try ChangeReason.checked(reason)
        _ = try await changeOnce(submission, by: actor) { change in
            try change.require(.manageOrganisation, on: nil)
            let coming = Organisation(change.records).catalogueChangesToCome(after: today)
            guard coming.contains(where: { $0.version == version }),
                let step = try change.catalogueStep(version)
            else { throw PlainError(.conflict, "rulebook.begun") }
            try change.record(.catalogueWithdrawn(version: version, goesOn: step.ended), reason: reason)
            return "done"
        }
    }
}

extension OrganisationChange {
    /// An entry that waits for its own change, or ends already, is not changed a second time before that.
    fileprivate func refuseCrossing(_ difference: CatalogueDifference) throws {
        let touched = Set(difference.changed.map(\.before.key) + difference.ended.map(\.key))
        let ids = Set(difference.added.map(\.id) + difference.changed.map(\.after.id))
        let crossing = records.catalogue.first { entry in
            (touched.contains(entry.key) && entry.effectiveTo != nil)
                || (ids.contains(entry.id) && entry.effectiveFrom > difference.from
                    && (entry.effectiveTo.map { $0 >= entry.effectiveFrom } ?? true))
        }
        guard let crossing else { return }
        let day = crossing.effectiveTo?.adding(days: 1) ?? crossing.effectiveFrom
        throw PlainError(.conflict, "rulebook.waiting", values: ["id": crossing.id, "date": "\(day)"])
    }
}

extension OrganisationStore {
    /// Records that a person keeps the catalogue although rulings send matters elsewhere.
    public func declineProposal(
        category: String, area: String?, to: UnitID, reason: String, submission: String, by actor: Actor
    ) async throws {
        let reason = try ChangeReason.checked(reason)
        _ = try await changeOnce(submission, by: actor) { change in
            try change.require(.manageOrganisation, on: nil)
            try change.record(.proposalDeclined(category: category, area: area, to: to), reason: reason)
            return "done"
        }
    }
}
