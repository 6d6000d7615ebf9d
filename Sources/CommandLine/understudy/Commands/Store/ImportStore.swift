import ArgumentParser
import ProjectFiles
import Reports
import Synchronization
import TranscriptStore
import Transcripts

struct ImportStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take runs from a file that 'understudy store export' wrote.",
        discussion: """
            What is stored already stays as it is, so that a file may be imported again. Of a file with a bad line nothing is \
            imported. '-' reads standard input.
            """)

    @Argument(help: ArgumentHelp("The file with JSON lines.", valueName: "file"))
    var file: String

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let lines = try ImportedLines(file)
        try lines.check()
        let counts = try await storage.open(for: .writing).take(lines.next)
        format.print(
            text: Console.pages.taken(counts, from: InputFile.name(of: file)),
            json: JSONReport.taken(counts, from: file))
    }
}

/// A file's runs and attempts, one by one.
private final class ImportedLines: Sendable {
    private let file: String
    private let source: LineSource
    private let reader: Mutex<StoredLine.Reader>

    init(_ file: String) throws {
        self.file = InputFile.name(of: file)
        source = try LineSource(file, isReadAgain: true)
        reader = Mutex(StoredLine.Reader(file: self.file))
    }

    /// Reads all of it in advance, so that for a file with a bad line nobody waits for the store, and none is made.
    ///
    /// - Throws: `FileError`; `Diagnostics` with all that is wrong in all lines.
    func check() throws {
        while try next() != nil {}
        try source.rewind()
        reader.withLock { $0 = StoredLine.Reader(file: file) }
    }

    /// Nil after the last one.
    ///
    /// - Throws: As `check`.
    @Sendable func next() throws -> StoredLine? {
        while let line = try source.next() {
            let parsed = reader.withLock { $0.read(line) }
            if let parsed, reader.withLock({ !$0.hasProblems }) { return parsed }
        }
        try reader.withLock { try $0.finish() }
        return nil
    }
}
