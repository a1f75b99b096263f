internal import Storage

extension CaseworkTables {
    /// Counts of matters: a row of facts a matter, what changed since the last count, and counts by month.
    ///
    /// Indexes of the facts hold all that is asked for, so that no page reads a row of a matter to count it.
    static let counts = Migration(
        "casework: counts by unit, area, category, channel and month",
        [
            """
            CREATE TABLE case_tallies (
              case_id INTEGER PRIMARY KEY REFERENCES cases (id), day TEXT NOT NULL, unit_id INTEGER NOT NULL,
              area TEXT NOT NULL, category TEXT NOT NULL, channel TEXT NOT NULL, is_open INTEGER NOT NULL,
              is_late INTEGER NOT NULL, is_unsolved INTEGER NOT NULL, days INTEGER NOT NULL, due_on TEXT)
            """,
            """
            CREATE INDEX case_tallies_by_day ON case_tallies
              (day, case_id, unit_id, area, category, channel, is_open, is_late, is_unsolved, days, due_on)
            """,
            """
            CREATE INDEX case_tallies_by_unit ON case_tallies
              (unit_id, day, case_id, area, category, channel, is_open, is_late, is_unsolved, days, due_on)
            """,
            // What is asked for by itself is rare, and a period is long: these hold nothing else.
            """
            CREATE INDEX case_tallies_open ON case_tallies (day, case_id, unit_id, area, category, channel, is_open)
              WHERE is_open = 1
            """,
            """
            CREATE INDEX case_tallies_late ON case_tallies (day, case_id, unit_id, area, category, channel, is_late)
              WHERE is_late = 1
            """,
            """
            CREATE INDEX case_tallies_unsolved ON case_tallies
              (day, case_id, unit_id, area, category, channel, is_unsolved) WHERE is_unsolved = 1
            """,
            """
            CREATE INDEX case_tallies_due ON case_tallies (due_on, day, case_id, unit_id, area, category, channel)
              WHERE due_on IS NOT NULL
            """,
            """
            CREATE TABLE case_count_changes (
              case_id INTEGER NOT NULL, facts TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (case_id, facts))
            """,
            """
            CREATE TABLE case_counts (
              dim TEXT NOT NULL, unit_id INTEGER NOT NULL, month TEXT NOT NULL, value TEXT NOT NULL,
              registered INTEGER NOT NULL, in_time INTEGER NOT NULL, late INTEGER NOT NULL, still_open INTEGER NOT NULL,
              unsolved INTEGER NOT NULL, days TEXT NOT NULL, PRIMARY KEY (dim, unit_id, month, value))
            """,
        ])

    /// Reports as they were counted then.
    static let keptReports = Migration(
        "casework: kept reports",
        [
            """
            CREATE TABLE kept_reports (
              id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, kind TEXT NOT NULL, from_on TEXT NOT NULL,
              to_on TEXT NOT NULL, counted_at INTEGER NOT NULL, body TEXT NOT NULL, seal BLOB NOT NULL)
            """,
            // One report for a unit and period, however many processes try.
            "CREATE UNIQUE INDEX kept_reports_by_period ON kept_reports (unit_id, kind, from_on)",
            "CREATE INDEX kept_reports_by_day ON kept_reports (unit_id, from_on, id)",
        ])

    /// Outlines of townships for the map.
    static let shapes = Migration(
        "casework: outlines of areas",
        ["CREATE TABLE area_shapes (area TEXT PRIMARY KEY, shape TEXT NOT NULL, imported_at INTEGER NOT NULL)"])
}
