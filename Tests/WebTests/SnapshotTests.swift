import Foundation
import Testing

@testable import Web

/// Every page with its full sample, in both languages, as it was last looked at by a person. After a wanted change:
/// `JIAXIN_SNAPSHOTS=write make test ONLY=swift`, look at the difference, commit it.
@Suite struct SnapshotTests {
    @Test(arguments: Language.allCases)
    func pagesAreAsTheyWere(_ language: Language) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let library = try TemplateLibrary(try TestSite.resources(), isStrict: true, logger: LogBook().logger)
        let isWriting = ProcessInfo.processInfo.environment["JIAXIN_SNAPSHOTS"] == "write"
        let samples = try FileManager.default.subpathsOfDirectory(atPath: tests.appending(path: "Samples").path)
            .filter { $0.hasSuffix(".json") }.sorted()
        #expect(samples.count >= 25)
        for sample in samples {
            let page = String(sample.dropLast(5))
            let json = try Data(contentsOf: tests.appending(path: "Samples/\(sample)"))
            let html = try library.render(page, try Fields(json: Array(json)), language: language)
            let file = tests.appending(path: "Snapshots/\(language.rawValue)/\(page).html")
            if isWriting {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(html).write(to: file)
            }
            let known = try? Data(contentsOf: file)
            #expect(known == Data(html), "\(page) in \(language.rawValue) is not as its snapshot")
        }
    }
}
