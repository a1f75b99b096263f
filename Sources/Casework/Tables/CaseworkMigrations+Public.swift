internal import Storage

extension CaseworkTables {
    /// What everybody may read, and what they follow.
    static let open = Migration(
        "casework: public matters, follow codes",
        [
            """
            CREATE TABLE public_matters (
              case_id INTEGER PRIMARY KEY REFERENCES cases (id), number TEXT NOT NULL UNIQUE,
              text_id INTEGER NOT NULL UNIQUE, title_id INTEGER NOT NULL, reply_id INTEGER,
              reply_waits INTEGER NOT NULL, category TEXT, area TEXT, standing TEXT NOT NULL,
              registered_on TEXT NOT NULL, published_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
              steps INTEGER NOT NULL, reporters INTEGER NOT NULL, judgement TEXT, unit_id INTEGER NOT NULL)
            """,
            """
            CREATE TABLE public_steps (
              case_id INTEGER NOT NULL REFERENCES cases (id), position INTEGER NOT NULL, kind TEXT NOT NULL,
              at INTEGER NOT NULL, unit_id INTEGER, PRIMARY KEY (case_id, position))
            """,
            """
            CREATE TABLE public_facets (
              case_id INTEGER NOT NULL REFERENCES cases (id), facet TEXT NOT NULL, text_id INTEGER NOT NULL,
              PRIMARY KEY (case_id, facet))
            """,
            "CREATE UNIQUE INDEX public_facets_by_facet ON public_facets (facet, text_id)",
            """
            CREATE TABLE public_words (
              text_id INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (text_id, token))
            """,
            "CREATE UNIQUE INDEX public_words_by_token ON public_words (token, text_id)",
            """
            CREATE TABLE public_follows (
              code_hash TEXT NOT NULL, case_id INTEGER NOT NULL, seen INTEGER NOT NULL, looked_on TEXT NOT NULL,
              PRIMARY KEY (code_hash, case_id))
            """,
            "CREATE INDEX public_follows_by_day ON public_follows (looked_on)",
        ])
}
