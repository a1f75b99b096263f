internal import Foundation
public import Kernel

/// A change of the duty catalogue that somebody is making.
public enum CatalogueDraft: Sendable, Hashable, Codable {
    /// A file of the whole catalogue.
    case whole(csv: String)
    /// One line, new or in place of the one with its number.
    case line(CatalogueLine)
    /// One line ends.
    case ending(id: String)
}

/// A change of the category tree that somebody is making.
public enum CategoryDraft: Sendable, Hashable, Codable {
    /// A file of the whole tree.
    case whole(csv: String)
    /// One change by hand.
    case edit(CategoryEdit)
}

extension Organisation {
    /// What a draft would change from a day on.
    public func difference(_ draft: CatalogueDraft, from: LocalDate) throws -> CatalogueDifference {
        switch draft {
        case .whole(let csv): try catalogueDifference(csv: csv, from: from)
        case .line(let line): try catalogueDifference(line: line, from: from)
        case .ending(let id): try catalogueDifference(ending: id, from: from)
        }
    }

    /// What a draft would change.
    public func difference(_ draft: CategoryDraft) throws -> CategoryDifference {
        switch draft {
        case .whole(let csv): try categoryDifference(csv: csv)
        case .edit(let edit): try categoryDifference(edit)
        }
    }
}

/// Drafts as texts, for keeping.
public enum DraftText {
    /// The text of a draft.
    public static func text(_ draft: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(draft), as: UTF8.self)
    }

    /// The draft of a text.
    public static func draft<Draft: Decodable>(_ text: String, as type: Draft.Type = Draft.self) throws -> Draft {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
