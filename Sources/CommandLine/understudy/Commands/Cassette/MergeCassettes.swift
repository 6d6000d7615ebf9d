import ArgumentParser
import Cassettes
import Foundation
import ProjectFiles

struct MergeCassettes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Put two cassettes together: every recording of both, each once.",
        discussion: """
            With three files it is a git merge driver, whose result takes the place of OURS unless --output says else: \
            git config merge.understudy.driver 'understudy cassette merge %O %A %B --path %P', and in .gitattributes \
            'cassettes/** -text merge=understudy'. With two it needs --output.

            Exits 1 on a conflict: a request that both sides recorded anew with different answers (both are kept, ours first), \
            a sandbox in which both ran something new, or match rules that contradict each other.
            """)

    @Argument(help: ArgumentHelp("BASE, OURS and THEIRS, or two cassettes.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("Where the merge goes.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp("Whose files these are, for what stands beside it and in messages.", valueName: "file"),
        completion: .file())
    var path: String?

    func validate() throws {
        guard files.count == 3 || (files.count == 2 && output != nil) else {
            throw ValidationError(
                "merge takes BASE OURS THEIRS, or two cassettes and --output, not \(files.count) files")
        }
    }

    func run() async throws {
        let project = Project()
        let base = files.count == 3 ? files[0] : nil
        let (ours, theirs) = (files[files.count - 2], files[files.count - 1])
        let target = output ?? ours
        let folders = ([path, target].compactMap(\.self) + files).map { BesideFolder(ofCassette: $0) }
        func side(_ file: String, _ word: String) throws -> CassetteMerge.Side {
            .init(try project.read(file), file: path.map { "\($0) (\(word))" } ?? file)
        }
        let outcome = try CassetteMerge.merge(
            base: try base.map { try side($0, "base") }, ours: try side(ours, "ours"),
            theirs: try side(theirs, "theirs"),
            beside: BesideFolders(folders))
        if let path {
            // Git takes the text from OURS; contents belong beside the file in the work tree.
            for content in outcome.edited.contents { try BesideFolder(ofCassette: path).write(content) }
            try project.replace(target, with: outcome.edited.bytes)
        } else {
            var edited = outcome.edited
            edited.unreferenced = []
            try project.replace(target, with: edited, copyingFrom: folders)
        }
        for note in outcome.notes { Console.complain("\(path ?? target): \(note)") }
        for conflict in outcome.conflicts { Console.complain("\(path ?? target): conflict: \(conflict)") }
        if !outcome.conflicts.isEmpty { throw ExitStatus.different }
    }
}
