internal import Foundation
internal import Kernel
public import Logging

/// Writes each log line as one JSON object on standard error, or as plain text. Callers put no personal data, no codes
/// and no addresses into log lines.
public struct LineLogHandler: LogHandler {
    /// Values that every line carries.
    public var metadata: Logger.Metadata = [:]
    /// Lines below it are left out.
    public var logLevel: Logger.Level
    private let label: String
    private let isJSON: Bool

    /// - Parameters:
    ///   - label: names the part of the program.
    ///   - isJSON: one object a line instead of text.
    public init(label: String, level: Logger.Level, isJSON: Bool) {
        self.label = label
        self.logLevel = level
        self.isJSON = isJSON
    }

    /// One of the values that every line carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let line = Self.line(
            level: event.level, message: "\(event.message)", values: values, label: label, isJSON: isJSON,
            at: SystemClock().now())
        // One write a line, so that lines of several threads do not mix.
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    static func line(
        level: Logger.Level, message: String, values: Logger.Metadata, label: String, isJSON: Bool, at now: Instant
    ) -> String {
        let time = utc(now)
        let sorted = values.sorted { $0.key < $1.key }
        guard isJSON else {
            let tail = sorted.map { " \($0.key)=\($0.value)" }.joined()
            return "\(time) \(level.rawValue) \(message)\(tail)"
        }
        var out = "{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"message\":\(quoted(message))"
        out += ",\"part\":\(quoted(label))"
        for (key, value) in sorted where !["time", "level", "message", "part"].contains(key) {
            out += ",\(quoted(key)):\(json(value))"
        }
        return out + "}"
    }

    /// `2026-05-21T02:30:00.125Z`. By hand: a line is written for every request, and a formatter costs more than the
    /// rest of the line.
    static func utc(_ now: Instant) -> String {
        let zone = CivilZone(offsetSeconds: 0)
        let (hour, minute, second) = zone.timeOfDay(of: now)
        let thousandths = Int(((now.milliseconds % 1000) + 1000) % 1000)
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let three = (thousandths < 100 ? "0" : "") + (thousandths < 10 ? "0" : "") + "\(thousandths)"
        return "\(zone.date(of: now))T\(two(hour)):\(two(minute)):\(two(second)).\(three)Z"
    }

    private static func json(_ value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .stringConvertible(let number as any BinaryInteger): "\(number)"
        case .stringConvertible(let other): quoted("\(other)")
        case .array(let list): "[" + list.map(json).joined(separator: ",") + "]"
        case .dictionary(let fields):
            "{" + fields.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ",")
                + "}"
        @unknown default: quoted("\(value)")
        }
    }

    /// A JSON string; control characters are escaped, so that a line stays one line.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028 || scalar.value == 0x2029 {
                    let hex = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
