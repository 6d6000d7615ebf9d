import ArgumentParser
import Documents
import ProjectFiles
import TranscriptStore
import Transcripts

/// The transcripts that a name on the command line stands for: a file's, an attempt's, or those of a run.
struct DiffSides {
    /// One scenario of either side; nil for a side that does not have it.
    struct Pair {
        let scenario: String
        let before: Transcript?
        let after: Transcript?
    }

    private typealias Named = (scenario: String, transcript: Transcript)

    let storage: StoreOptions
    let scenario: String?

    /// Scenario by scenario, in the order of the first side; two single transcripts are a pair whatever their names.
    func pairs(_ before: String, _ after: String) async throws -> [Pair] {
        guard !InputFile.isStandardInput(before) || !InputFile.isStandardInput(after) else {
            throw ValidationError(
                "both sides are standard input, which can be read once\n  fix: write one of them to a file, and name that"
            )
        }
        let a = try await transcripts(before), b = try await transcripts(after)
        if a.count == 1, b.count == 1, isSingle(before), isSingle(after) {
            return [Pair(scenario: a[0].scenario, before: a[0].transcript, after: b[0].transcript)]
        }
        var names: [String] = []
        for name in (a + b).map(\.scenario) where !names.contains(name) { names.append(name) }
        if let scenario {
            guard names.contains(scenario) else {
                throw ValidationError(
                    "neither side has a scenario '\(scenario)'\n  expected: one of \(names.joined(separator: ", "))")
            }
            names = [scenario]
        }
        return names.map { name in
            Pair(
                scenario: name, before: a.last { $0.scenario == name }?.transcript,
                after: b.last { $0.scenario == name }?.transcript)
        }
    }

    private func isSingle(_ name: String) -> Bool { isFile(name) || isAttempt(name) }
    private func isFile(_ name: String) -> Bool {
        name.hasSuffix(".json") || InputFile.isStandardInput(name) || Project().exists(name)
    }
    private func isAttempt(_ name: String) -> Bool { name.hasPrefix("attempt:") }

    private func transcripts(_ name: String) async throws -> [Named] {
        if isFile(name) { return try TranscriptFile(path: name).transcripts }
        let store = try storage.open(for: .reading)
        if isAttempt(name) {
            let attempt = try await store.attempt(named: String(name.dropFirst("attempt:".count)))
            return [(attempt.scenario, attempt.transcript)]
        }
        let run = try await store.run(named: name)
        var transcripts: [Named] = []
        for summary in try await store.attempts(of: run) {
            let attempt = try await store.attempt(summary.id)
            transcripts.append((attempt.scenario, attempt.transcript))
        }
        return transcripts
    }
}

/// A file or standard input with transcripts: one alone, an attempt, or all that `show --format json` prints.
struct TranscriptFile {
    let transcripts: [(scenario: String, transcript: Transcript)]

    init(path: String) throws {
        let bytes = try Project().read(path)
        let name = InputFile.name(of: path)
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw ValidationError("\(name): \(error)")
        }
        do {
            if let attempts = value["attempts"]?.arrayValue {
                transcripts = try attempts.map(TranscriptFile.attempt)
            } else if value["transcript"] != nil {
                transcripts = [try TranscriptFile.attempt(value)]
            } else {
                let transcript = try Transcript(json: value)
                transcripts = [(transcript.subject, transcript)]
            }
        } catch let error as TranscriptFormatError {
            throw ValidationError("\(name): \(error)")
        }
    }

    private static func attempt(_ value: JSONValue) throws -> (String, Transcript) {
        let transcript = try Transcript(json: value["transcript"] ?? .null)
        return (value["scenario"]?.stringValue ?? transcript.subject, transcript)
    }
}
