/// The number that a resident reads aloud: year and month, a running number, a check digit: `2605-0121-6`.
///
/// The check digit follows ISO 7064 MOD 11,10, which catches every single wrong digit and nearly every swap.
public struct MatterNumber: Hashable, Sendable, CustomStringConvertible {
    /// Year and month as four digits, `2605`.
    public let month: Int
    /// The running number in that month, from 1.
    public let sequence: Int

    /// A number for a month (`yyMM`) and its running number.
    public init(month: Int, sequence: Int) {
        self.month = month
        self.sequence = sequence
    }

    /// A number for the month of a date.
    public init(date: LocalDate, sequence: Int) {
        self.init(month: Self.month(of: date), sequence: sequence)
    }

    /// `yyMM` of a date.
    public static func month(of date: LocalDate) -> Int { date.parts.year % 100 * 100 + date.parts.month }

    /// Reads a number as people type it: blanks, dashes and full-width digits are fine. `nil` when the digits or
    /// the check digit are wrong.
    public init?(_ text: some StringProtocol) {
        let digits = text.unicodeScalars.compactMap { scalar -> Int? in
            switch scalar.value {
            case 0x30...0x39: Int(scalar.value - 0x30)
            case 0xFF10...0xFF19: Int(scalar.value - 0xFF10)
            case 0x20, 0x2D, 0x3000, 0xFF0D, 0x2010...0x2015: nil
            default: -1
            }
        }
        guard (9...14).contains(digits.count), !digits.contains(-1), Self.check(digits.dropLast()) == digits.last else {
            return nil
        }
        let value = digits.dropLast().reduce(0) { $0 * 10 + $1 }
        let scale = digits.dropFirst(5).reduce(1) { scale, _ in scale * 10 }
        self.init(month: value / scale, sequence: value % scale)
        guard sequence > 0, (1...12).contains(month % 100) else { return nil }
    }

    /// `2605-0121-6`.
    public var description: String {
        let head = Self.pad(month, to: 4)
        let tail = Self.pad(sequence, to: 4)
        return "\(head)-\(tail)-\(Self.check((head + tail).utf8.map { Int($0) - 0x30 }))"
    }

    private static func pad(_ value: Int, to width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func check(_ digits: some Sequence<Int>) -> Int {
        var product = 10
        for digit in digits {
            var sum = (digit + product) % 10
            if sum == 0 { sum = 10 }
            product = sum * 2 % 11
        }
        return (11 - product) % 10
    }
}
