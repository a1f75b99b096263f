public import Kernel
internal import Organisation

extension Casework {
    /// What is wrong with a registration before it is sent; empty when nothing is.
    public func problems(in registration: Registration) async throws -> [PlainError] {
        do {
            _ = try validated(registration, try await organisation.current())
            return []
        } catch let errors as PlainErrors {
            return errors.errors
        }
    }
}
