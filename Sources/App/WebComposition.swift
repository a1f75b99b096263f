import Casework
import Foundation
import Kernel
import Logging
import Operations
import Organisation
import Reception
import SealedReports
import Supervision
import Web

/// Puts the pages on top of an opened installation.
enum WebComposition {
    static func make(
        _ installation: Installation, sealed: SealedReports?, provider: (any IdentityProvider)? = nil, logger: Logger
    ) throws -> (application: WebApplication, site: Site, sessions: Sessions) {
        let settings = installation.settings
        var web = WebSettings(
            countyName: LocalizedName(zh: settings.countyName, en: settings.countyNameEnglish),
            hotline: settings.hotline, publicURL: settings.publicURL)
        web.trustedProxies = settings.trustedProxies
        web.lettersPerHour = settings.lettersPerHour
        web.attemptsPerMinute = settings.attemptsPerMinute
        web.debugHeaders = settings.debugHeaders
        web.idleMinutes = settings.idleMinutes
        web.requiresSecondFactor = settings.requiresSecondFactor
        web.passwordIsForEmergencies = settings.passwordIsForEmergencies
        web.tileURL = settings.tileURL
        web.tileSource = settings.tileSource
        web.takesSealedReports = sealed != nil
        let sessions = Sessions(
            database: installation.database, keys: installation.keys, clock: installation.clock,
            settings: SignInSettings(idleMinutes: settings.idleMinutes))
        let counts = QueueCounts(casework: installation.casework, workbench: installation.workbench)
        let resources = try WebResources.bundled()
        let law = try LawLibrary.builtIn()
        let site: Site
        do {
            site = try Site(
                settings: web, resources: resources, keys: installation.keys, sessions: sessions,
                organisation: installation.organisation, clock: installation.clock, logger: logger,
                deskFrame: DeskQueues(counts), files: installation.casework.attachments, provider: provider)
        } catch let error as MissingLibrary {
            throw Trouble(.file, error.description)
        }
        let signIn = SignIn(
            organisation: installation.organisation, keys: installation.keys, sessions: sessions,
            clock: installation.clock)
        let application = WebApplication(
            site: site, database: installation.database, signIn: signIn,
            pages: [
                Portal(casework: installation.casework, law: law, reception: installation.reception),
                Desk(
                    casework: installation.casework, workbench: installation.workbench, counts: counts, law: law,
                    supervision: installation.supervision, reception: installation.reception),
                try DocumentPages(
                    casework: installation.casework, law: law, renderer: try WeasyPrintRenderer(resources),
                    resources: resources),
                FilePages(casework: installation.casework),
                BulkPages(
                    casework: installation.casework, bulk: installation.bulk,
                    organisation: installation.organisation, counts: counts),
                PublicPages(casework: installation.casework), PublishPages(casework: installation.casework),
                MergePages(casework: installation.casework), SplitPages(casework: installation.casework),
                OversightPages(casework: installation.casework, supervision: installation.supervision),
                SupervisionPages(supervision: installation.supervision, deadlines: installation.deadlineSource),
                AdminPages(
                    organisation: installation.organisation, casework: installation.casework,
                    workbench: installation.workbench, health: MachineHealth(check: HealthCheck(installation))),
                ReceptionPages(reception: installation.reception, casework: installation.casework),
                SealedPages(sealed: sealed, calendar: installation.currentRules),
                RulebookPages(
                    casework: installation.casework, rules: installation.rules, current: installation.currentRules,
                    drafts: installation.ruleDrafts),
            ])
        return (application, site, sessions)
    }
}

/// Standard output is a file or a pipe under a service manager, and would keep the line back.
func flushOutput() { try? FileHandle.standardOutput.synchronize() }
