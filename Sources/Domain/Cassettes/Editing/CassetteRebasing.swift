import Documents

/// Keeps old answers under the requests that they were given to, instead of those they were recorded for.
public enum CassetteRebasing {
    public struct Outcome: Sendable {
        public let edited: EditedCassette
        /// Numbers of the interactions that were added.
        public let added: [Int]
        /// Numbers of the interactions whose requests were replaced.
        public let replaced: [Int]
    }

    /// Adds an interaction for each stale answer, with the new request and the old answer; its service is then `edited`.
    ///
    /// What ran in a sandbox is answered in the recorded order, so there the old request is replaced where it stands. Stale
    /// answers whose requests the cassette has by now are left out.
    ///
    /// - Throws: `Diagnostics` when the cassette is broken, or has no interaction that a stale answer came from.
    public static func apply(
        _ answers: [StaleAnswer], to bytes: [UInt8], file: String, beside: (any BesideFiles)? = nil
    ) throws -> Outcome {
        var text = try CassetteText(bytes, file: file, beside: beside)
        let numbers = Set(text.documents.map(\.interaction.number))
        let problems = answers.filter { !numbers.contains($0.answeredBy) }.map { answer in
            Diagnostic(
                file: file, "a stale answer came from interaction \(answer.answeredBy), which is not there",
                expected: "the cassette that gave the answers", fix: "run the program with --on-miss nearest again")
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }

        let rules = text.header.rules
        var known = Set(text.documents.map { InteractionPrint($0.interaction, rules: rules) })
        let new = answers.filter { answer in
            guard let old = text.documents.first(where: { $0.interaction.number == answer.answeredBy })?.interaction
            else { return false }
            return known.insert(InteractionPrint(old.asked(answer.request, rules), rules: rules)).inserted
        }
        var contents: [BesideContent]? = []
        var replaced: [Int] = []
        let (ran, asked) = (new.filter { text.isOutcome($0.answeredBy) }, new.filter { !text.isOutcome($0.answeredBy) })
        if !ran.isEmpty {
            let replacing = Dictionary(ran.map { ($0.answeredBy, $0.request) }) { first, _ in first }
            replaced = replacing.keys.sorted()
            text = try CassetteText(text.replacingRequests(replacing, &contents), file: file, beside: beside)
        }

        var writer = CassetteWriter()
        for document in text.documents {
            var nothing: [BesideContent]?
            _ = writer.requestTree(for: document.interaction, contents: &nothing)
        }
        let files = CollectedContents()
        var added: [Int] = []
        var out = Array(text.bytes[..<text.wholeByteCount])
        var last = numbers.max() ?? 0
        for answer in asked {
            guard let old = text.documents.first(where: { $0.interaction.number == answer.answeredBy })?.interaction
            else { continue }
            last += 1
            var interaction = old.asked(answer.request, rules)
            interaction.number = last
            out += try writer.document(for: interaction, beside: files).utf8
            added.append(last)
        }
        let services = Set(new.map(\.request.service))
        out = text.markingEdited(services, in: out)
        return Outcome(
            edited: try text.edited(out, contents: (contents ?? []) + files.all, beside: beside), added: added,
            replaced: replaced)
    }
}

extension Interaction {
    /// The same answer to another request.
    fileprivate func asked(_ other: Interaction, _ rules: MatchRules) -> Interaction {
        var interaction = self
        interaction.operation = other.operation
        interaction.inputs = other.inputs
        interaction.request = other.request
        interaction.key = interaction.computedKey(rules)
        return interaction
    }
}

extension CassetteText {
    /// True for what ran in a sandbox.
    fileprivate func isOutcome(_ number: Int) -> Bool {
        documents.contains {
            $0.interaction.number == number && $0.interaction.service == .hopx && $0.interaction.sandbox != nil
        }
    }

    /// The text with other requests in some documents; requests written as changes of those stay what they were.
    fileprivate func replacingRequests(_ requests: [Int: Interaction], _ contents: inout [BesideContent]?) -> [UInt8] {
        var writer = CassetteWriter()
        var changes: [Int: [UInt8]?] = [:]
        for (position, document) in documents.enumerated() {
            var interaction = document.interaction
            var edit = DocumentEdit()
            if let new = requests[interaction.number] {
                interaction = interaction.asked(new, header.rules)
                edit.key = interaction.key
                edit.members.append((interaction.service.rawValue, .text(new.operation.description)))
                if document.node["inputs"] != nil, let inputs = new.inputs {
                    edit.members.append(("inputs", .text(inputs)))
                }
            }
            var found: [BesideContent]? = []
            let tree = writer.requestTree(for: interaction, contents: &found)
            let losesBase = document.base.map { requests[$0] != nil } ?? false
            if document.node["request"] != nil, losesBase || requests[interaction.number] != nil {
                edit.members.append(("request", tree))
                contents?.append(contentsOf: found ?? [])
            }
            if !edit.isEmpty { changes[position] = edit.applied(to: document, in: bytes) }
        }
        return replacing(changes)
    }

    /// The text whose header says that services were edited.
    fileprivate func markingEdited(_ services: Set<Service>, in bytes: [UInt8]) -> [UInt8] {
        var header = header
        for index in header.origins.indices where services.contains(header.origins[index].service) {
            header.origins[index].from = .edited
        }
        return header == self.header ? bytes : CassetteWriter.replacingHeader(in: bytes, by: header)
    }
}
