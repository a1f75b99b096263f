internal import Kernel

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
}
