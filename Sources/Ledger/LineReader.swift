/// Reads a line of a known form from its start, byte by byte.
struct LineReader {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

    /// Goes past exactly these bytes.
    mutating func expect(_ text: StaticString) throws(EventFormatError) {
        guard skip(text) else { throw .unreadable }
    }

    /// Goes past these bytes when they come next.
    private mutating func skip(_ text: StaticString) -> Bool {
        guard text.withUTF8Buffer({ rest.starts(with: $0) }) else { return false }
        rest = rest.dropFirst(text.utf8CodeUnitCount)
        return true
    }

    /// A whole number in decimal.
    mutating func number() throws(EventFormatError) -> Int64 {
        let isNegative = skip("-")
        var value: Int64 = 0
        var digits = 0
        while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (next, tooFar) =
                isNegative
                ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !tooLarge, !tooFar else { throw .unreadable }
            value = next
            digits += 1
            rest = rest.dropFirst()
        }
        guard digits > 0 else { throw .unreadable }
        return value
    }

    /// A text in quotes that has nothing in it to be escaped.
    mutating func word() throws(EventFormatError) -> String {
        try expect("\"")
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")), !rest[..<end].contains(UInt8(ascii: "\\")) else {
            throw .unreadable
        }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
        return text
    }

    /// A list, where its beginning comes next; else nothing.
    mutating func list<T>(
        _ opening: StaticString, _ element: (inout LineReader) throws(EventFormatError) -> T
    ) throws(EventFormatError) -> [T] {
        guard skip(opening) else { return [] }
        var out: [T] = []
        repeat { out.append(try element(&self)) } while skip(",")
        try expect("]")
        return out
    }

    /// What is left, without the brace at the end.
    func restBeforeBrace() throws(EventFormatError) -> String {
        guard rest.last == UInt8(ascii: "}") else { throw .unreadable }
        return String(decoding: rest.dropLast(), as: UTF8.self)
    }
}
