public import Documents
import HTTPMessages

/// Takes the secrets out of a cassette's text, as a recorder would have done, and rekeys what it changes.
public enum CassetteRedaction {
    public struct Outcome: Sendable {
        public let edited: EditedCassette
        /// All that was replaced.
        public let counts: SecretCounts
        /// Where it was found, as warnings at their places.
        public let findings: [Diagnostic]
        /// Numbers whose requests changed, so that they are known by other keys now.
        public let rekeyed: [Int]
    }

    /// Done twice, it changes nothing the second time.
    ///
    /// - Throws: `Diagnostics` when the cassette is broken; stale keys do not count.
    public static func apply(
        to bytes: [UInt8], file: String, literals: LiteralSecrets, beside: (any BesideFiles)? = nil
    ) throws -> Outcome {
        let text = try CassetteText(bytes, file: file, beside: beside, checksKeys: false)
        var pass = Pass(text, SecretSearch(literals: literals))
        for position in text.documents.indices { pass.redact(position) }
        let notes = pass.redactNotes(in: text.replacing(pass.changes))
        // Large contents without secrets are the same ones as before.
        return Outcome(
            edited: try text.edited(notes, contents: pass.contents, beside: beside, checksKeys: false),
            counts: pass.counts,
            findings: pass.findings, rekeyed: pass.rekeyed.sorted())
    }

    /// One walk over a cassette's documents.
    private struct Pass {
        let text: CassetteText
        let search: SecretSearch
        var writer = CassetteWriter()
        var contents: [BesideContent]? = []
        var changes: [Int: [UInt8]?] = [:]
        var counts = SecretCounts()
        var findings: [Diagnostic] = []
        var rekeyed: [Int] = []
        /// What was found in the requests so far, and what they are now.
        private var requests: [Int: (counts: SecretCounts, body: RecordedBody)] = [:]

        init(_ text: CassetteText, _ search: SecretSearch) {
            self.text = text
            self.search = search
        }

        mutating func redact(_ position: Int) {
            let document = text.documents[position]
            let old = document.interaction
            var new = old
            let body = search.redacted(old.request.bytes, service: old.service)
            if body != old.request.bytes { new.request = RecordedBody(bytes: body) }
            new.operation = search.redacted(old.operation)
            new.response.headers = search.redacted(old.response.headers, interaction: old.number)
            new.response.content = search.redacted(old.response.content, service: old.service)
            new.key = new.computedKey(text.header.rules)

            var edit = DocumentEdit()
            changeRequest(to: new, in: document, position, &edit)
            changeResponse(to: new, in: document, position, &edit)
            if new.operation != old.operation {
                edit.members.append((old.service.rawValue, .text(new.operation.description)))
                note(
                    position, "its path or query",
                    search.counts(in: Array(old.operation.description.utf8), service: nil))
            }
            if new.key != old.computedKey(text.header.rules) {
                rekeyed.append(old.number)
                edit.key = new.key
            }
            if !edit.isEmpty { changes[position] = edit.applied(to: document, in: text.bytes) }
        }

        private mutating func changeRequest(
            to new: Interaction, in document: CassetteText.Document, _ position: Int, _ edit: inout DocumentEdit
        ) {
            let old = document.interaction
            let found = search.counts(in: old.request.bytes, service: old.service)
            let base = document.base.flatMap { requests[$0] }
            requests[old.number] = (found, new.request)
            var large: [BesideContent]? = []
            let tree = writer.requestTree(for: new, contents: &large)
            guard document.node["request"] != nil, new.request.bytes != old.request.bytes else { return }
            if let base, isStill(new.request, document, base.body) { return }
            edit.members.append(("request", tree))
            contents?.append(contentsOf: large ?? [])
            note(position, "its request", found.beyond(base?.counts ?? SecretCounts()))
        }

        /// True when the change as it is written, of the redacted base, is the redacted request.
        private func isStill(_ body: RecordedBody, _ document: CassetteText.Document, _ base: RecordedBody) -> Bool {
            guard let request = document.node["request"], let tree = base.tree, let like = document.base else {
                return false
            }
            var reader = MappingReader(request, file: text.file, what: "a request")
            // What stands beside the file is only told by its digest here, and so never equal: written anew.
            guard BesideForm.digests(in: request).isEmpty else { return false }
            let delta = RequestDelta(like: like, reader: &reader)
            guard let applied = delta.applied(to: tree), let canonical = CanonicalJSON.bytes(of: applied) else {
                return false
            }
            return canonical == CanonicalJSON.bytes(of: body.bytes)
        }

        private mutating func changeResponse(
            to new: Interaction, in document: CassetteText.Document, _ position: Int, _ edit: inout DocumentEdit
        ) {
            let old = document.interaction
            let found = search.counts(in: old.response.content, service: old.service)
            if case .socket(let before) = old.response.content, case .socket(let after) = new.response.content {
                guard before != after else { return }
                edit.members += SocketForm.members(for: after)
                return note(position, "its messages", found)
            }
            let fields = zip(old.response.headers.fields, new.response.headers.fields).filter { $0.value != $1.value }
            guard !fields.isEmpty || old.response.bytes != new.response.bytes else { return }
            edit.members.append(("response", CassetteWriter.responseTree(for: new.response, contents: &contents)))
            note(position, "its answer", found)
            var headers = SecretCounts()
            for (field, _) in fields { headers.add(field.name) }
            note(position, "its header fields", headers)
        }

        private mutating func note(_ position: Int, _ place: String, _ found: SecretCounts) {
            guard !found.isEmpty else { return }
            counts.add(found)
            let number = text.documents[position].interaction.number
            findings.append(
                text.diagnostic(
                    at: text.place(of: position), "interaction \(number) has secrets in \(place): \(found.words)",
                    fix: "understudy cassette redact \(text.file)"))
        }

        /// The header, and comments that have a line for themselves.
        mutating func redactNotes(in bytes: [UInt8]) -> [UInt8] {
            let header = DocumentScan(bytes).documents.first?.range ?? 0..<0
            var replacements: [Replacement] = []
            var position = 0
            var line = 0
            while position < bytes.count {
                line += 1
                let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
                defer { position = end + 1 }
                guard bytes[position] == UInt8(ascii: "#") || header.contains(position) else { continue }
                let old = Array(bytes[position..<end])
                let found = search.counts(in: old, service: nil)
                guard !found.isEmpty else { continue }
                counts.add(found)
                let new = search.redacted(String(decoding: old, as: UTF8.self))
                replacements.append(Replacement(range: position..<end, with: Array(new.utf8), kind: "note"))
                let place = header.contains(position) ? "the header" : "a comment"
                findings.append(
                    text.diagnostic(
                        at: Place(line: line, column: 1), "\(place) has secrets: \(found.words)",
                        fix: "understudy cassette redact \(text.file)"))
            }
            return Replacement.apply(replacements, to: bytes)
        }
    }
}
