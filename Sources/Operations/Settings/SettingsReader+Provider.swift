internal import Organisation

extension SettingsReader {
    /// The provider of sign-ins; `nil` where none is named.
    func provider(publicURL: String) -> IdentityProviderSettings? {
        let issuer = optional(.openidIssuer) {
            ProviderAddress.isIssuer($0)
        } because: {
            "must be https:// and a host, without a query; http:// is for a provider on this machine"
        }
        let clientID = optional(.openidClientID) {
            (1...255).contains($0.utf8.count)
        } because: {
            "is too long"
        }
        let secretFile = optional(.openidSecretFile)
        let name = LocalizedName(zh: text(.openidName, "统一身份认证"), en: text(.openidNameEnglish, "single sign-on"))
        let claim = optional(.openidLinkBy) {
            $0.utf8.count <= 100 && !["sub", "iss", "aud", "nonce"].contains($0)
        } because: {
            "must be none or the name of a claim"
        }
        let factor = value(.openidSecondFactor, IdentityProviderSettings.CountedFactor.none, show: Self.shown) {
            text, _ in
            guard let factor = Self.factor(text) else { return .failure("must be none, acr:VALUE or amr:VALUE,…") }
            return .success(factor)
        }
        guard let issuer else {
            for (setting, isSet) in [(Setting.openidClientID, clientID != nil), (.openidSecretFile, secretFile != nil)]
            where isSet {
                problems.append(.init(key: setting.key, source: "settings", reason: "needs openidIssuer beside it"))
            }
            return nil
        }
        guard let clientID else {
            problems.append(
                .init(key: Setting.openidIssuer.key, source: "settings", reason: "needs openidClientID beside it"))
            return nil
        }
        return IdentityProviderSettings(
            issuer: issuer, clientID: clientID, secretFile: secretFile, name: name, nameClaim: claim,
            countedFactor: factor, publicURL: publicURL)
    }

    private func optional(
        _ setting: Setting, _ isGood: @escaping (String) -> Bool = { _ in true },
        because reason: () -> String = { "must not be empty" }
    ) -> String? {
        let reason = reason()
        return value(setting, nil, show: { $0 ?? "none" }) { text, _ in
            if text == "none" { return .success(nil) }
            return !text.isEmpty && isGood(text) ? .success(text) : .failure(reason)
        }
    }

    private static func factor(_ text: String) -> IdentityProviderSettings.CountedFactor? {
        if text == "none" { return .some(.none) }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "acr": return .acr(parts[1])
        case "amr": return .amr(parts[1].split(separator: ",").map(String.init))
        default: return nil
        }
    }

    private static func shown(_ factor: IdentityProviderSettings.CountedFactor) -> String {
        switch factor {
        case .none: "none"
        case .acr(let value): "acr:\(value)"
        case .amr(let values): "amr:\(values.joined(separator: ","))"
        }
    }
}
