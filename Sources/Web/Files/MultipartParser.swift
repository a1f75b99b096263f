internal import Foundation
internal import Kernel

/// Reads `multipart/form-data` as it arrives. It holds what may still be the beginning of a boundary and nothing else, so
/// its memory does not grow with the files. It does no input or output itself.
struct MultipartParser {
    /// What has been read.
    enum Piece: Equatable {
        /// A part begins; `file` is the name that was sent, for files only.
        case begin(name: String, file: String?)
        /// Bytes of the part.
        case data([UInt8])
        /// The part is complete.
        case end
    }

    private enum State { case preamble, head, body, boundary, finished }

    private let mark: [UInt8]
    private var buffer: [UInt8] = []
    private var start = 0
    private var state = State.preamble

    /// Longer heads are nobody's.
    private static let longestHead = 8_192
    private static let malformed = PlainError(.invalid, "form.malformed")

    /// - Parameter boundary: what stands in the header.
    /// - Throws: `form.malformed` when it is none.
    init(boundary: String) throws(PlainError) {
        guard (1...70).contains(boundary.utf8.count) else { throw Self.malformed }
        mark = Array("\r\n--\(boundary)".utf8)
    }

    /// Whether the last boundary has come. What comes behind it is nothing.
    var isFinished: Bool { state == .finished }

    /// Takes the next bytes of the body.
    mutating func feed(_ bytes: some Collection<UInt8>) {
        guard state != .finished else { return }
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += bytes
    }

    /// The next piece; `nil` when more bytes are needed.
    mutating func next() throws(PlainError) -> Piece? {
        while true {
            switch state {
            case .finished: return nil
            case .preamble:
                // The first boundary has no line before it.
                guard available >= mark.count - 2 else { return nil }
                guard buffer[start..<(start + mark.count - 2)].elementsEqual(mark.dropFirst(2)) else {
                    throw Self.malformed
                }
                start += mark.count - 2
                state = .boundary
            case .boundary:
                guard available >= 2 else { return nil }
                let pair = (buffer[start], buffer[start + 1])
                start += 2
                if pair == (0x2D, 0x2D) {
                    state = .finished
                } else if pair == (0x0D, 0x0A) {
                    state = .head
                } else {
                    throw Self.malformed
                }
            case .head:
                guard let end = find([0x0D, 0x0A, 0x0D, 0x0A]) else {
                    guard available <= Self.longestHead else { throw Self.malformed }
                    return nil
                }
                guard end - start <= Self.longestHead,
                    let (name, file) = Self.disposition(String(decoding: buffer[start..<end], as: UTF8.self))
                else { throw Self.malformed }
                // The last line end of the head is also the one before a boundary, where the part is empty.
                start = end + 2
                state = .body
                isFirst = true
                return .begin(name: name, file: file)
            case .body:
                return body()
            }
        }
    }

    private var isFirst = false
    private var available: Int { buffer.count - start }

    private mutating func body() -> Piece? {
        let end = find(mark)
        // Without a boundary, all is content but what may be the beginning of one.
        let stop = end ?? max(start, buffer.count - mark.count + 1)
        if isFirst {
            guard stop >= start + 2 || end != nil else { return nil }
            isFirst = false
            if stop >= start + 2 { start += 2 }
        }
        if stop > start {
            let bytes = Array(buffer[start..<stop])
            start = stop
            return .data(bytes)
        }
        guard let end else { return nil }
        start = end + mark.count
        state = .boundary
        return .end
    }

    private func find(_ wanted: [UInt8]) -> Int? {
        buffer.withUnsafeBytes { memory in
            wanted.withUnsafeBytes { wanted -> Int? in
                guard let base = memory.baseAddress, let other = wanted.baseAddress else { return nil }
                // Every mark begins with a line end: the C library finds those at the speed of memory.
                var at = start
                while at + wanted.count <= memory.count {
                    guard let found = memchr(base + at, Int32(wanted[0]), memory.count - at - wanted.count + 1) else {
                        return nil
                    }
                    at = UnsafeRawPointer(found) - base
                    if memcmp(found, other, wanted.count) == 0 { return at }
                    at += 1
                }
                return nil
            }
        }
    }

    private static func disposition(_ head: String) -> (name: String, file: String?)? {
        for line in head.split(whereSeparator: \.isNewline) {
            guard line.lowercased().hasPrefix("content-disposition:") else { continue }
            let values = Form.parameters(String(line))
            guard let name = values["name"] else { return nil }
            return (name, values["filename"] ?? values["filename*"])
        }
        return nil
    }
}
