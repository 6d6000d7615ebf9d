import ArgumentParser
import Foundation
import Reports
import TranscriptStore
import Transcripts

struct SweepStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove old runs, and all that nothing refers to any more.",
        discussion: """
            Without --older-than and --keep-last no run goes. With both, those go that are old and not among the last. A run \
            without an end stays for a day. The file shrinks with 'understudy store vacuum'.

            Example: understudy store gc --older-than 90d --keep-last 50 --keep-label release --dry-run
            """)

    @Option(help: ArgumentHelp("Runs that began longer ago may go: 90d, 12h, 30m.", valueName: "time"))
    var olderThan: String?

    @Option(help: ArgumentHelp("This many of the newest runs stay, older ones may go.", valueName: "count"))
    var keepLast: Int?

    @Option(help: ArgumentHelp("Runs with this label stay; may be repeated.", valueName: "label"))
    var keepLabel: [String] = []

    @Flag(help: "Only tell what would go.")
    var dryRun = false

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        if let keepLast, keepLast < 0 { throw ValidationError("--keep-last takes a number from 0, not \(keepLast)") }
        if let olderThan, SweepStore.seconds(olderThan) == nil {
            throw ValidationError("--older-than cannot be '\(olderThan)'\n  expected: a number with w, d, h or m: 90d")
        }
        if !keepLabel.isEmpty, olderThan == nil, keepLast == nil {
            throw ValidationError(
                "--keep-label keeps runs from what --older-than or --keep-last remove, and neither is given")
        }
    }

    func run() async throws {
        let retention = Retention(
            age: olderThan.flatMap(SweepStore.seconds), newestCount: keepLast,
            labels: Set(keepLabel.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }))
        let counts = try await storage.open(for: .reading).sweep(
            retention, at: Date().timeIntervalSince1970, isTrial: dryRun)
        format.print(
            text: Console.pages.sweep(counts, isTrial: dryRun), json: JSONReport.sweep(counts, isTrial: dryRun))
    }

    private static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["w": 604_800, "d": 86_400, "h": 3600, "m": 60]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count >= 0 else {
            return nil
        }
        return Double(count) * unit
    }
}
