internal import Casework
internal import Kernel
internal import Organisation
internal import Supervision

/// Transfers, supervision, promises, applications for information, equal treatment.
extension ReportWriter {
    var handling: [Table] {
        let kinds = CaseMoveKind.allCases
        let moves = table(
            "moves", ["unit"] + kinds.map { "move.\($0.rawValue)" } + ["upheld", "rejected", "corrected"],
            report.units.filter { !$0.moves.isEmpty || $0.objectionsUpheld + $0.objectionsRejected + $0.corrected > 0 }
                .map { line in
                    [name(words.unit(line.unit))] + kinds.map { number(line.moves[$0] ?? 0) }
                        + [
                            number(line.objectionsUpheld), number(line.objectionsRejected), number(line.corrected),
                        ]
                })
        return [moves] + supervised
    }

    private var supervised: [Table] {
        guard let all = supervision?.all else { return [] }
        let results: [[Cell]] = [
            [name(text("report.task.inTime")), number(all.answeredInTime)],
            [name(text("report.task.late")), number(all.answeredLate)],
            [name(text("report.task.unanswered")), number(all.unanswered)],
            [name(text("report.task.waiting")), number(all.waiting)],
            [name(text("report.task.withdrawn")), number(all.withdrawn)],
        ]
        let decisions: [[Cell]] =
            [
                [name(text("report.conferences")), number(supervision?.conferences ?? 0)],
                [name(text("report.decisions")), number(all.decisions)],
            ]
            + DecisionOutcome.allCases.map {
                [name(words.words.name("decisionOutcome", $0)), number(all.carriedOut[$0] ?? 0)]
            }
        let units = (supervision?.units ?? []).map { unit, line -> [Cell] in
            [
                name(words.unit(unit)), number(line.allTasks), number(line.answeredInTime), number(line.answeredLate),
                number(line.unanswered), number(line.measures.values.reduce(0, +)),
            ]
        }
        return [
            table(
                "tasks", ["trigger", "count", "share"],
                counted(
                    SupervisionTrigger.allCases, all.tasks, of: all.allTasks, kind: "supervisionTrigger", query: nil)),
            table(
                "taskAnswers", ["what", "count"],
                results
                    + TaskResult.allCases.map {
                        [name(words.words.name("taskResult", $0)), number(all.results[$0] ?? 0)]
                    }),
            table(
                "measures", ["measure", "count"],
                TaskMeasure.allCases.map { [name(words.words.name("taskMeasure", $0)), number(all.measures[$0] ?? 0)] }),
            table("taskUnits", ["unit", "tasks", "inTime", "late", "unanswered", "measures"], units),
            table("decisions", ["what", "count"], decisions),
        ]
    }

    /// As the public board counts them.
    var promises: Table {
        table(
            "promises", ["unit", "all", "kept", "lateKept", "broken", "open", "withdrawn"],
            report.promises.map { line in
                [
                    name(words.unit(line.unit)), number(line.all), number(line.kept), number(line.late),
                    number(line.broken), number(line.open), number(line.withdrawn),
                ]
            })
    }

    var information: [Table] {
        let information = report.information
        let times = information.times
        let answers = counted(
            InformationAnswer.allCases, information.answers, of: information.answered, kind: "infoAnswer", query: nil)
        return [
            table(
                "information", ["what", "count"],
                [
                    [
                        name(text("report.info.received")),
                        number(information.received, url: list(("kind", "information"))),
                    ],
                    [name(text("report.info.answered")), number(information.answered)],
                    [name(text("report.info.partial")), number(information.partial)],
                    [name(text("report.info.other")), number(information.other)],
                    [name(text("report.info.inTime")), number(times.inTime)],
                    [name(text("report.info.late")), number(times.late)],
                    [name(text("report.info.overdue")), number(times.overdue)],
                    [name(text("report.info.running")), number(times.running)],
                    [name(text("report.info.extended")), number(times.extended)],
                    [name(text("report.info.remedies")), Cell(text("report.info.remediesUnknown"))],
                ]),
            table("infoAnswers", ["infoAnswer", "count", "share"], answers),
        ]
    }

    var equality: [Table] {
        let equality = report.equality
        return [
            alike("equalChannels", "channel", equality.channels) { code in
                Channel(rawValue: code).map { words.words.name("channel", $0) } ?? code
            },
            alike("equalAreas", "area", equality.areas) { words.area($0) },
            alike("equalCategories", "category", equality.categories) { words.category($0) },
        ]
    }

    private func alike(
        _ id: String, _ first: String, _ lines: [EqualityAudit.Line], _ called: (String) -> String
    ) -> Table {
        let results = EqualityAudit.Result.allCases
        return table(
            id,
            [first, "count", "accepted", "acceptedShare", "acceptedDays", "answerDays"]
                + results.map { "result.\($0.rawValue)" },
            lines.map { line in
                let accepted = line.accepted.flatMap { accepted in
                    line.received.map { share(accepted, of: $0) }
                }
                return [
                    name(line.code.map(called) ?? text("report.none")), shown(line.received), shown(line.accepted),
                    accepted ?? Cell("*", plain: ""), days(line.acceptanceDays), days(line.answerDays),
                ] + results.map { shown(line.results[$0]) }
            })
    }
}
