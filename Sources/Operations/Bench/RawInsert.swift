internal import Casework
internal import Kernel
internal import Ledger
internal import Storage
internal import StoragePostgres
internal import StorageSQLite

/// The comparison that `make bench` makes: the rows and search tokens of one registration, a transaction a letter, on
/// so many connections, without HTTP and without group commit.
public struct RawInsert: Sendable {
    private let settings: Settings

    /// - Parameter settings: which store.
    public init(_ settings: Settings) { self.settings = settings }

    /// Runs the loop.
    ///
    /// - Returns: letters a second.
    public func run(connections: Int, seconds: Double) async throws -> Double {
        let installation = try await Installation.open(settings, for: .begin)
        let plan: RawPlan
        do {
            plan = try await RawPlan(installation)
            await installation.close()
        } catch {
            await installation.close()
            throw error
        }
        let started = ContinuousClock.now
        let count: Int
        switch settings.database {
        case .sqlite(let path):
            count = try RawInsertLoop.run(path: path, connections: connections, seconds: seconds) {
                connection, number in
                plan.statements(connection: connection, of: connections, number: number)
            }
        case .postgres(let url):
            count = try await postgres(url, plan, connections, seconds)
        }
        let elapsed = started.duration(to: .now).components
        return Double(count) / (Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18)
    }

    private func postgres(_ url: String, _ plan: RawPlan, _ connections: Int, _ seconds: Double) async throws -> Int {
        let schema = settings.schema
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for connection in 0..<connections {
                group.addTask {
                    let database = try PostgresDatabase(url: url, schema: schema, poolSize: 1)
                    var count = 0
                    do {
                        while ContinuousClock.now < end {
                            let statements = plan.statements(connection: connection, of: connections, number: count)
                            try await database.write { tx in try tx.executeAll(statements) }
                            count += 1
                        }
                    } catch {
                        await database.close()
                        throw error
                    }
                    await database.close()
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

/// The statements of one registration, made once; identifiers and numbers are changed for each letter.
struct RawPlan: Sendable {
    private let statements: [(String, [any SQLConvertible])]
    private let ids: Set<Int64>
    private let number: String
    private let submission = "raw-insert-submission-000000000000"
    private let run: Int64

    init(_ installation: Installation) async throws {
        let office = try await CountyOffice.ensure(in: installation)
        let now = installation.clock.now()
        run = now.milliseconds
        number = "RAW"
        var opening = ChronicleOpening(
            number: number, channel: .web, title: "梨园新村3号楼早上的水发黄，有铁锈味",
            body: Self.letter, receivedBy: office,
            reporter: ChronicleReporter(
                contact: Contact(name: "王女士", phone: "13800000000"), codeName: submission))
        opening.place = "城关街道梨园社区梨园新村3号楼"
        opening.wish = "请查清原因，告诉我们水能不能喝，什么时候恢复正常。"
        let first = installation.ids.next(Named.Text.self).rawValue
        let chronicle = try CaseChronicle(opening, by: .newReporter, at: now, in: installation.casework)
        var all = chronicle.statements()
        all.append(
            (
                "INSERT INTO submissions (id, result, recorded_at) VALUES ($1, $2, $3)",
                [submission, "\(chronicle.state.id)", now]
            ))
        let last = installation.ids.next(Named.Text.self).rawValue
        statements = all
        // Everything between the two is an identifier of this plan.
        ids = Set(
            all.flatMap { $0.1 }.compactMap { value in
                guard case .integer(let number) = value.sqlValue, first < number, number < last else { return nil }
                return number
            })
    }

    func statements(connection: Int, of connections: Int, number count: Int) -> [(String, [any SQLConvertible])] {
        let letter = Int64(count * connections + connection + 1)
        // Four milliseconds further: no identifier of one letter meets one of another.
        let shift = (letter * 4) << 22
        return statements.map { sql, values in
            (
                sql,
                values.map { value -> any SQLConvertible in
                    switch value.sqlValue {
                    case .integer(let id) where ids.contains(id): id + shift
                    case .text(number): "\(number)-\(run)-\(letter)"
                    case .text(submission): "\(submission)-\(run)-\(letter)"
                    default: value
                    }
                }
            )
        }
    }

    private static let letter = """
        您好：
        我住梨园新村3号楼，从四月中旬起家里的自来水发黄，放半个小时也不见清，还有一股铁锈味。楼上楼下都是这样，现在做饭只能买桶装水。\
        家里有孩子，实在不放心。打过三次客服电话，都说登记了等消息，到现在没有人来看过。
        请查清原因，告诉我们水能不能喝。谢谢你们看完我的信。
        """
}
