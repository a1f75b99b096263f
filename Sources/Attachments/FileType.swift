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
    /// What it says as well of such content and of others, so that the ending must tell.
    let containers: Set<String>
    /// Endings of names; the first is given to a name without one.
    public let endings: [String]
    /// The type under which it is served.
    public let served: String

    private init(
        _ code: String, _ family: Family, _ found: Set<String>, _ endings: [String], as served: String,
        holds containers: Set<String> = []
    ) {
        self.containers = containers
        self.code = code
        self.family = family
        self.found = found
        self.endings = endings
        self.served = served
    }

    private static let office = "application/vnd.openxmlformats-officedocument"
    private static let open = "application/vnd.oasis.opendocument"

    /// What libmagic says of the containers of old office programs where the beginning does not tell which program
    /// it was; then the ending tells. They are only ever saved, never decoded.
    private static let containers: Set = [
        "application/x-ole-storage", "application/vnd.ms-office", "application/CDFV2", "application/CDFV2-unknown",
    ]

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
        FileType(
            "wps", .document, ["application/vnd.ms-works", "application/wps-office.wps", "application/msword"], ["wps"],
            as: "application/wps-office.wps", holds: containers),
        FileType(
            "ppt", .document, ["application/vnd.ms-powerpoint"], ["ppt", "pps"], as: "application/vnd.ms-powerpoint",
            holds: containers),
        FileType(
            "xls", .document, ["application/vnd.ms-excel"], ["xls"], as: "application/vnd.ms-excel", holds: containers),
        FileType("doc", .document, ["application/msword"], ["doc"], as: "application/msword", holds: containers),
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

    /// Whether it is the kind of picture that telephones keep for themselves. Nothing here decodes it, and as it was
    /// sent it holds the place, so it is refused with a sentence of its own.
    static func isUndecoded(content: String) -> Bool {
        content.hasPrefix("image/heic") || content.hasPrefix("image/heif")
    }

    /// For the `accept` of a file field.
    public static let accepted = all.flatMap(\.endings).map { ".\($0)" } + ["image/*", "audio/*"]

    /// The type of content, if it agrees with the name. Telephones name pictures and sounds wrongly within their own
    /// kind; then the content counts. Everything else must agree.
    static func agreed(content: String, ending: String?) -> FileType? {
        guard let ending else {
            let possible = all.filter { $0.found.contains(content) }
            return possible.first { $0.family != .document } ?? possible.last
        }
        let possible = all.filter { $0.found.contains(content) || $0.containers.contains(content) }
        if let exact = possible.first(where: { $0.endings.contains(ending) }) { return exact }
        let claimed =
            ["heic", "heif"].contains(ending) ? .picture : all.first { $0.endings.contains(ending) }?.family
        guard let claimed, claimed != .document else { return nil }
        return possible.first { $0.family == claimed }
    }
}
