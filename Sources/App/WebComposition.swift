import Casework
import Foundation
import Kernel
import Logging
import Operations
import Organisation
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
        web.takesSealedReports = sealed != nil
        let sessions = Sessions(
            database: installation.database, keys: installation.keys, clock: installation.clock,
            settings: SignInSettings(idleMinutes: settings.idleMinutes))
        let counts = QueueCounts(casework: installation.casework, workbench: installation.workbench)
        let resources = try WebResources.bundled()
        let law = try LawLibrary.builtIn()
        let site = try Site(
            settings: web, resources: resources, keys: installation.keys, sessions: sessions,
            organisation: installation.organisation, clock: installation.clock, logger: logger,
            deskFrame: DeskQueues(counts), files: installation.casework.attachments, provider: provider)
        let signIn = SignIn(
            organisation: installation.organisation, keys: installation.keys, sessions: sessions,
            clock: installation.clock)
        let application = WebApplication(
            site: site, database: installation.database, signIn: signIn,
            pages: [
                Portal(casework: installation.casework, law: law),
                Desk(
                    casework: installation.casework, workbench: installation.workbench, counts: counts, law: law,
                    supervision: installation.supervision),
                try DocumentPages(
                    casework: installation.casework, law: law, renderer: try WeasyPrintRenderer(resources),
                    resources: resources),
                FilePages(casework: installation.casework),
                PublicPages(casework: installation.casework), PublishPages(casework: installation.casework),
                OversightPages(casework: installation.casework, supervision: installation.supervision),
                SupervisionPages(supervision: installation.supervision, deadlines: installation.deadlines),
                SealedPages(sealed: sealed, calendar: installation.deadlines.calendar),
            ])
        return (application, site, sessions)
    }
}

/// Standard output is a file or a pipe under a service manager, and would keep the line back.
func flushOutput() { try? FileHandle.standardOutput.synchronize() }
