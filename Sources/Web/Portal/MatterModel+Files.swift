internal import Attachments
internal import Casework
internal import Kernel
internal import Ledger

/// Files on the page of a resident: the own ones, and those of the office that residents may see.
extension MatterModel {
    /// The list, and the fields of the form for more.
    func files(_ kept: [AttachmentID: KeptFile]) -> Fields {
        let list = FileList(words: words, kept: kept, base: "/matter/attachment")
        let rows = state.attachments.compactMap { attachment -> Fields? in
            let isOwn = attachment.reporter == id
            return list.fields(
                attachment, forms: state.forms(of: attachment, for: id),
                who: words.text(isOwn ? "file.yours" : "file.office"),
                when: words.dateTime(attachment.at), canWithdraw: isOwn
            )?.merging(["withdrawURL": "/matter/attachment/remove", "csrf": .text(request.csrf)])
        }
        var fields = input.files.fields(request, errors: input.errors)
        fields["hasFiles"] = .flag(!rows.isEmpty)
        fields["files"] = .list(rows)
        fields["addOpen"] = .flag(
            !input.files.kept.isEmpty || input.errors.contains { ["words", "files"].contains($0.field) })
        return fields
    }
}
