internal import Foundation
internal import Kernel

/// An entry of the list, in the form of Casework's `ErasureRecord`.
struct ListedErasure: Codable, Sendable, Hashable {
    let caseID: CaseID
    let reporterID: ReporterID
    let at: Instant
}

/// Who was erased, kept beside the key: identifiers only, one JSON object a line. An older backup forgets again what
/// stands here.
struct ErasureList: Sendable {
    let path: String

    /// Adds an entry and forces it to disk.
    func append(_ record: ListedErasure) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try SafeFile.append(String(decoding: try encoder.encode(record), as: UTF8.self), to: path, mode: 0o600)
    }

    /// All entries; none when there is no file. A last line that was cut off by a power failure counts as none.
    func records() throws(Trouble) -> [ListedErasure] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Trouble(.file, "\(path) cannot be read")
        }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        var records: [ListedErasure] = []
        for (index, line) in lines.enumerated() {
            if let record = try? JSONDecoder().decode(ListedErasure.self, from: Data(line.utf8)) {
                records.append(record)
            } else if index + 1 < lines.count {
                throw Trouble(.file, "\(path), line \(index + 1): is no erasure")
            }
        }
        return records
    }
}
