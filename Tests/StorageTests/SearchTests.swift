import Foundation
import Kernel
import Storage
import StorageSQLite
import StorageTestKit
import Testing

@Suite("Search, on both engines")
struct SearchTests {
    private let index = SearchIndex()
    private let tokenizer = SearchText()

    /// Texts made of a small alphabet, so that many queries hit: Chinese, Latin, mixed, marks of all kinds.
    private static let texts: [String] = {
        var seed: UInt64 = 42
        func pick<T>(_ list: [T]) -> T {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return list[Int(seed >> 33) % list.count]
        }
        let pieces = [
            "路", "灯", "水", "管", "路灯", "停水", "垃圾", "小区", "漏水", "不亮", "𠮷", "お", "한", "water", "Lamp", "lamp",
            "café", "cafe\u{301}", "CAFÉ", "ABC123", "123", "12", "3", " ", " ", ",", "。", "\"", "*", "'", "-", "AND",
            "OR", "NEAR", "(", ")", ":", "🧧", "\\", "中文abc", "ＡＢＣ１", "ﬁ", "ß", "İ", "\u{200B}",
        ]
        return (0..<400).map { _ in (0..<(2 + Int(seed >> 40) % 14)).map { _ in pick(pieces) }.joined() } + [
            "", "  ", "🧧🧧",
        ]
    }()

    private static let queries = [
        "路", "灯", "路灯", "水管", "漏水", "不亮 路灯", "小区停水", "垃圾", "𠮷", "お", "한", "𠮷路", "water", "WATER", "lamp",
        "Lamp 水", "café", "cafe", "CAFE\u{301}", "abc123", "123", "12", "3", "ＡＢＣ１２３", "中文", "中文abc", "abc", "AND",
        "OR", "NEAR", "NEAR(路 灯)", "AND OR", "\"路灯\"", "路*", "\"", "*", "' OR 1=1 --", "-水", "tokens:水", "水 NOT 灯",
        "🧧", "", "   ", "\\", "':*", "水' & '", "!水", "路 & 灯", "路|灯", "ß", "İ", "ﬁ", "不存在的词语", "\u{200B}", "lam*", "^路",
        "{水}", "a:b", "路 灯 水 管", "%", "_", "小区小区",
    ]

    @Test("both engines give the answers that the tokens imply, newest first", arguments: eachEngine)
    func answers(engine: Dialect.Engine) async throws {
        let index = self.index
        try await withDatabase(engine, migrations: StorageMigrations.all) { database in
            try await database.write { tx in
                for (id, text) in zip(Int64(1)..., Self.texts) { try index.add(tx, TextID(rawValue: id), text) }
            }
            #expect(Self.queries.count >= 40)
            for query in Self.queries {
                let expected = self.expected(query, in: Self.texts)
                let found = try await database.read { try index.textIDs($0, matching: query, limit: 1000) }
                #expect(found.map(\.rawValue) == expected, "query \(query.debugDescription)")
                // The same in pages.
                var paged: [TextID] = []
                while true {
                    let last = paged.last
                    let page = try await database.read {
                        try index.textIDs($0, matching: query, before: last, limit: 7)
                    }
                    paged += page
                    if page.count < 7 { break }
                }
                #expect(paged == found)
            }
            // Removed texts are found no more, others still are.
            try await database.write { tx in
                for (id, text) in zip(Int64(1)..., Self.texts) where id % 3 == 0 {
                    try index.remove(tx, TextID(rawValue: id), text)
                    try index.remove(tx, TextID(rawValue: id), text)
                }
            }
            for query in Self.queries {
                let expected = self.expected(query, in: Self.texts).filter { $0 % 3 != 0 }
                let found = try await database.read { try index.textIDs($0, matching: query, limit: 1000) }
                #expect(found.map(\.rawValue) == expected, "after removing: \(query.debugDescription)")
            }
            let error = await #expect(throws: StorageError.self) {
                try await database.write { try index.add($0, TextID(rawValue: 1), "x") }
            }
            guard case .duplicate = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("two Chinese characters are found wherever they stand together; one alone too")
    func substrings() {
        let text = "幸福小区三号楼停水abc停电,水管坏了"
        for query in ["停水", "小区三号楼", "水", "了", "停电", "坏"] { #expect(matches(query, text)) }
        for query in ["水停", "电水", "幸区", "楼水"] { #expect(!matches(query, text)) }
        #expect(tokenizer.tokens(of: "Résumé ＡＢ") == ["resume", "ab"])
        #expect(tokenizer.tokens(of: "re\u{301}sume\u{301}") == ["resume"])
        #expect(tokenizer.tokens(of: String(repeating: "a", count: 500))[0].count == 64)
    }

    @Test("the clause works inside a larger query with its own placeholders", arguments: eachEngine)
    func clause(engine: Dialect.Engine) async throws {
        let index = self.index
        try await withDatabase(engine, migrations: StorageMigrations.all) { database in
            try await database.write { tx in
                for id in 1...9 {
                    try index.add(tx, TextID(rawValue: Int64(id)), "路灯 \(id)")
                    try tx.execute("INSERT INTO counters (name, value) VALUES ($1, $2)", ["\(id % 2)-\(id)", id])
                }
            }
            let terms = tokenizer.terms(of: "路灯")
            let clause = try #require(index.matchClause(terms, dialect: database.dialect, placeholderStart: 2))
            let found = try await database.read { tx in
                try tx.rows(
                    """
                    SELECT value FROM counters WHERE value IN (\(clause.sql)) AND name LIKE $1 ORDER BY value DESC LIMIT 3
                    """, ["1-%"] + clause.values
                ).map { try $0.int(0) }
            }
            #expect(found == [9, 7, 5])
            #expect(index.matchClause([], dialect: database.dialect) == nil)
        }
    }

    @Test("after an erasure the SQLite file holds the word no more")
    func erasureSQLite() async throws {
        let index = self.index
        try await withStore(.sqlite, migrations: StorageMigrations.all) { store in
            try await eraseAndPurge(store.database, index)
            for suffix in ["", "-wal"] {
                let data = FileManager.default.contents(atPath: store.location + suffix) ?? Data()
                #expect(data.range(of: Data("xylophonist".utf8)) == nil)
                #expect(data.range(of: Data("鼹鼠".utf8)) == nil)
            }
            let found = try await store.database.read { try index.textIDs($0, matching: "路灯", limit: 100) }
            #expect(found.count == 59)
        }
    }

    @Test("after an erasure PostgreSQL's tables hold the word no more")
    func erasurePostgres() async throws {
        let index = self.index
        try await withStore(.postgres, migrations: StorageMigrations.all) { store in
            try await eraseAndPurge(store.database, index)
            try await store.database.maintain("CHECKPOINT")
            let row = try await store.database.read { tx in
                try tx.first(
                    """
                    SELECT current_setting('data_directory'), CAST(oid AS bigint) FROM pg_database
                    WHERE datname = current_database()
                    """)
            }
            let found = try #require(row)
            let directory = "\(try found.text(0))/base/\(try found.int64(1))"
            let files = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(files.count > 100)
            for file in files {
                let data = FileManager.default.contents(atPath: "\(directory)/\(file)") ?? Data()
                #expect(data.range(of: Data("xylophonist".utf8)) == nil, "in \(file)")
            }
        }
    }

    private func eraseAndPurge(_ database: any Database, _ index: SearchIndex) async throws {
        let secret = "xylophonist 鼹鼠 路灯"
        try await database.write { tx in
            for id in 1...60 { try index.add(tx, TextID(rawValue: Int64(id)), id == 30 ? secret : "路灯 不亮 \(id)") }
        }
        let before = try await database.read { try index.textIDs($0, matching: "xylophonist", limit: 10) }
        #expect(before.count == 1)
        try await database.write { try index.remove($0, TextID(rawValue: 30), secret) }
        try await index.purge(database)
        let after = try await database.read { try index.textIDs($0, matching: "xylophonist", limit: 10) }
        #expect(after.isEmpty)
    }

    private func expected(_ query: String, in texts: [String]) -> [Int64] {
        zip(Int64(1)..., texts).filter { matches(query, $0.1) }.map(\.0).reversed()
    }

    private func matches(_ query: String, _ text: String) -> Bool {
        let tokens = tokenizer.tokens(of: text)
        let terms = tokenizer.terms(of: query)
        return !terms.isEmpty
            && terms.allSatisfy { term in
                switch term {
                case .token(let token): tokens.contains { Array($0.utf8) == Array(token.utf8) }
                case .prefix(let prefix): tokens.contains { $0.utf8.starts(with: prefix.utf8) }
                }
            }
    }
}
