public import Kernel

/// One change of the category tree by hand.
public enum CategoryEdit: Sendable, Hashable, Codable {
    /// A new category below another one (`nil`: on the first level).
    case add(parent: String?, name: LocalizedName)
    /// Another name for the same thing; its code stays.
    case rename(code: String, name: LocalizedName)
    /// No new matter can take it, nor anything below it; old matters keep it. The successor is shown beside it.
    case retire(code: String, successor: String?)
}

/// What a changed tree has otherwise than the present one.
public struct CategoryDifference: Sendable, Hashable {
    /// A category before and after.
    public struct Renaming: Sendable, Hashable {
        /// As it is.
        public let before: Category
        /// As it would be.
        public let after: Category
    }

    /// The whole tree as it would be.
    public let tree: [Category]
    /// New ones.
    public let added: [Category]
    /// Those with another name.
    public let renamed: [Renaming]
    /// Those that no new matter can take any more.
    public let retired: [Category]
    /// Retired ones that come back.
    public let back: [Category]
    /// How many in use stay as they are.
    public let unchanged: Int

    /// Whether nothing would change.
    public var isEmpty: Bool { added.isEmpty && renamed.isEmpty && retired.isEmpty && back.isEmpty }

    init(from present: [String: Category], to tree: [Category]) {
        self.tree = tree
        added = tree.filter { present[$0.code] == nil }
        renamed = tree.compactMap { node in
            present[node.code].flatMap { $0.name == node.name ? nil : Renaming(before: $0, after: node) }
        }
        retired = tree.filter { $0.isRetired && present[$0.code]?.isRetired == false }
        back = tree.filter { !$0.isRetired && present[$0.code]?.isRetired == true }
        unchanged = tree.count { !$0.isRetired && present[$0.code] == $0 }
    }
}

extension Organisation {
    /// What a file of the whole tree would change; the columns are those of `importCategories`.
    ///
    /// - Throws: `ImportProblems`.
    public func categoryDifference(csv: String) throws -> CategoryDifference {
        var tree = CategoryTree(records.categories)
        for path in try CategoryFile.paths(csv) { tree.insert(path) }
        return CategoryDifference(from: records.categories, to: tree.all)
    }

    /// What a change by hand would change.
    ///
    /// - Throws: `PlainError`.
    public func categoryDifference(_ edit: CategoryEdit) throws(PlainError) -> CategoryDifference {
        var nodes = records.categories
        switch edit {
        case .add(let parent, let name):
            try check(name, in: parent, besides: nil)
            if let parent {
                guard let above = nodes[parent], !above.isRetired, path(ofCategory: parent).count < 3 else {
                    throw PlainError(.invalid, "rulebook.categoryParent", field: "parent")
                }
            }
            var tree = CategoryTree(nodes)
            for path in usedPaths { tree.insert(path) }
            tree.insert((parent.map { path(ofCategory: $0).map(\.name) } ?? []) + [name])
            return CategoryDifference(from: nodes, to: tree.all)
        case .rename(let code, let name):
            guard let node = nodes[code] else { throw Self.unknown }
            try check(name, in: node.parent, besides: code)
            nodes[code]?.name = name
        case .retire(let code, let successor):
            guard let node = nodes[code], !node.isRetired else { throw Self.unknown }
            let gone = nodes.values.filter { node in
                !node.isRetired && path(ofCategory: node.code).contains { $0.code == code }
            }.map(\.code)
            if let successor {
                guard nodes[successor]?.isRetired == false, !gone.contains(successor) else {
                    throw PlainError(.invalid, "rulebook.categorySuccessor", field: "successor")
                }
            }
            for code in gone {
                nodes[code]?.isRetired = true
                nodes[code]?.successor = successor
            }
        }
        return CategoryDifference(from: records.categories, to: nodes.values.sorted { $0.code < $1.code })
    }

    private static var unknown: PlainError { PlainError(.notFound, "rulebook.noCategory", field: "code") }

    /// The names on the way to each category in use, so that the tree keeps them.
    private var usedPaths: [[LocalizedName]] {
        categories.filter { !$0.isRetired }.map { path(ofCategory: $0.code).map(\.name) }
    }

    private func check(_ name: LocalizedName, in parent: String?, besides code: String?) throws(PlainError) {
        guard !name.zh.isEmpty else { throw PlainError(.invalid, "rulebook.categoryName", field: "zh") }
        guard name.zh.count <= 60, (name.en ?? "").count <= 120, !name.zh.contains("/") else {
            throw PlainError(.invalid, "rulebook.categoryName", field: "zh")
        }
        if PersonLabel.found(in: "\(name.zh) \(name.en ?? "")") != nil {
            throw PlainError(.invalid, "rulebook.categoryPerson", field: "zh")
        }
        let isTaken = categories.contains { $0.parent == parent && $0.name.zh == name.zh && $0.code != code }
        if isTaken { throw PlainError(.invalid, "rulebook.categoryTwice", field: "zh") }
    }

    /// The tree that waits for its day.
    public var categoryPlan: CategoryPlan? { records.categoryPlan }

    /// What stands in the place of a retired category, following successors that were retired in turn.
    public func successor(ofCategory code: String) -> Category? {
        var next = category(code)?.successor.flatMap(category)
        var steps = 0
        while let current = next, current.isRetired, steps < 20 {
            next = current.successor.flatMap(category)
            steps += 1
        }
        return next?.isRetired == false ? next : nil
    }
}

extension OrganisationStore {
    /// Changes the tree today, or plans the change for a later day.
    ///
    /// - Parameter make: compares with the organisation as it stands in the transaction.
    public func changeCategories(
        from: LocalDate, today: LocalDate, reason: String, submission: String, by actor: Actor,
        _ make: @escaping @Sendable (Organisation) throws -> CategoryDifference
    ) async throws {
        let reason = try ChangeReason.checked(reason)
        guard from >= today else { throw PlainError(.invalid, "rulebook.past", field: "from") }
        _ = try await changeOnce(submission, by: actor) { change in
            try change.require(.manageOrganisation, on: nil)
            if let plan = change.records.categoryPlan {
                throw PlainError(.conflict, "rulebook.planWaits", values: ["date": "\(plan.from)"])
            }
            let difference = try make(Organisation(change.records))
            guard !difference.isEmpty else { throw PlainError(.invalid, "rulebook.same") }
            let event: OrganisationEvent =
                from == today
                ? .categoriesImported(difference.tree) : .categoriesPlanned(from: from, difference.tree)
            try change.record(event, reason: reason)
            return "done"
        }
    }

    /// Takes back the tree that waits for its day.
    public func withdrawCategoryPlan(reason: String, submission: String, by actor: Actor) async throws {
        let reason = try ChangeReason.checked(reason)
        _ = try await changeOnce(submission, by: actor) { change in
            try change.require(.manageOrganisation, on: nil)
            guard change.records.categoryPlan != nil else { throw PlainError(.conflict, "rulebook.begun") }
            try change.record(.categoriesPlanWithdrawn, reason: reason)
            return "done"
        }
    }

    /// Puts a planned tree in force when its day has come; for jobs of the system.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func beginPlans(today: LocalDate) async throws -> Bool {
        guard let plan = try await current().categoryPlan, plan.from <= today else { return false }
        return try await change(by: .system("calendar")) { change in
            guard let plan = change.records.categoryPlan, plan.from <= today else { return false }
            try change.record(.categoriesImported(plan.categories))
            return true
        }
    }
}
