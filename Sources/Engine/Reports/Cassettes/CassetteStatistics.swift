public import Cassettes
import Conversations
import HTTPMessages
import Transcripts

/// What is in a cassette, counted.
public struct CassetteStatistics: Sendable, Equatable {
    /// Calls of one operation, or of one model by it.
    public struct Row: Sendable, Equatable {
        public var service: Service
        /// Method and path, without the query.
        public var operation: String
        /// Nil where no model is asked.
        public var model: String?
        public var count = 0
        public var promptTokens = 0
        public var completionTokens = 0
        /// Answers of 400 and above, and exchanges that broke off.
        public var errorCount = 0
    }

    public var rows: [Row] = []
    public var interactionCount = 0
    public var codeRunCount = 0
    /// Runs that ended with another exit code than 0, or with none.
    public var failedRunCount = 0
    public var sandboxCount = 0
    public var sizes: Cassette.Sizes
    /// Seconds from the first request to the last answer.
    public var seconds = 0.0

    public init(_ story: CassetteStory, sizes: Cassette.Sizes) {
        self.sizes = sizes
        interactionCount = story.scenes.count
        sandboxCount = Set(story.scenes.compactMap(\.interaction.sandbox)).count
        for scene in story.scenes { add(scene) }
        rows.sort {
            ($0.service.rawValue, $0.operation, $0.model ?? "") < ($1.service.rawValue, $1.operation, $1.model ?? "")
        }
        let start = story.scenes.map(\.interaction.at).min() ?? 0
        seconds = (story.scenes.map { $0.interaction.exchange.end }.max() ?? start) - start
    }

    private mutating func add(_ scene: CassetteStory.Scene) {
        let interaction = scene.interaction
        var row = Row(
            service: interaction.service, operation: "\(interaction.operation.method) \(interaction.operation.path)")
        switch scene.entry?.kind {
        case .llmCall(let call):
            row.model = call.model
            row.promptTokens = call.usage?.promptTokens ?? 0
            row.completionTokens = call.usage?.completionTokens ?? 0
        case .codeRun(let run):
            codeRunCount += 1
            if run.exitCode != 0 { failedRunCount += 1 }
        default: break
        }
        let status = interaction.response.status
        row.errorCount = interaction.response.end != nil || (status ?? 500) >= 400 ? 1 : 0
        row.count = 1
        guard
            let index = rows.firstIndex(where: {
                ($0.service, $0.operation, $0.model) == (row.service, row.operation, row.model)
            })
        else { return rows.append(row) }
        rows[index].count += 1
        rows[index].promptTokens += row.promptTokens
        rows[index].completionTokens += row.completionTokens
        rows[index].errorCount += row.errorCount
    }

    public var errorCount: Int { rows.reduce(0) { $0 + $1.errorCount } }
    public var promptTokens: Int { rows.reduce(0) { $0 + $1.promptTokens } }
    public var completionTokens: Int { rows.reduce(0) { $0 + $1.completionTokens } }
}

extension Terminal {
    /// A cassette's numbers: a table of what was called, and the totals.
    public func statistics(_ statistics: CassetteStatistics, name: CassetteName) -> String {
        let rows = statistics.rows.map { row -> [Line] in
            let tokens = Usage(promptTokens: row.promptTokens, completionTokens: row.completionTokens)
            let hasTokens = row.promptTokens + row.completionTokens > 0
            return [
                Line(row.service.rawValue), Line(row.operation), Line(row.model ?? ""), Line(Wording.count(row.count)),
                Line(
                    hasTokens ? "\(Wording.count(tokens.promptTokens)) + \(Wording.count(tokens.completionTokens))" : ""
                ),
                Line(row.errorCount > 0 ? Wording.count(row.errorCount) : "", .bad),
            ]
        }
        var lines = [Line(name.text, .strong), Line()]
        lines += table(["SERVICE", "OPERATION", "MODEL", "COUNT", "TOKENS", "ERRORS"], rows)
        lines.append(Line())
        lines += totals(statistics).flatMap { prose($0, indent: 0) }
        return page(lines)
    }

    private func totals(_ statistics: CassetteStatistics) -> [String] {
        var calls = [Wording.count(statistics.interactionCount, "interaction"), Wording.duration(statistics.seconds)]
        if statistics.promptTokens + statistics.completionTokens > 0 {
            let usage = Usage(promptTokens: statistics.promptTokens, completionTokens: statistics.completionTokens)
            calls.append(Wording.tokens(usage))
        }
        if statistics.errorCount > 0 { calls.append(Wording.count(statistics.errorCount, "error")) }
        var lines = [calls.joined(separator: " · ")]
        if statistics.sandboxCount > 0 {
            let failed = statistics.failedRunCount > 0 ? " (\(Wording.count(statistics.failedRunCount)) failed)" : ""
            let sandboxes =
                statistics.sandboxCount == 1 ? "1 sandbox" : "\(Wording.count(statistics.sandboxCount)) sandboxes"
            lines.append("\(sandboxes) · \(Wording.count(statistics.codeRunCount, "code run"))" + failed)
        }
        let sizes = statistics.sizes
        var size = Wording.size(sizes.written)
        if sizes.changeCount > 0 {
            size +=
                "; \(Wording.size(sizes.whole)) with every request whole (\(Wording.count(sizes.changeCount)) of them written as changes)"
        }
        return lines + [size]
    }
}
