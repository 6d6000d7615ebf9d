public import Documents
public import HopXProtocol
public import TextConditions

extension Script {
    /// What code or a command does in a sandbox, and when.
    public struct CodeRule: Sendable, Equatable {
        public enum Condition: Sendable, Equatable {
            /// Of code, never of a command.
            case code(TextCondition)
            /// Of a command: the line for the shell, or program and arguments with spaces between.
            case command(TextCondition)
            case languages([CodeRun.Language])
            /// The session's n-th execution, counted from 1.
            case request(Int)
        }

        /// All of them must hold; empty for a rule that answers everything.
        public var when: [Condition]
        public var reply: CodeReply
        /// What it answers after its first time, in order; the last one of all goes on.
        public var then: [CodeReply]
        /// How often it may answer in one session; nil for no limit.
        public var times: Int?
        /// Nil for a rule that was not read from a file.
        public var place: Place?

        public init(
            when: [Condition] = [], reply: CodeReply, then: [CodeReply] = [], times: Int? = nil, place: Place? = nil
        ) {
            self.when = when
            self.reply = reply
            self.then = then
            self.times = times
            self.place = place
        }
    }

    /// What comes of an execution.
    public struct CodeReply: Sendable, Equatable {
        public var stdout = ""
        public var stderr = ""
        public var exitCode = 0
        public var rich: [RichOutput] = []
        /// Made when the execution ends, or changed if they are there.
        public var files: [FileWrite] = []
        /// Seconds that the execution takes.
        public var delay = 0.0
        /// The agent refuses the execution with this; the rest is then empty but for the delay.
        public var error: HopXError?

        public init() {}
    }

    /// One session's way through the rules for code.
    public struct CodeCursor: Sendable {
        public let script: Script
        private var executions = 0
        private var uses: [Int]

        public init(_ script: Script) {
            self.script = script
            uses = Array(repeating: 0, count: script.sandbox.count)
        }

        /// Answers the session's next execution by the first rule that may, and uses that rule once.
        ///
        /// - Throws: `NoMatch`.
        public mutating func next(for run: CodeRun) throws(NoMatch) -> CodeReply {
            executions += 1
            for (index, rule) in script.sandbox.enumerated() where uses[index] < rule.times ?? Int.max {
                guard rule.when.allSatisfy({ $0.failure(for: run, request: executions) == nil }) else { continue }
                defer { uses[index] += 1 }
                return uses[index] == 0 || rule.then.isEmpty
                    ? rule.reply : rule.then[min(uses[index], rule.then.count) - 1]
            }
            var candidates = script.sandbox.enumerated().map { index, rule in
                var reasons = rule.when.compactMap { $0.failure(for: run, request: executions) }
                if let times = rule.times, uses[index] >= times {
                    reasons.append("it has answered \(times == 1 ? "once" : "\(times) times"), as often as it may")
                }
                return NoMatch.Candidate(rule: index + 1, place: rule.place, reasons: reasons)
            }
            candidates.sort { ($0.reasons.count, $0.rule) < ($1.reasons.count, $1.rule) }
            throw NoMatch(file: script.file, isCode: true, request: executions, candidates: candidates)
        }
    }
}

extension Script.CodeRule.Condition {
    /// Why it does not hold, as a sentence; nil when it does.
    func failure(for run: CodeRun, request: Int) -> String? {
        switch (self, run.work) {
        case (.request(let number), _): number == request ? nil : "this is execution \(request), not \(number)"
        case (.code(let text), .code(let code, _)): text.holds(for: code) ? nil : "the code \(text.denial)"
        case (.code, .command): "this is a command, not code"
        case (.command(let text), .command(let words)):
            text.holds(for: Self.line(words)) ? nil : "the command \(text.denial)"
        case (.command, .code): "this is code, not a command"
        case (.languages(let languages), .code(_, let language)):
            languages.contains(language) ? nil : "the language is \(language.rawValue)"
        case (.languages, .command): "a command has no language"
        }
    }

    private static func line(_ words: [String]) -> String {
        words.count == 3 && words.starts(with: ["bash", "-c"]) ? words[2] : words.joined(separator: " ")
    }
}
