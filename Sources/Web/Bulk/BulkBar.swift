internal import Bulk
internal import Casework
internal import Kernel
internal import Organisation

/// What can be done with many lines of a list at once.
struct BulkBar {
    let words: MatterWords
    let viewer: Viewer

    /// The acts that the person's roles have, as the buttons name them.
    var acts: [RunPlan.Kind] {
        let offered: [(kind: RunPlan.Kind, isOffered: Bool)] = [
            (.dispatch, viewer.may(.dispatch, on: nil)), (.assign, viewer.may(.accept, on: nil)),
            (.tag, viewer.may(.addNote, on: nil) && !viewer.organisation.tags(for: viewer.staff.unit).isEmpty),
            (.untag, viewer.may(.addNote, on: nil) && !viewer.organisation.tags.isEmpty),
            (.link, viewer.may(.linkMatters, on: nil)), (.export, true),
        ]
        return offered.filter(\.isOffered).map(\.kind)
    }

    /// - Parameter count: how many the whole list holds, where that is known.
    func fields(_ place: ListPlace, _ count: Int?) -> Fields {
        let number = count.map { DeskQueues.count($0, words.words) }
        return [
            "allLabel": .text(
                number.map { words.text("bulk.scopeAllCount", ["n": $0]) } ?? words.text("bulk.scopeAllLabel")),
            "acts": .list(
                acts.map {
                    ["value": .text($0.rawValue), "label": .text(words.text("bulk.act.\($0.rawValue)"))]
                }),
            "tagsURL": .text(viewer.may(.manageTags, on: nil) ? "/desk/tags" : ""),
        ]
    }
}
