/// A kind of file that a matter can have. What is not in the list is refused with a sentence that says what can be sent.
public struct FileType: Hashable, Sendable {
    /// What it is for people; decides how a page shows it.
    public enum Family: String, Sendable, Hashable {
        /// Shown; others see a copy without hidden data.
        case picture
        /// Played.
        case sound
        /// Downloaded.
        case document
    }

    /// The stable name in events: `jpeg`.
    public let code: String
    /// How it is shown.
    public let family: Family
    /// What libmagic says of such content.
    let found: Set<String>
    /// Endings of names; the first is given to a name without one.
    public let endings: [String]
    /// The type under which it is served.
    public let served: String

    private init(_ code: String, _ family: Family, _ found: Set<String>, _ endings: [String], as served: String) {
        self.code = code
        self.family = family
        self.found = found
        self.endings = endings
        self.served = served
    }

    private static let office = "application/vnd.openxmlformats-officedocument"
    private static let open = "application/vnd.oasis.opendocument"

    /// Everything that can be sent.
    public static let all: [FileType] = [
        FileType("jpeg", .picture, ["image/jpeg"], ["jpg", "jpeg"], as: "image/jpeg"),
        FileType("png", .picture, ["image/png"], ["png"], as: "image/png"),
        FileType("webp", .picture, ["image/webp"], ["webp"], as: "image/webp"),
        FileType("gif", .picture, ["image/gif"], ["gif"], as: "image/gif"),
        FileType("pdf", .document, ["application/pdf"], ["pdf"], as: "application/pdf"),
        FileType("mp3", .sound, ["audio/mpeg"], ["mp3"], as: "audio/mpeg"),
        // What holds sound alone looks like a film to libmagic where the container is one of films.
        FileType("m4a", .sound, ["audio/x-m4a", "audio/mp4", "video/mp4"], ["m4a", "mp4", "aac"], as: "audio/mp4"),
        FileType("ogg", .sound, ["audio/ogg", "application/ogg"], ["ogg", "oga", "opus"], as: "audio/ogg"),
        FileType("webm", .sound, ["audio/webm", "video/webm"], ["webm"], as: "audio/webm"),
        FileType("wav", .sound, ["audio/x-wav", "audio/wav"], ["wav"], as: "audio/wav"),
        FileType(
            "docx", .document, ["\(office).wordprocessingml.document"], ["docx"],
            as: "\(office).wordprocessingml.document"),
        FileType("xlsx", .document, ["\(office).spreadsheetml.sheet"], ["xlsx"], as: "\(office).spreadsheetml.sheet"),
        FileType("odt", .document, ["\(open).text"], ["odt"], as: "\(open).text"),
        FileType("ods", .document, ["\(open).spreadsheet"], ["ods"], as: "\(open).spreadsheet"),
        FileType("csv", .document, ["text/csv", "application/csv", "text/plain"], ["csv"], as: "text/csv"),
        FileType("txt", .document, ["text/plain"], ["txt"], as: "text/plain"),
    ]

    /// The type with a name; `nil` for one that an older version knew.
    public init?(code: String) {
        guard let found = Self.all.first(where: { $0.code == code }) else { return nil }
        self = found
    }

    /// For the `accept` of a file field.
    public static let accepted = all.flatMap(\.endings).map { ".\($0)" } + ["image/*", "audio/*"]

    /// The type of content, if it agrees with the name. Telephones name pictures and sounds wrongly within their own
    /// kind; then the content counts. Everything else must agree.
    static func agreed(content: String, ending: String?) -> FileType? {
        let possible = all.filter { $0.found.contains(content) }
        guard let ending else { return possible.first { $0.family != .document } ?? possible.last }
        if let exact = possible.first(where: { $0.endings.contains(ending) }) { return exact }
        guard let claimed = all.first(where: { $0.endings.contains(ending) }), claimed.family != .document else {
            return nil
        }
        return possible.first { $0.family == claimed.family }
    }
}
