import ArgumentParser
import Operations

/// Takes over what other systems hold.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over letters and outlines from other systems.",
        subcommands: [ImportLetters.self, ImportBoundaries.self])
}

/// Imports letters with their replies.
struct ImportLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "letters",
        abstract: "Import letters with their official replies from a CSV file.",
        discussion: """
            Columns, in any order: 留言编号, 留言主题, 留言时间, 留言详情, 答复意见, 答复时间 (others are passed over). \
            UTF-8 or GB18030. A number that the store has already is not taken again, so the same file can be imported \
            twice. Rows that cannot be taken are written with line and reason to FILE.rejected.csv; exit code 1 tells \
            that there are some.

            Example:
              jiaxin import letters replied.csv --database sqlite:data/county.sqlite
            """)

    @Argument(help: "The CSV file.")
    var file: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let installation = try await Installation.open(try store.settings(), for: .begin)
        let started = ContinuousClock.now
        let progress = ProgressLine("importing letters")
        do {
            let summary = try await LetterImport(installation).run(file: file) { progress.show($0, of: $1) }
            progress.finish()
            await installation.close()
            report(summary, started.duration(to: .now))
            if summary.rejected > 0 { throw ExitCode(Trouble.Code.problemFound.rawValue) }
        } catch {
            progress.finish()
            await installation.close()
            throw error
        }
    }

    private func report(_ summary: LetterImport.Summary, _ elapsed: Duration) {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = Int((Double(summary.imported) / max(seconds, 0.001)).rounded())
        print("encoding  \(summary.encoding)")
        print("imported  \(summary.imported)")
        print("known     \(summary.known)")
        print("rejected  \(summary.rejected)" + (summary.rejectedFile.map { "  (\($0))" } ?? ""))
        print("time      \(elapsed.inSeconds) s, \(rate) letters/s")
    }
}

/// Imports outlines of areas for the map.
struct ImportBoundaries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundaries",
        abstract: "Import the outlines of townships for the map from a GeoJSON file.",
        discussion: """
            The file is a FeatureCollection; each feature has the area's code in the property `code` and is a Point, a \
            Polygon or a MultiPolygon in degrees (longitude first). At most 5 MB, 60,000 points, 5,000 for one area. The \
            outlines take the place of all that were there; when something is wrong nothing is changed.

            Example:
              jiaxin import boundaries townships.geojson --database sqlite:data/county.sqlite
            """)

    @Argument(help: "The GeoJSON file.")
    var file: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let installation = try await Installation.open(try store.settings(), for: .existing)
        do {
            let summary = try await BoundaryImport(installation).run(file: file)
            await installation.close()
            print("areas   \(summary.areas)")
            print("points  \(summary.points)")
        } catch {
            await installation.close()
            throw error
        }
    }
}
