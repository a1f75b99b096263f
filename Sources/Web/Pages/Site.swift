public import Attachments
public import Kernel
public import Ledger
public import Logging
public import Organisation

/// What all pages share. Made once, at start.
public struct Site: Sendable {
    /// What the pages need to know of the installation.
    public let settings: WebSettings
    /// The compiled templates and the catalogues.
    public let templates: TemplateLibrary
    /// Styles, scripts and pictures.
    public let assets: AssetStore
    /// The store's keys: for tokens of forms.
    public let keys: KeyRing
    /// Sessions of staff and residents.
    public let sessions: Sessions
    /// The organisation.
    public let organisation: OrganisationStore
    /// Tells the time.
    public let clock: any WallClock
    /// Where "today" is.
    public let zone: CivilZone
    /// Hears of requests and faults.
    public let logger: Logger
    /// Makes what stands around every page of the workbench.
    public let deskFrame: any DeskFrame
    /// Takes files; nothing where none can be sent.
    public let files: Attachments?
    /// Where else staff sign in; nothing where they have passwords alone.
    public let provider: (any IdentityProvider)?
    let limiter: RateLimiter
    let slowDown: SlowDown
    let proxies: TrustedProxies

    /// Wires what all pages share. All dependencies are explicit.
    ///
    /// - Throws: `TemplateError`, `WebResources.Missing`, or `WebSettingError` for a proxy that is no address.
    public init(
        settings: WebSettings, resources: WebResources, keys: KeyRing, sessions: Sessions,
        organisation: OrganisationStore, clock: any WallClock, zone: CivilZone = .shanghai, logger: Logger,
        deskFrame: any DeskFrame = PlainDeskFrame(), files: Attachments? = nil,
        provider: (any IdentityProvider)? = nil, isStrict: Bool = false
    ) throws {
        self.settings = settings
        self.keys = keys
        self.sessions = sessions
        self.organisation = organisation
        self.clock = clock
        self.zone = zone
        self.logger = logger
        self.deskFrame = deskFrame
        self.files = files
        self.provider = provider
        templates = try TemplateLibrary(resources, isStrict: isStrict, logger: logger)
        #if DEBUG
            for problem in TemplateCheck.catalogueProblems(templates.catalogue) {
                logger.warning("catalogue", metadata: ["problem": "\(problem)"])
            }
        #endif
        assets = try AssetStore(resources)
        limiter = RateLimiter(settings)
        slowDown = SlowDown()
        proxies = try TrustedProxies(settings.trustedProxies)
    }

    /// The sentences.
    public var catalogue: Catalogue { templates.catalogue }

    /// Dates, numbers and sentences of a language.
    public func words(_ language: Language) -> Words { Words(catalogue, language, zone: zone) }

    /// Today's date.
    public var today: LocalDate { zone.date(of: clock.now()) }
}

/// Makes what stands around every page of the workbench: queues with their counts, the time.
public protocol DeskFrame: Sendable {
    /// Fields of `parts/desk-top` and `parts/desk-end` that depend on the store, above all `queueGroups`.
    func fields(for viewer: Viewer, in request: PageRequest) async throws -> Fields
}

/// A frame without queues.
public struct PlainDeskFrame: DeskFrame {
    /// Creates the frame.
    public init() {}
    /// Nothing beyond what every frame has.
    public func fields(for viewer: Viewer, in request: PageRequest) async throws -> Fields { [:] }
}
