internal import Kernel
internal import Organisation

/// The category tree as blocks of a page.
struct CategoryModel {
    let words: Words
    let organisation: Organisation

    private var isEnglish: Bool { words.language.isEnglish }
    private func name(_ category: Category) -> String { category.name.text(isEnglish: isEnglish) }
    private func path(_ code: String) -> String { organisation.pathName(ofCategory: code, isEnglish: isEnglish) }

    /// A block for each category of the first level, and one for what is retired.
    func tree() -> [RulebookBlock] {
        let top = organisation.categories(in: nil)
        let used = organisation.categories.count { !$0.isRetired }
        let columns = ["rulebook.categoryName", "rulebook.code"].map { (label: words.text($0), isNumber: false) }
        var blocks = [
            RulebookBlock(
                id: "tree", heading: words.text("rulebook.tree"),
                sentences: [
                    words.text("rulebook.treeSum", ["n": words.number(used), "top": words.number(top.count)])
                ])
        ]
        for first in top {
            let below = organisation.categories.filter { node in
                !node.isRetired && (node.code == first.code || node.code.hasPrefix(first.code + "."))
            }
            var block = RulebookBlock(
                id: "tree-\(first.code)",
                heading: words.text(
                    "rulebook.treeTop", ["name": name(first), "n": words.number(below.count)]), columns: columns,
                isFolded: true)
            block.rows = below.map { node in
                let depth = node.code.split(separator: ".").count - 1
                return [
                    .init(
                        text: String(repeating: "　", count: depth) + name(node),
                        url: "/admin/categories/line?code=\(node.code)"), .init(text: node.code),
                ]
            }
            blocks.append(block)
        }
        let retired = organisation.categories.filter(\.isRetired)
        if !retired.isEmpty {
            var block = RulebookBlock(
                id: "retired", heading: words.text("rulebook.retired", ["n": words.number(retired.count)]),
                hint: words.text("rulebook.retiredHint"),
                columns: columns + [(words.text("rulebook.successor"), false)], isFolded: true)
            block.rows = retired.prefix(500).map { node in
                let successor = organisation.successor(ofCategory: node.code)
                return [
                    .init(text: path(node.code)), .init(text: node.code),
                    .init(text: successor.map { path($0.code) } ?? "–"),
                ]
            }
            blocks.append(block)
        }
        return blocks
    }

    func difference(_ difference: CategoryDifference) -> RulebookBlock {
        var block = RulebookBlock(
            id: "difference", heading: words.text("rulebook.difference"),
            sentences: [
                words.text(
                    "rulebook.treeDifference",
                    [
                        "added": words.number(difference.added.count),
                        "renamed": words.number(difference.renamed.count),
                        "retired": words.number(difference.retired.count), "back": words.number(difference.back.count),
                        "same": words.number(difference.unchanged),
                    ])
            ])
        let tree = Dictionary(difference.tree.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        func path(_ code: String) -> String {
            var names: [String] = []
            var next = tree[code]
            while let node = next, names.count < 5 {
                names.insert(name(node), at: 0)
                next = node.parent.flatMap { tree[$0] }
            }
            return names.joined(separator: " / ")
        }
        block.changes += difference.renamed.map {
            .init(kind: .changed, what: $0.after.code, before: both($0.before), after: both($0.after))
        }
        block.changes += difference.added.map { .init(kind: .added, what: $0.code, after: path($0.code)) }
        block.changes += difference.back.map { .init(kind: .back, what: $0.code, after: path($0.code)) }
        block.changes += difference.retired.map { node in
            let successor = node.successor.map { words.text("rulebook.successorIs", ["name": path($0)]) } ?? ""
            return .init(kind: .ended, what: node.code, before: path(node.code) + successor)
        }
        if block.changes.count > 500 {
            block.changes.removeLast(block.changes.count - 500)
            block.sentences.append(words.text("rulebook.changesMore"))
        }
        if difference.isEmpty { block.sentences = [words.text("rulebook.noDifference")] }
        return block
    }

    private func both(_ category: Category) -> String {
        category.name.en.map { "\(category.name.zh) / \($0)" } ?? category.name.zh
    }

    /// How many entries of the duty catalogue name a category that nobody could choose any more.
    func catalogueEntries(of difference: CategoryDifference, on day: LocalDate) -> Int {
        let gone = Set(difference.retired.map(\.code))
        return organisation.catalogueEntries(on: day).count { gone.contains($0.category) }
    }

    /// Categories in use outside of one.
    func options(besides code: String) -> [RulebookForm.Option] {
        organisation.categories.filter { node in
            !node.isRetired && node.code != code && !node.code.hasPrefix(code + ".")
        }.map { .init(value: $0.code, label: "\($0.code) \(path($0.code))") }
    }

    /// Categories that can have others below them.
    var parents: [RulebookForm.Option] {
        organisation.categories.filter { node in
            !node.isRetired && node.code.split(separator: ".").count < 3
        }.map { .init(value: $0.code, label: "\($0.code) \(path($0.code))") }
    }
}

extension Organisation {
    /// The tree as the file that can be imported again.
    var categoryFile: String {
        let used = categories.filter { !$0.isRetired }
        let parents = Set(used.compactMap(\.parent))
        let rows = used.filter { !parents.contains($0.code) }.map { node -> [String] in
            let path = self.path(ofCategory: node.code)
            let zh = (0..<3).map { $0 < path.count ? path[$0].name.zh : "" }
            let en = (0..<3).map { $0 < path.count ? path[$0].name.en ?? "" : "" }
            return zh + en
        }
        return "\u{FEFF}"
            + CSVText.lines([["一级", "二级", "三级", "level1", "level2", "level3"]] + rows)
    }
}
