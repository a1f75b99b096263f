internal import Casework
internal import Foundation
public import Kernel
internal import Organisation
internal import Storage

/// How the machine and the store stand, for the health page and `jiaxin health`: figures only, without secrets and
/// personal data.
public struct HealthCheck: Sendable {
    private let installation: Installation

    /// - Parameter installation: what is looked at.
    public init(_ installation: Installation) { self.installation = installation }

    /// Work that is noted, but is no housekeeping of the server.
    static let byOperator: Set<String> = ["backup", "verify"]

    /// Everything that can be known now. What cannot be read is told as unknown; it never throws.
    public func report() async -> [HealthLine] {
        let now = installation.clock.now()
        var lines: [HealthLine] = []
        do {
            let chores = try await installation.database.read { tx in try ChoreLog().all(in: tx) }
            lines.append(age(of: "backup", chores, now, near: 26, over: 72))
            lines.append(age(of: "verify", chores, now, near: 24 * 8, over: 24 * 40))
            lines.append(housekeeping(chores, now))
            lines.append(try await jobs(now))
            lines.append(try await outbox(now))
            lines.append(try await clock(now))
            lines.append(try await schema())
            lines.append(try await size())
            lines.append(try await administrators())
        } catch {
            lines.append(HealthLine("store", .over, ["code": "\(type(of: error))"]))
        }
        lines.append(key())
        lines.append(disk())
        lines.append(await certificate(now))
        return lines
    }

    private func age(
        of name: String, _ chores: [ChoreLog.Line], _ now: Instant, near: Int64, over: Int64
    ) -> HealthLine {
        let line = chores.first { $0.name == name }
        guard let done = line?.doneAt else { return HealthLine(name, .over, ["hours": "–", "days": "–"]) }
        let hours = (now.milliseconds - done.milliseconds) / 3_600_000
        let values = ["hours": "\(hours)", "days": "\(hours / 24)"]
        if let failed = line?.failedAt, failed > done { return HealthLine(name, .over, values) }
        return HealthLine(name, hours > over ? .over : hours > near ? .near : .ok, values)
    }

    private func housekeeping(_ all: [ChoreLog.Line], _ now: Instant) -> HealthLine {
        let chores = all.filter { !Self.byOperator.contains($0.name) }
        let failed = chores.filter { line in
            guard let at = line.failedAt, at > now.adding(days: -1) else { return false }
            return true
        }
        let stuck = failed.filter { line in line.doneAt.map { $0 < line.failedAt ?? $0 } ?? true }
        guard let last = chores.compactMap(\.doneAt).max() else {
            return HealthLine("housekeeping", .unknown, ["minutes": "–", "failed": "0", "names": ""])
        }
        let minutes = (now.milliseconds - last.milliseconds) / 60_000
        let values = [
            "minutes": "\(minutes)", "failed": "\(failed.count)", "names": failed.map(\.name).joined(separator: ", "),
        ]
        let state: HealthLine.State = minutes > 60 || !stuck.isEmpty ? .over : failed.isEmpty ? .ok : .near
        return HealthLine("housekeeping", state, values)
    }

    private func jobs(_ now: Instant) async throws -> HealthLine {
        let (counts, oldest) = try await installation.database.read { tx in
            (
                try JobQueue().counts(tx),
                try tx.first("SELECT MIN(run_at) FROM jobs WHERE run_at <= $1", [now])?.optionalInstant(0)
            )
        }
        return queue("jobs", waiting: counts.waiting, parked: counts.parked, oldest, now)
    }

    private func outbox(_ now: Instant) async throws -> HealthLine {
        let row = try await installation.database.read { tx in
            try tx.first("SELECT COUNT(*), MIN(created_at) FROM outbox")
        }
        return queue("outbox", waiting: try row?.int(0) ?? 0, parked: 0, try row?.optionalInstant(1), now)
    }

    private func queue(_ name: String, waiting: Int, parked: Int, _ oldest: Instant?, _ now: Instant) -> HealthLine {
        let minutes = oldest.map { max(0, now.milliseconds - $0.milliseconds) / 60_000 } ?? 0
        let state: HealthLine.State = minutes > 120 ? .over : minutes > 10 || parked > 0 ? .near : .ok
        return HealthLine(
            name, state, ["waiting": "\(waiting)", "parked": "\(parked)", "minutes": "\(minutes)"])
    }

    /// The server's clock against the store's, and against the newest thing that it wrote.
    private func clock(_ now: Instant) async throws -> HealthLine {
        let isServer = installation.database.dialect.engine == .postgres
        let (store, newest) = try await installation.database.read { tx in
            (
                isServer
                    ? try tx.first("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)")?.instant(0)
                    : nil,
                try tx.first("SELECT MAX(recorded_at) FROM organisation_history")?.optionalInstant(0)
            )
        }
        let present = installation.clock.now()
        let skew = store.map { abs(present.milliseconds - $0.milliseconds) } ?? 0
        let ahead = newest.map { max(0, $0.milliseconds - present.milliseconds) } ?? 0
        let worst = max(skew, ahead)
        return HealthLine(
            "clock", worst > 60_000 ? .over : worst > 2_000 ? .near : .ok,
            ["seconds": "\(worst / 1000)", "milliseconds": "\(worst)"])
    }

    private func schema() async throws -> HealthLine {
        let known = Schema.migrations.count
        let found = try await Migrator(Schema.migrations).currentVersion(of: installation.database)
        return HealthLine("schema", found == known ? .ok : .over, ["found": "\(found)", "known": "\(known)"])
    }

    private func size() async throws -> HealthLine {
        var bytes: Int64 = 0
        switch installation.settings.database {
        case .sqlite(let path):
            for suffix in ["", "-wal"] {
                let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
                bytes += (attributes?[.size] as? NSNumber)?.int64Value ?? 0
            }
        case .postgres:
            bytes =
                try await installation.database.read { tx in
                    try tx.first(
                        """
                        SELECT CAST(COALESCE(SUM(pg_total_relation_size(c.oid)), 0) AS bigint) FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = current_schema() AND c.relkind = 'r'
                        """)?.int64(0)
                } ?? 0
        }
        return HealthLine(
            "database", .ok,
            ["megabytes": "\(bytes / 1_048_576)", "engine": installation.database.dialect.engine.rawValue])
    }

    private func administrators() async throws -> HealthLine {
        let missing = try await installation.organisation.current().missingAdministrators
        return HealthLine(
            "administrators", missing.isEmpty ? .ok : .near,
            ["count": "\(missing.count)", "roles": missing.map(\.rawValue).joined(separator: ", ")])
    }

    /// The store opened, so its key is right; what can still be wrong is who else may read the file.
    private func key() -> HealthLine {
        let attributes = try? FileManager.default.attributesOfItem(atPath: installation.settings.keyFile)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue else {
            return HealthLine("key", .near)
        }
        return HealthLine("key", mode & 0o077 == 0 ? .ok : .over)
    }

    private func disk() -> HealthLine {
        let path: String
        switch installation.settings.database {
        case .sqlite(let file): path = SafeFile.folder(of: file)
        case .postgres: path = SafeFile.folder(of: installation.settings.keyFile)
        }
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: path)
        guard let free = (facts?[.systemFreeSize] as? NSNumber)?.int64Value,
            let all = (facts?[.systemSize] as? NSNumber)?.int64Value, all > 0
        else { return HealthLine("disk", .unknown, ["gigabytes": "–", "percent": "–"]) }
        let percent = free * 100 / all
        let gigabytes = free / 1_073_741_824
        let state: HealthLine.State =
            percent < 5 || gigabytes < 1 ? .over : percent < 15 || gigabytes < 5 ? .near : .ok
        return HealthLine("disk", state, ["gigabytes": "\(gigabytes)", "percent": "\(percent)"])
    }

    private func certificate(_ now: Instant) async -> HealthLine {
        guard installation.settings.publicURL.lowercased().hasPrefix("https://") else {
            return HealthLine("certificate", .unknown)
        }
        guard let file = installation.settings.certificateFile else { return HealthLine("certificate", .near) }
        guard let end = await CertificateFile(path: file).lastDay() else {
            return HealthLine("certificate", .over, ["days": "–", "date": "–"])
        }
        let days = end.days(since: installation.deadlines.zone.date(of: now))
        return HealthLine(
            "certificate", days < 7 ? .over : days < 30 ? .near : .ok, ["days": "\(days)", "date": "\(end)"])
    }
}
