extension KeyRing {
    /// Encrypts a small secret of the installation's own, such as the seed of somebody's one-time codes.
    ///
    /// - Parameter context: what the secret is and whose; bytes moved to another row do not open.
    public func seal(secret: [UInt8], context: String) throws -> [UInt8] {
        try Sealed.seal(secret, with: person, context: "secret:\(context)")
    }

    /// Opens such a secret.
    ///
    /// - Throws: `KeyError.damaged`.
    public func open(secret: [UInt8], context: String) throws -> [UInt8] {
        try Sealed.open(secret, with: person, context: "secret:\(context)")
    }
}
