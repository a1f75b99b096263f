extension Organisation {
    /// What a waiting tree changes.
    public func plannedDifference(_ plan: CategoryPlan) -> CategoryDifference {
        CategoryDifference(from: records.categories, to: plan.categories)
    }
}
