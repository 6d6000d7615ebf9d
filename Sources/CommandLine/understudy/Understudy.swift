import ArgumentParser
import Foundation

/// The command: parses, runs a subcommand, and turns what went wrong into an exit code.
@main
struct Understudy: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "understudy",
        abstract: "Stands in for an agent program's LLM and its HopX sandboxes: replays, records, rehearses, compares.",
        discussion: """
            With no key and no network: 'understudy run' replays every scenario under scenarios/, 'understudy serve' answers \
            programs from a cassette.

            Exit codes: 0 as expected, 1 a difference, a failed expectation or a miss, 2 bad input, 3 inconclusive, \
            4 the world failed (port, disk, lock, live service).
            """,
        version: version,
        subcommands: [
            InitCommand.self, RunCommand.self, CheckCommand.self, ReviewCommand.self, AcceptCommand.self,
            RejectCommand.self, RecordCommand.self, ServeCommand.self, ExecCommand.self, SandboxCommand.self,
            CassetteCommand.self, ScriptCommand.self, RunsCommand.self,
            ShowCommand.self, DiffCommand.self, HistoryCommand.self, SearchCommand.self, BisectCommand.self,
            ReportCommand.self, ViewCommand.self, MergeCommand.self, StoreCommand.self, SchemaCommand.self,
            ShimCommand.self, DoctorCommand.self, CompletionsCommand.self,
        ])

    static func main() async {
        let command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            Understudy.leave(parsing: error)
        }
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
        } catch let status as ExitStatus {
            status.leave()
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let error as ValidationError {
            Console.complain("error: \(error)")
            ExitStatus.badInput.leave()
        } catch {
            // Help that was asked for comes as an error, too.
            if exitCode(for: error) == .success { exit(withError: error) }
            Console.complain(ExitStatus.message(for: error))
            ExitStatus(for: error).leave()
        }
    }

    /// Help and version are answers; anything else that parsing throws is bad input.
    private static func leave(parsing error: any Error) -> Never {
        guard exitCode(for: error) != .success else { exit(withError: error) }
        let command = fullMessage(for: error).firstMatch(of: /See '(.*?)' for more information/).map { String($0.1) }
        Console.complain(
            "error: " + message(for: error).trimmingPrefix("Error: ")
                + "\n  fix: see '\(command ?? "understudy --help")'")
        ExitStatus.badInput.leave()
    }
}
