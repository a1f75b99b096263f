internal import Storage

extension CaseworkTables {
    /// Lists that are narrowed and ordered without reading a row that is not shown.
    ///
    /// The columns after `restricted` are those that filters ask for. Orders by registration and change hold open
    /// matters alone: most of a ledger is closed, and no list shows that.
    static let lists = Migration(
        "casework: lists by filter and order",
        [
            "DROP INDEX cases_by_phase",
            "DROP INDEX cases_by_unit_phase",
            "CREATE INDEX cases_by_phase ON cases (phase, due_on, id, restricted, category, channel, area, acting_unit)",
            "CREATE INDEX cases_by_unit_phase ON cases (acting_unit, phase, due_on, id, restricted, category, channel, area)",
            """
            CREATE INDEX cases_by_phase_registered ON cases
              (phase, registered_at, id, restricted, category, channel, area, due_on, acting_unit) WHERE phase <> 'closed'
            """,
            """
            CREATE INDEX cases_by_unit_registered ON cases
              (acting_unit, phase, registered_at, id, restricted, category, channel, area, due_on) WHERE phase <> 'closed'
            """,
            """
            CREATE INDEX cases_by_phase_changed ON cases
              (phase, last_at, id, restricted, category, channel, area, due_on, acting_unit) WHERE phase <> 'closed'
            """,
            """
            CREATE INDEX cases_by_unit_changed ON cases
              (acting_unit, phase, last_at, id, restricted, category, channel, area, due_on) WHERE phase <> 'closed'
            """,
        ])

    /// Clocks in hours run out within a day, and whoever waits for others sees until when.
    static let hours = Migration(
        "casework: lists to the hour, waiting for others",
        [
            "ALTER TABLE cases ADD COLUMN waits_until TEXT",
            "DROP INDEX cases_by_due",
            "DROP INDEX cases_by_unit_due",
            "CREATE INDEX cases_by_due ON cases (due_on, id, restricted, due_at)",
            "CREATE INDEX cases_by_unit_due ON cases (acting_unit, due_on, id, restricted, due_at)",
        ])

    /// What was answered or judged lately, as numbers and as lists in their order, without reading a row of a matter.
    static let answered = Migration(
        "casework: lists of what was answered or judged",
        [
            "DROP INDEX cases_by_reply",
            "DROP INDEX cases_by_verdict",
            "CREATE INDEX cases_by_reply ON cases (replied_at, id, responsible_unit, restricted, registered_at)",
            "CREATE INDEX cases_by_verdict ON cases (judged_at, id, responsible_unit, restricted, judgement)",
        ])

    /// Until when a unit that was asked does its part: its own list follows that day, and a day that passed is found.
    static let helpDays = Migration(
        "casework: days of helping units",
        [
            "ALTER TABLE case_units ADD COLUMN due_on TEXT",
            """
            CREATE INDEX case_units_due ON case_units (due_on, case_id, unit_id) WHERE due_on IS NOT NULL
            """,
        ])

    /// Clocks in hours are told of to the hour.
    static let hourSteps = Migration(
        "casework: telling of clocks in hours",
        [
            "ALTER TABLE case_clocks ADD COLUMN escalates_at INTEGER",
            "DROP INDEX case_clocks_to_escalate",
            """
            CREATE INDEX case_clocks_to_escalate ON case_clocks (escalates_on, case_id, escalates_at)
              WHERE escalates_on IS NOT NULL
            """,
        ])

    /// Calls that are to be made, and what residents say of the unit that answered and of the office that took it in.
    static let callBacks = Migration(
        "casework: calls to ask how it went, two ratings",
        [
            "ALTER TABLE cases ADD COLUMN call_back_on TEXT",
            """
            CREATE INDEX cases_by_call_back ON cases (call_back_on, id, restricted, handler_id, received_unit)
              WHERE call_back_on IS NOT NULL
            """,
            """
            CREATE INDEX cases_by_unit_call_back ON cases (received_unit, call_back_on, id, restricted, handler_id)
              WHERE call_back_on IS NOT NULL
            """,
            "ALTER TABLE reporters ADD COLUMN attitude TEXT",
            "ALTER TABLE reporters ADD COLUMN intake TEXT",
        ])
}
