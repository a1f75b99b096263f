public import Organisation

/// What the pages need to know of an installation.
public struct WebSettings: Sendable {
    /// The county's name.
    public var countyName: LocalizedName
    /// The telephone number on every page.
    public var hotline: String
    /// How residents reach the portal, without a slash at the end.
    public var publicURL: String
    /// Proxies whose forwarded addresses are believed: addresses or networks (`10.0.0.0/8`).
    public var trustedProxies: [String] = []
    /// Letters that one address may send in an hour; 0 does not limit.
    public var lettersPerHour = 60
    /// Attempts to look up or sign in of one address in a minute; 0 does not limit.
    public var attemptsPerMinute = 20
    /// The largest form, in bytes.
    public var mostFormBytes = 512 * 1024
    /// Whether answers tell what they cost (`x-queries`).
    public var debugHeaders = false
    /// Whether an organ is connected that receives sealed reports.
    public var takesSealedReports = false
    /// Whether roles that sign or give out rights must have a second factor.
    public var requiresSecondFactor = false
    /// Whether passwords are for administrators, and for days on which the provider of sign-ins does not answer.
    public var passwordIsForEmergencies = false
    /// Minutes without a page after which staff sign in again; the sign-in page tells it.
    public var idleMinutes = 30

    /// Pictures under the map, `https://host/{z}/{x}/{y}.png`; nothing for none.
    public var tileURL: String?
    /// Who made them.
    public var tileSource: String?

    /// Settings of an installation.
    public init(countyName: LocalizedName, hotline: String, publicURL: String) {
        self.countyName = countyName
        self.hotline = hotline
        self.publicURL = publicURL
    }

    /// Whether residents come over an encrypted line, which decides how cookies are marked.
    public var isSecure: Bool { publicURL.lowercased().hasPrefix("https://") }

    /// The address without its scheme, as it is printed on slips.
    public var siteAddress: String {
        guard let range = publicURL.firstRange(of: "://") else { return publicURL }
        return String(publicURL[range.upperBound...])
    }
}
