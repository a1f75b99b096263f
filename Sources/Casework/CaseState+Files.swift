public import Attachments
public import Kernel
public import Organisation

extension CaseState {
    /// A file of the matter.
    public struct Attachment: Hashable, Sendable {
        /// What the event says of it.
        public var file: FileReference
        /// The resident whose it is; nothing for a file of staff.
        public var reporter: ReporterID?
        /// Whether residents may see a file of staff.
        public var isShown: Bool
        /// Who brought it in.
        public var by: Actor
        /// When.
        public var at: Instant
        /// When it was taken back.
        public var withdrawnAt: Instant?
        /// Whether its key is destroyed.
        public var isErased = false
        /// The matter with which it came, where a resident reads of it in the one that carries that.
        public var home: CaseID?

        /// Whether it is part of the matter.
        public var isThere: Bool { withdrawnAt == nil && !isErased }
    }

    mutating func add(_ attached: CaseEvent.Attached, by actor: Actor, at instant: Instant) {
        attachments += attached.files.map {
            Attachment(
                file: $0, reporter: attached.reporter, isShown: attached.shown ?? false, by: actor, at: instant)
        }
    }

    mutating func withdraw(_ withdrawn: CaseEvent.AttachmentWithdrawn, at instant: Instant) {
        guard let index = attachments.firstIndex(where: { $0.file.id == withdrawn.id }) else { return }
        attachments[index].withdrawnAt = instant
        attachments[index].isErased = withdrawn.reporter != nil
    }

    mutating func eraseAttachments(of reporter: ReporterID, at instant: Instant) {
        for index in attachments.indices where attachments[index].reporter == reporter {
            attachments[index].isErased = true
        }
    }

    /// The forms of a file that a member of staff who may see the matter may have. The original of a picture can say
    /// where and with what it was taken: it is for the unit that handles the matter, and where the resident keeps contact
    /// data from that unit, for the one that took the matter in.
    public func forms(of attachment: Attachment, for viewer: Viewer) -> Set<FileForm> {
        guard attachment.isThere else { return [] }
        guard FileType(code: attachment.file.type)?.family == .picture else { return [.original] }
        let keepsSecret = reporters.contains { $0.details.id == attachment.reporter && $0.details.keepSecret }
        let handling: Set<UnitID> = keepsSecret ? [receivedBy] : [responsible, actingUnit]
        return handling.contains(viewer.staff.unit) ? Set(FileForm.allCases) : [.copy, .thumbnail]
    }

    /// The forms of a file that a resident of the matter may have: everything of the own ones, copies of what staff show.
    public func forms(of attachment: Attachment, for reporter: ReporterID) -> Set<FileForm> {
        guard attachment.isThere else { return [] }
        if attachment.reporter == reporter { return Set(FileForm.allCases) }
        // What staff show to who wrote first was not approved for everybody who joins in public.
        let isNeighbour = reporters.contains { $0.details.id == reporter && $0.details.neighbour == true }
        guard attachment.reporter == nil, attachment.isShown, !isNeighbour else { return [] }
        return FileType(code: attachment.file.type)?.family == .picture ? [.copy, .thumbnail] : [.original]
    }
}
