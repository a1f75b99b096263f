internal import Kernel
internal import Tools

/// The last day of a certificate in a file, as the `openssl` of the machine reads it; run within limits.
struct CertificateFile: Sendable {
    let path: String

    func lastDay() async -> LocalDate? {
        let run = ToolRun(
            program: "/usr/bin/openssl",
            arguments: ["x509", "-noout", "-enddate", "-dateopt", "iso_8601", "-in", path], seconds: 5, mostBytes: 4096)
        guard let outcome = try? await run.outcome(of: []), outcome.status == 0 else { return nil }
        return Self.day(String(decoding: outcome.output, as: UTF8.self))
    }

    /// The day in `notAfter=2026-06-01 12:00:00Z`.
    static func day(_ text: String) -> LocalDate? {
        guard let start = text.firstRange(of: "notAfter=")?.upperBound else { return nil }
        return LocalDate(text[start...].prefix(10))
    }
}
