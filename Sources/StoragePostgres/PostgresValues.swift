import CPostgres
import Storage

/// Bound values in PostgreSQL's binary form, in one piece of memory.
struct PostgresParameters {
    private(set) var types: [Oid] = []
    private var bytes: [UInt8] = [0]
    private var spans: [(start: Int, count: Int)?] = []

    init(_ values: [any SQLConvertible]) throws(StorageError) {
        for value in values {
            let value = value.sqlValue
            try value.checkBindable()
            let start = bytes.count
            switch value {
            case .null:
                types.append(0)
                spans.append(nil)
                continue
            case .integer(let number):
                types.append(20)
                append(UInt64(bitPattern: number))
            case .real(let number):
                types.append(701)
                append(number.bitPattern)
            case .text(let text):
                types.append(25)
                bytes.append(contentsOf: text.utf8)
            case .blob(let blob):
                types.append(17)
                bytes.append(contentsOf: blob)
            }
            spans.append((start, bytes.count - start))
        }
    }

    /// Pointers, lengths and formats as libpq wants them.
    func withPointers<R>(_ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> R) -> R {
        bytes.withUnsafeBytes { memory in
            let base = memory.assumingMemoryBound(to: CChar.self).baseAddress
            let pointers = spans.map { span in span.flatMap { span in base.map { $0 + span.start } } }
            let lengths = spans.map { Int32($0?.count ?? 0) }
            return body(pointers, lengths, [Int32](repeating: 1, count: spans.count))
        }
    }

    private mutating func append(_ number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

/// Rows of a binary result.
enum PostgresResult {
    static func rows(_ result: OpaquePointer) throws -> [Row] {
        let columns = PQnfields(result)
        let types = (0..<columns).map { PQftype(result, $0) }
        var rows: [Row] = []
        let count = PQntuples(result)
        rows.reserveCapacity(Int(count))
        for line in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns {
                guard PQgetisnull(result, line, column) == 0, let start = PQgetvalue(result, line, column) else {
                    values.append(.null)
                    continue
                }
                let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, line, column)))
                values.append(try value(bytes, type: types[Int(column)]))
            }
            rows.append(Row(values))
        }
        return rows
    }

    private static func value(_ bytes: UnsafeRawBufferPointer, type: Oid) throws -> SQLValue {
        switch type {
        case 20, 21, 23, 26: return .integer(integer(bytes))
        case 16: return .integer(bytes.first == 0 ? 0 : 1)
        case 25, 1043, 1042, 19, 18, 705, 114: return .text(String(decoding: bytes, as: UTF8.self))
        case 17: return .blob(Array(bytes))
        case 701: return .real(Double(bitPattern: UInt64(bitPattern: integer(bytes))))
        case 700: return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: integer(bytes)))))
        case 1700: return numeric(bytes)
        case 2278: return .null
        default: throw StorageError.engine(code: "0A000", message: "a column has the unknown type \(type)")
        }
    }

    /// A big-endian whole number of 2, 4 or 8 bytes.
    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = UInt64(64 - bytes.count * 8)
        return Int64(bitPattern: bits << unused) >> Int64(unused)
    }

    /// SUM of whole numbers comes as numeric: digits in base 10,000. Whole and small enough becomes an integer.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> SQLValue {
        func word(_ index: Int) -> Int { Int(bytes[index * 2]) << 8 | Int(bytes[index * 2 + 1]) }
        guard bytes.count >= 8 else { return .null }
        let count = word(0)
        let weight = Int(Int16(truncatingIfNeeded: word(1)))
        let sign = word(2)
        guard sign == 0 || sign == 0x4000, bytes.count >= 8 + count * 2 else { return .real(.nan) }
        let isNegative = sign == 0x4000
        if count <= weight + 1, weight < 5 {
            var whole = Int64(0)
            var fits = true
            for place in 0..<(max(weight, -1) + 1) {
                let digit = Int64(place < count ? word(4 + place) : 0)
                let (product, high) = whole.multipliedReportingOverflow(by: 10_000)
                let (sum, over) = product.addingReportingOverflow(isNegative ? -digit : digit)
                whole = sum
                fits = fits && !high && !over
            }
            if fits { return .integer(whole) }
        }
        var real = 0.0
        var scale = 1.0
        for _ in 0..<abs(weight) { scale *= 10_000 }
        if weight < 0 { scale = 1 / scale }
        for place in 0..<count {
            real += Double(word(4 + place)) * scale
            scale /= 10_000
        }
        return .real(isNegative ? -real : real)
    }
}
