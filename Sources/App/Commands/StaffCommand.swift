import ArgumentParser
import Operations

/// Staff from the command line.
struct StaffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staff",
        abstract: "Add and list staff, set roles and passwords.",
        discussion: """
            `staff init` makes the county's office and the three administrators of a new store, and prints their one-time \
            passwords once; there is no default account. Everything else is then done on the pages under /admin. Passwords \
            are asked for without showing them, read from standard input, or made with --generate and printed once.

            Examples:
              jiaxin staff init
              jiaxin staff add --name zhou --role securityAdministrator
              jiaxin staff add --name lin --display-name 林清 --unit LX --role dispatcher --role receptionClerk --generate
              jiaxin staff role --name lin --role handler --role leader@LX
              jiaxin staff password --name lin
              jiaxin staff reset-second-factor --name lin
              jiaxin staff link-openid --name lin --subject 8d0c7f2e
              jiaxin staff unlink-openid --name lin
              jiaxin staff deactivate --name lin

            Roles: \(StaffAdministration.roleNames.joined(separator: ", ")). A role holds on the person's own unit and all \
            below it; role@UNIT names another unit.
            """,
        subcommands: [
            StaffInit.self, StaffAdd.self, StaffList.self, StaffRole.self, StaffPassword.self, StaffDeactivate.self,
            StaffResetSecondFactor.self, StaffLinkOpenID.self, StaffUnlinkOpenID.self,
        ])

    /// Opens the store, works and closes it.
    static func work<T>(
        _ store: StoreOptions, for purpose: Installation.Purpose, _ body: (StaffAdministration) async throws -> T
    ) async throws -> T {
        let installation = try await Installation.open(try store.settings(), for: purpose)
        do {
            let result = try await body(StaffAdministration(installation))
            await installation.close()
            return result
        } catch {
            await installation.close()
            throw error
        }
    }
}

/// A password that is typed or made.
struct PasswordOptions: ParsableArguments {
    @Flag(help: "Make a one-time password and print it once.")
    var generate = false

    func password(for name: String) throws -> (text: String, isChosen: Bool) {
        if generate { return (StaffAdministration.randomPassword(), false) }
        let typed = try Terminal.secret("password for \(name)", isNew: true)
        try StaffAdministration.check(typed, signInName: name)
        return (typed, true)
    }

    func tell(_ password: (text: String, isChosen: Bool), of name: String) {
        if !password.isChosen { print("\(name)\t\(password.text)") }
    }
}

/// Makes the county's office and the three administrators.
struct StaffInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the county's own office, and the three administrators that nobody is.",
        discussion: """
            Prints sign-in name, one-time password and name of each account that it makes, once. Where all three are \
            there it makes nothing.
            """)
    @OptionGroup var store: StoreOptions

    func run() async throws {
        for login in try await StaffCommand.work(store, for: .begin, { try await $0.begin() }) { print(login.line) }
    }
}

/// Adds somebody.
struct StaffAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a member of staff.")
    @Option(help: "What they type to sign in.") var name: String
    @Option(help: "How colleagues and letters name them.") var displayName: String?
    @Option(help: ArgumentHelp("Their unit; the county's office when left out.", valueName: "code")) var unit: String?
    @Option(help: ArgumentHelp("A role; may be given several times.", valueName: "role")) var role: [String] = []
    @Flag(help: "The same as --role administrator.") var administrator = false
    @OptionGroup var secret: PasswordOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard administrator || !role.isEmpty else { throw ValidationError("name at least one --role") }
    }

    func run() async throws {
        let password = try secret.password(for: name)
        let roles = role + (administrator && !role.contains("administrator") ? ["administrator"] : [])
        try await StaffCommand.work(store, for: .begin) { staff in
            try await staff.add(
                name: name, displayName: displayName, unit: unit, roles: roles, password: password.text,
                isChosen: password.isChosen)
        }
        secret.tell(password, of: name)
    }
}

/// Lists everybody.
struct StaffList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all staff with their roles.")
    @OptionGroup var store: StoreOptions

    func run() async throws {
        for line in try await StaffCommand.work(store, for: .inspect, { try await $0.list() }) {
            let state = line.isActive ? "" : "\t(left)"
            let link = line.isLinked ? "\t(openid)" : ""
            let roles = line.roles.joined(separator: " ")
            print("\(line.signInName)\t\(line.displayName)\t\(line.unit)\t\(roles)\(state)\(link)")
        }
    }
}

/// Sets roles.
struct StaffRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Set the roles of somebody; those not named are taken away.")
    @Option(help: "Their sign-in name.") var name: String
    @Option(help: ArgumentHelp("A role; may be given several times.", valueName: "role")) var role: [String] = []
    @Option(help: ArgumentHelp("The unit on which the roles hold; their own when left out.", valueName: "code"))
    var unit: String?
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await StaffCommand.work(store, for: .existing) { try await $0.setRoles(role, of: name, on: unit) }
    }
}

/// Sets a password.
struct StaffPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Give somebody a password and end their sessions; brings back who had left.")
    @Option(help: "Their sign-in name.") var name: String
    @OptionGroup var secret: PasswordOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let password = try secret.password(for: name)
        try await StaffCommand.work(store, for: .existing) {
            try await $0.setPassword(password.text, of: name, isChosen: password.isChosen)
        }
        secret.tell(password, of: name)
    }
}

/// Ends somebody's work here.
struct StaffDeactivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "End somebody's work here: no sign-in, no sessions.")
    @Option(help: "Their sign-in name.") var name: String
    @OptionGroup var store: StoreOptions
    func run() async throws { try await StaffCommand.work(store, for: .existing) { try await $0.deactivate(name) } }
}

/// Takes a second factor away.
struct StaffResetSecondFactor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-second-factor",
        abstract: "Take somebody's second factor away because the phone is lost; their sessions end.")
    @Option(help: "Their sign-in name.") var name: String
    @OptionGroup var store: StoreOptions
    func run() async throws {
        try await StaffCommand.work(store, for: .existing) { try await $0.removeSecondFactor(name) }
    }
}
