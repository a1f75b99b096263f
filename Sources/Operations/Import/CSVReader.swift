/// A record of a CSV file, as bytes: which encoding they are in is decided later.
struct CSVRecord: Sendable, Equatable {
    /// The line on which it begins, from 1.
    let line: Int
    /// Its fields without quotes.
    let fields: [[UInt8]]
    /// What is wrong with its form; `nil` when nothing is.
    let problem: String?
}

/// Reads RFC 4180 with quoted fields over several lines. A record with a wrong quote is told with its line, and reading
/// goes on behind it: SwiftCSV gives up at the first one and knows no lines, hence this reader.
///
/// It works on bytes. In UTF-8 and in GB18030 a quote, comma or line end is never part of another character.
struct CSVReader {
    /// A quoted field longer than this is a quote that was never closed.
    static let longestField = 1 << 20

    private let bytes: [UInt8]
    private var position: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // The byte order mark of UTF-8.
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next record; empty lines are passed over.
    mutating func next() -> CSVRecord? {
        while position < bytes.count {
            if endsLine(at: position) {
                passLineEnd()
                continue
            }
            return record()
        }
        return nil
    }

    private mutating func record() -> CSVRecord {
        let (start, startLine) = (position, line)
        var fields: [[UInt8]] = []
        var problem: String?
        while true {
            var field: [UInt8] = []
            if position < bytes.count, bytes[position] == quote {
                guard let found = quotedField(&problem) else {
                    return recover(start, startLine)
                }
                field = found
            }
            // What stands outside quotes, up to the next comma or line end.
            let from = position
            while position < bytes.count, bytes[position] != comma, !endsLine(at: position) {
                if bytes[position] == quote { problem = problem ?? "a quote stands inside an unquoted field" }
                position += 1
            }
            field += bytes[from..<position]
            fields.append(field)
            guard position < bytes.count, bytes[position] == comma else { break }
            position += 1
        }
        if position < bytes.count { passLineEnd() }
        return CSVRecord(line: startLine, fields: fields, problem: problem)
    }

    /// A field in quotes, the position behind its closing quote; `nil` when the quote is never closed.
    private mutating func quotedField(_ problem: inout String?) -> [UInt8]? {
        let opened = position
        position += 1
        var field: [UInt8] = []
        while position < bytes.count, position - opened <= Self.longestField {
            let byte = bytes[position]
            if byte == quote {
                let isDoubled = position + 1 < bytes.count && bytes[position + 1] == quote
                guard isDoubled else {
                    position += 1
                    let isAtEnd = position == bytes.count || bytes[position] == comma || endsLine(at: position)
                    if !isAtEnd { problem = problem ?? "text follows a closing quote" }
                    return field
                }
                position += 1
            } else if endsLine(at: position) {
                if byte == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A {
                    field.append(byte)
                    position += 1
                }
                line += 1
            }
            field.append(bytes[position])
            position += 1
        }
        return nil
    }

    /// Gives up one line, so that the rest of the file is not swallowed by one open quote.
    private mutating func recover(_ start: Int, _ startLine: Int) -> CSVRecord {
        position = start
        line = startLine
        while position < bytes.count, !endsLine(at: position) { position += 1 }
        let text = Array(bytes[start..<position])
        if position < bytes.count { passLineEnd() }
        return CSVRecord(line: startLine, fields: [text], problem: "a quote is never closed")
    }

    private let quote = UInt8(ascii: "\"")
    private let comma = UInt8(ascii: ",")

    private func endsLine(at index: Int) -> Bool { bytes[index] == 0x0A || bytes[index] == 0x0D }

    private mutating func passLineEnd() {
        if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
        position += 1
        line += 1
    }
}
