internal import Storage

enum ReceptionTables {
    static let migration = Migration(
        "reception: places, visits, appointments, leaders' days",
        [
            """
            CREATE TABLE reception_places (
              id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, closed INTEGER NOT NULL, details TEXT NOT NULL,
              version INTEGER NOT NULL)
            """,
            """
            CREATE TABLE visits (
              id INTEGER PRIMARY KEY, place_id INTEGER NOT NULL, day TEXT NOT NULL, series TEXT NOT NULL,
              number INTEGER NOT NULL, phase TEXT NOT NULL, people INTEGER NOT NULL, person_id INTEGER,
              about_id INTEGER, leader_day_id INTEGER, arrived_at INTEGER NOT NULL, begun_at INTEGER,
              ended_at INTEGER, result TEXT, case_id INTEGER, matter_number TEXT, reporter_id INTEGER,
              kept INTEGER NOT NULL, version INTEGER NOT NULL, UNIQUE (place_id, day, series, number))
            """,
            "CREATE INDEX visits_by_day ON visits (place_id, day, id)",
            "CREATE INDEX visits_by_matter ON visits (case_id, id) WHERE case_id IS NOT NULL",
            "CREATE INDEX visits_by_leader_day ON visits (leader_day_id, id) WHERE leader_day_id IS NOT NULL",
            "CREATE INDEX visits_to_forget ON visits (day, id) WHERE kept = 1",
            """
            CREATE TABLE visit_line (
              visit_id INTEGER NOT NULL, stop INTEGER NOT NULL, desk INTEGER NOT NULL, place_id INTEGER NOT NULL,
              day TEXT NOT NULL, phase TEXT NOT NULL, called_to INTEGER, front INTEGER NOT NULL, slot_at INTEGER,
              turn INTEGER NOT NULL, called_at INTEGER, series TEXT NOT NULL, number INTEGER NOT NULL,
              PRIMARY KEY (visit_id, stop, desk))
            """,
            "CREATE INDEX visit_line_by_desk ON visit_line (place_id, day, phase, desk, turn, visit_id)",
            """
            CREATE TABLE appointments (
              id INTEGER PRIMARY KEY, number TEXT NOT NULL, code_hash BLOB NOT NULL, place_id INTEGER NOT NULL,
              day TEXT NOT NULL, minute INTEGER NOT NULL, leader_day_id INTEGER, state TEXT NOT NULL, sealed BLOB,
              visit_id INTEGER, booked_at INTEGER NOT NULL, UNIQUE (number))
            """,
            "CREATE INDEX appointments_by_day ON appointments (place_id, day, minute, id)",
            "CREATE INDEX appointments_by_leader_day ON appointments (leader_day_id, id) WHERE leader_day_id IS NOT NULL",
            "CREATE INDEX appointments_to_forget ON appointments (day)",
            """
            CREATE TABLE appointment_slots (slot TEXT PRIMARY KEY, day TEXT NOT NULL, taken INTEGER NOT NULL)
            """,
            "CREATE INDEX appointment_slots_to_forget ON appointment_slots (day)",
            """
            CREATE TABLE leader_days (
              id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, leader_id INTEGER NOT NULL, place_id INTEGER NOT NULL,
              desk INTEGER NOT NULL, day TEXT NOT NULL, from_minute INTEGER NOT NULL, until_minute INTEGER NOT NULL,
              seats INTEGER NOT NULL, phase TEXT NOT NULL, entries INTEGER NOT NULL, open_entries INTEGER NOT NULL,
              version INTEGER NOT NULL)
            """,
            "CREATE INDEX leader_days_by_day ON leader_days (day, id)",
            """
            CREATE TABLE leader_day_entries (
              day_id INTEGER NOT NULL, entry INTEGER NOT NULL, case_id INTEGER NOT NULL, matter_number TEXT NOT NULL,
              unit_id INTEGER NOT NULL, result TEXT NOT NULL, due_on TEXT NOT NULL, is_open INTEGER NOT NULL,
              PRIMARY KEY (day_id, entry))
            """,
            "CREATE INDEX leader_day_entries_by_due ON leader_day_entries (due_on, day_id, entry) WHERE is_open = 1",
            "CREATE INDEX leader_day_entries_by_matter ON leader_day_entries (case_id, day_id)",
        ])
}
