import ArgumentParser
import Operations

/// Shows the settings in force.
struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every setting in force and where it comes from; secrets are shortened.",
        discussion: """
            Examples:
              jiaxin config
              jiaxin config --config /etc/jiaxin.yaml
              jiaxin config --table          the documentation of all settings
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var server: ServerOptions

    @Flag(help: "Print the table of all settings instead, as Markdown.")
    var table = false

    func run() throws {
        if table {
            print(Setting.markdown, terminator: "")
            return
        }
        let settings = try store.settings(adding: server.flags)
        for origin in settings.origins {
            let key = origin.setting.key.padding(to: 20)
            let source = origin.source.padding(to: 12)
            print("\(key)\(source)\(origin.shown)")
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
