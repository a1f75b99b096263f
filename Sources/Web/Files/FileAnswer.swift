internal import Attachments
internal import HTTPTypes
internal import Hummingbird
internal import Kernel
internal import NIOCore

/// One form of a file as an answer: decrypted piece by piece while it is sent, never as a whole in memory, and with
/// headers under which a browser shows or saves it and does nothing else with it.
struct FileAnswer {
    let file: KeptFile
    let reader: FileReader
    let form: FileForm

    /// - Parameter range: the header of that name; a part of a sound that is played from the middle.
    func response(range: String?) -> Response {
        var headers: HTTPFields = [
            .contentType: form == .original ? contentType : "image/jpeg", .cacheControl: "private, no-store",
            .acceptRanges: "bytes", .contentSecurityPolicy: Self.policy,
        ]
        if let name = HTTPField.Name("Content-Disposition") { headers[name] = disposition }
        guard let range, let wanted = Self.range(range, of: reader.size) else {
            return Response(status: .ok, headers: headers, body: body(0..<reader.size))
        }
        guard !wanted.isEmpty else {
            headers[.contentRange] = "bytes */\(reader.size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        headers[.contentRange] = "bytes \(wanted.lowerBound)-\(wanted.upperBound - 1)/\(reader.size)"
        return Response(status: .partialContent, headers: headers, body: body(wanted))
    }

    /// Whatever the bytes are: no script, no frame, no form, no request to anywhere.
    private static let policy =
        "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

    private var contentType: String {
        file.type.served.hasPrefix("text/") ? "\(file.type.served); charset=utf-8" : file.type.served
    }

    /// Pictures and sounds are shown; everything else is only ever saved.
    private var disposition: String {
        let isShown = form != .original || file.type.family != .document
        let name = form == .original ? file.name : "\(file.name).jpg"
        let plain = String(
            name.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0 != "\"" ? Character($0) : "_" })
        return "\(isShown ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(Form.escaped(name))"
    }

    private func body(_ range: Range<Int>) -> ResponseBody {
        let reader = self.reader
        return ResponseBody(contentLength: range.count) { writer in
            var at = range.lowerBound
            while at < range.upperBound {
                // Whole pieces, so that none is decrypted twice.
                let end = min(range.upperBound, (at / FileReader.piece + 1) * FileReader.piece)
                try await writer.write(ByteBuffer(bytes: try await reader.bytes(at..<end)))
                at = end
            }
            try await writer.finish(nil)
        }
    }

    /// The part that one range names; empty when it lies outside; `nil` for several ranges or another form, which are
    /// answered with the whole.
    static func range(_ header: String, of size: Int) -> Range<Int>? {
        guard header.hasPrefix("bytes=") else { return nil }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, !header.contains(",") else { return nil }
        if ends[0].isEmpty {
            guard let last = Int(ends[1]), last >= 0 else { return nil }
            return max(0, size - last)..<size
        }
        guard let first = Int(ends[0]), first >= 0 else { return nil }
        guard first < size else { return size..<size }
        guard !ends[1].isEmpty else { return first..<size }
        guard let last = Int(ends[1]), last >= first else { return nil }
        return first..<min(size, last + 1)
    }
}
