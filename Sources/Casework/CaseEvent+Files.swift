public import Attachments
public import Kernel
public import Ledger

extension CaseEvent {
    /// Files that came together. What they are called and what is in them stands elsewhere, under keys that can be
    /// destroyed.
    public struct Attached: Codable, Hashable, Sendable {
        /// The files.
        public var files: [FileReference]
        /// The resident whose they are; nothing for files of staff.
        public var reporter: ReporterID?
        /// Whether residents may see a file of staff.
        public var shown: Bool?

        /// Files that came together.
        public init(files: [FileReference], reporter: ReporterID? = nil, shown: Bool? = nil) {
            self.files = files
            self.reporter = reporter
            self.shown = shown
        }
    }

    /// A file that is no longer part of the matter. A resident's own file is destroyed; a file of staff is only hidden,
    /// so that nobody in an office can make evidence disappear.
    public struct AttachmentWithdrawn: Codable, Hashable, Sendable {
        /// The file.
        public var id: AttachmentID
        /// The resident who took it back; nothing for staff.
        public var reporter: ReporterID?
        /// Why.
        public var reason: TextReference?

        /// A file taken back.
        public init(id: AttachmentID, reporter: ReporterID? = nil, reason: TextReference? = nil) {
            self.id = id
            self.reporter = reporter
            self.reason = reason
        }
    }
}
