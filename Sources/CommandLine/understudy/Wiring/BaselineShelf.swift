import ArgumentParser
import Baselines
import Documents
import Foundation
import ProjectFiles
import Transcripts

/// The project's baselines and pending reviews, read and written.
struct BaselineShelf {
    let project = Project()
    /// In `CI`, nothing is written but by who says so.
    static var isReadOnly: Bool {
        ProcessInfo.processInfo.environment["CI"].map { !["", "0", "false"].contains($0) } ?? false
    }

    func file(of key: String) -> String { project.baselineFile(ofScenario: ScenarioKey(key).name) }

    // MARK: Baselines

    /// - Returns: Nil when there is no such file.
    /// - Throws: `Diagnostics`, `FileError`.
    func text(_ file: String) throws -> BaselineText? {
        guard project.exists(file) else { return nil }
        return try BaselineText(try project.read(file), file: file)
    }

    func baseline(_ file: String) throws -> Baseline { try text(file)?.baseline ?? Baseline() }

    /// Those that are there, by their files.
    ///
    /// - Throws: `Diagnostics`: all that is wrong in any of the files.
    func baselines(_ files: some Sequence<String>) throws -> [String: Baseline] {
        try texts(files).mapValues(\.baseline)
    }

    /// The same as their texts.
    func texts(_ files: some Sequence<String>) throws -> [String: BaselineText] {
        var texts: [String: BaselineText] = [:]
        var problems: [Diagnostic] = []
        for file in Set(files).sorted() {
            do {
                texts[file] = try text(file)
            } catch let error as Diagnostics {
                problems += error.all
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return texts
    }

    /// Writes a baseline into its file, of which only what has changed is written anew.
    func write(_ baseline: Baseline, to file: String) throws {
        var text = try text(file) ?? BaselineText(file: file)
        let before = text.bytes
        text.set(baseline)
        guard text.bytes != before else { return }
        try project.replaceMakingFolders(file, with: text.bytes)
    }

    // MARK: Pending reviews

    /// All that is pending, by scenario; what is of a scenario that has gone is told of, and left out.
    ///
    /// - Parameter names: Only these scenarios, by keys or names; empty for all.
    /// - Throws: `ValidationError` for one that is not pending.
    func pending(_ names: [String] = []) throws -> [PendingReview] {
        let all = try project.pendingFiles.compactMap(pending(in:)).sorted { $0.scenario < $1.scenario }
        guard !all.isEmpty, !names.isEmpty else { return all }
        func isMeant(_ review: PendingReview, by name: String) -> Bool {
            review.scenario == name || ScenarioKey(review.scenario).name == name
        }
        for name in names where !all.contains(where: { isMeant($0, by: name) }) {
            let known = all.map(\.scenario)
            throw ValidationError(
                "nothing of '\(name)' is pending\n  expected: one of \(known.joined(separator: ", "))"
                    + (nearestWord(to: name, among: known).map { "\n  fix: did you mean '\($0)'?" } ?? ""))
        }
        return all.filter { review in names.contains { isMeant(review, by: $0) } }
    }

    private func pending(in file: String) throws -> PendingReview? {
        do {
            let review = try PendingReview(json: JSONValue(parsing: try project.read(file)))
            let scenario = ScenarioKey(review.scenario).name
            if project.exists(project.scenarioFile(named: scenario)) { return review }
            Console.complain("warning: \(file) is of a scenario that is not there: '\(scenario)'\n  fix: remove it")
            return nil
        } catch let error as FileError {
            throw error
        } catch {
            throw ValidationError("\(file): \(error)")
        }
    }

    /// What is pending of one scenario; a file that says nothing is told of, and will be made anew.
    func pending(of key: String) throws -> PendingReview? {
        let file = project.pendingFile(of: key)
        guard project.exists(file) else { return nil }
        let bytes = try project.read(file)
        do {
            return try PendingReview(json: JSONValue(parsing: bytes))
        } catch {
            Console.complain("warning: \(file) cannot be read, what was decided in it is lost: \(error)")
            return nil
        }
    }

    func keep(_ review: PendingReview) throws {
        let text = review.json.text(in: JSONLayout(.indent2)) + "\n"
        try project.replaceMakingFolders(project.pendingFile(of: review.scenario), with: Array(text.utf8))
    }

    func drop(_ key: String) throws {
        let file = project.pendingFile(of: key)
        if project.exists(file) { try project.remove(file) }
    }

    /// For commands that write because they were told to.
    static func refuseInCI(_ command: String) throws {
        guard isReadOnly else { return }
        throw ValidationError(
            "\(command) writes baselines, and CI=true: nothing is written there"
                + "\n  expected: a working copy of a person\n  fix: run it where the baselines are to be committed")
    }
}
