import Foundation
import Kernel
import Logging
import Testing

@testable import Operations

@Suite struct ConsoleTests {
    @Test func progressTellsRateAndRemainingTime() {
        #expect(ProgressLine.line("importing", 500, 2000, .seconds(2)) == "importing: 500 of 2000, 250/s, 6 s left")
        #expect(ProgressLine.line("importing", 0, 10, .seconds(2)) == "importing: 0 of 10")
    }

    @Test func aLogLineIsOneJSONObject() throws {
        let line = LineLogHandler.line(
            level: .error, message: "a \"quote\"\nand a line",
            values: ["code": "E-1", "list": ["x", "y"], "level": "fake"],
            label: "jiaxin", isJSON: true, at: Instant(milliseconds: 125))
        #expect(!line.contains("\n"))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["message"] as? String == "a \"quote\"\nand a line")
        #expect(object["level"] as? String == "error")
        #expect(object["list"] as? [String] == ["x", "y"])
        #expect((object["time"] as? String)?.hasPrefix("1970-01-01T00:00:00.125Z") == true)
    }
}
