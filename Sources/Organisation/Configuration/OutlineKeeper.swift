internal import Kernel
public import Storage

/// Keeps the outlines of divisions for the map. They stand outside the organisation; the text of the whole configuration
/// takes them along.
public protocol OutlineKeeper: Sendable {
    /// All outlines by the code of their division.
    func outlines(in tx: any ReadTransaction) throws -> [String: String]
    /// Puts outlines in the place of all that are there.
    func replace(with outlines: [String: String], in tx: any Transaction) throws
    /// An outline as it is kept; nothing where it is none.
    func plain(_ outline: String) -> String?
}

/// The outlines of a store, for comparing a text with them.
struct OutlineConfiguration: Sendable {
    let keeper: any OutlineKeeper
    let present: [String: String]

    init(_ keeper: any OutlineKeeper, _ present: [String: String]) {
        self.keeper = keeper
        self.present = present
    }
}

extension ConfigurationReader {
    /// Tags with identifiers that stand for nothing yet.
    mutating func tags() -> [Tag] {
        let file = "tags.tsv"
        var seen: Set<Tag> = []
        var out: [Tag] = []
        for (line, cells) in rows(file, ConfigurationColumns.tags) {
            guard let unit = self.unit(cells["unit"], file, line) else {
                if (cells["unit"] ?? "").isEmpty { refuse(file, line, "the unit is missing") }
                continue
            }
            do throws(PlainError) {
                let name = try TagName.checked(self.name(cells))
                let same = Tag(id: TagID(rawValue: 0), unit: unit, name: LocalizedName(zh: name.zh))
                guard seen.insert(same).inserted else {
                    refuse(file, line, "the tag \(name.zh) is there twice")
                    continue
                }
                out.append(
                    Tag(id: TagID(rawValue: 0), unit: unit, name: name, isRetired: cells["retired"] == "yes"))
            } catch {
                let reasons = [
                    "tag.nameMissing": "the name is empty", "tag.tooLong": "a name is longer than 40 characters",
                ]
                refuse(file, line, reasons[error.code] ?? "a tag sorts matters, never people")
            }
        }
        return out
    }

    /// Outlines by the code of their division, as they are kept.
    mutating func outlines(areas: Set<String>, _ keeper: any OutlineKeeper) -> [(String, String)] {
        let file = "outlines.tsv"
        var seen: Set<String> = []
        var out: [(String, String)] = []
        for (line, cells) in rows(file, ConfigurationColumns.outlines) {
            let area = cells["area"] ?? ""
            guard areas.contains(area) else {
                refuse(file, line, "the area \(area) is unknown")
                continue
            }
            guard seen.insert(area).inserted else {
                refuse(file, line, "the area \(area) has an outline already")
                continue
            }
            guard let outline = keeper.plain(cells["outline"] ?? "") else {
                refuse(file, line, "the outline of \(area) is no GeoJSON point or polygon")
                continue
            }
            out.append((area, outline))
        }
        return out
    }
}
