internal import Foundation
internal import Kernel
internal import Storage

extension OrganisationTables {
    static func replace(_ categories: [Category], in tx: any Transaction) throws {
        try tx.execute("DELETE FROM categories")
        try tx.executeAll(
            categories.map { node in
                (
                    """
                    INSERT INTO categories (code, name_zh, name_en, parent, is_retired, successor)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [node.code, node.name.zh, node.name.en, node.parent, node.isRetired, node.successor]
                        as [any SQLConvertible]
                )
            })
    }

    /// The tree that waits for its day; there is one at most.
    static func categoryPlan(in tx: any ReadTransaction) throws -> CategoryPlan? {
        try tx.first("SELECT effective_from, body FROM category_plans WHERE id = 1").map { row in
            let categories = try JSONDecoder().decode([Category].self, from: Data(try row.text(1).utf8))
            return CategoryPlan(from: try row.date(0), categories: categories)
        }
    }

    static func put(plan: CategoryPlan?, in tx: any Transaction) throws {
        guard let plan else {
            try tx.execute("DELETE FROM category_plans WHERE id = 1")
            return
        }
        let body = try OrganisationEvent.json(plan.categories)
        try tx.execute(
            """
            INSERT INTO category_plans (id, effective_from, body) VALUES (1, $1, $2)
            ON CONFLICT (id) DO UPDATE SET effective_from = excluded.effective_from, body = excluded.body
            """, [plan.from, body])
    }

    /// Writes entries as they are now, whether they are there or not.
    static func put(_ entries: [CatalogueEntry], in tx: any Transaction) throws {
        try tx.executeAll(
            entries.map { entry in
                (
                    """
                    INSERT INTO catalogue_entries
                      (version, id, category, area, unit_id, helpers, basis, effective_from, effective_to)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    ON CONFLICT (version, id) DO UPDATE SET effective_to = excluded.effective_to
                    """,
                    [
                        entry.version, entry.id, entry.category, entry.area, entry.unit,
                        entry.helpers.map(\.description).joined(separator: " "), entry.basis, entry.effectiveFrom,
                        entry.effectiveTo,
                    ] as [any SQLConvertible]
                )
            })
    }
}
