internal import Kernel
internal import Organisation

extension Form {
    /// Reads the text fields of `multipart/form-data`. Files are left out: pages that take some read
    /// their forms piece by piece (`UploadReader`).
    ///
    /// - Parameter readsFiles: the text of a chosen file is the text of its field, in UTF-8 or GB18030.
    /// - Throws: `PlainError` `form.malformed` when the parts do not end as announced, `form.tooManyFields`.
    init(multipart bytes: [UInt8], boundary: String, readsFiles: Bool = false) throws(PlainError) {
        self.init()
        let malformed = PlainError(.invalid, "form.malformed")
        guard (1...70).contains(boundary.utf8.count) else { throw malformed }
        let mark = Array("--\(boundary)".utf8)
        guard bytes.starts(with: mark) else { throw malformed }
        var index = mark.count
        while true {
            guard index + 2 <= bytes.count else { throw malformed }
            if bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "-") { return }
            guard bytes[index] == 0x0D, bytes[index + 1] == 0x0A else { throw malformed }
            index += 2
            guard let headEnd = Self.find([0x0D, 0x0A, 0x0D, 0x0A], in: bytes, from: index, most: 8_192),
                let end = Self.find([0x0D, 0x0A] + mark, in: bytes, from: headEnd + 2)
            else { throw malformed }
            let head = String(decoding: bytes[index..<headEnd], as: UTF8.self)
            if let (name, isFile) = Self.disposition(head) {
                let first = headEnd + 4
                let value = first <= end ? Array(bytes[first..<end]) : []
                if !isFile {
                    try append(name: Array(name.utf8), value: value)
                } else if readsFiles, let text = TextEncoding.utf8.text(value) ?? TextEncoding.gb18030.text(value) {
                    try append(name: Array(name.utf8), value: Array(text.utf8))
                } else if readsFiles {
                    throw PlainError(.invalid, "form.damaged")
                }
            } else {
                throw malformed
            }
            index = end + 2 + mark.count
        }
    }

    /// The boundary of a `Content-Type`.
    static func boundary(of contentType: String) -> String? { parameter("boundary", in: contentType) }

    private static func disposition(_ head: String) -> (name: String, isFile: Bool)? {
        for line in head.split(whereSeparator: \.isNewline) {
            guard line.lowercased().hasPrefix("content-disposition:") else { continue }
            let text = String(line)
            guard let name = parameter("name", in: text) else { return nil }
            return (name, parameter("filename", in: text) != nil || parameter("filename*", in: text) != nil)
        }
        return nil
    }

    /// A parameter of a header: `; name="value"` or `; name=value`. Browsers write `"` inside as `%22`.
    private static func parameter(_ name: String, in header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2 else { continue }
            let key = pieces[0].drop { $0 == " " }
            guard key.lowercased() == name else { continue }
            return plain(pieces[1])
        }
        return nil
    }

    private static func plain(_ raw: Substring) -> String {
        var value = raw.drop { $0 == " " }
        while let last = value.last, last.isWhitespace { value.removeLast() }
        if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
        return String(value).replacing("%22", with: "\"").replacing("%0D%0A", with: "\n")
    }

    /// All parameters of a header. A semicolon inside quotation marks is part of the value.
    static func parameters(_ header: String) -> [String: String] {
        var parts: [String] = [""]
        var isQuoted = false
        for character in header {
            if character == "\"" { isQuoted.toggle() }
            if character == ";", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        var out: [String: String] = [:]
        for part in parts.dropFirst() {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2 else { continue }
            let name = pieces[0].filter { $0 != " " }.lowercased()
            if out[name] == nil { out[name] = plain(pieces[1]) }
        }
        return out
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8], from start: Int, most: Int = .max) -> Int? {
        bytes.withUnsafeBufferPointer { bytes -> Int? in
            guard let first = mark.first else { return nil }
            var index = start
            let last = min(bytes.count - mark.count, most == .max ? .max : start + most)
            while index <= last {
                if bytes[index] == first {
                    var length = 1
                    while length < mark.count, bytes[index + length] == mark[length] { length += 1 }
                    if length == mark.count { return index }
                }
                index += 1
            }
            return nil
        }
    }
}
