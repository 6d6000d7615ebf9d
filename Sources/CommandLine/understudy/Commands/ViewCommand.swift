import ArgumentParser
import HTTPMessages
import HTTPNetwork
import Reports
import Responders
import TranscriptStore

struct ViewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view", abstract: "Show stored runs in a browser, on this machine only.",
        discussion: """
            Serves the page that 'report --html' writes, made anew from the store at each request; it looks by itself whether there \
            is something new. The first that is printed is its address; it runs until it is interrupted.

            Example: understudy view --port 8080
            """)

    @Argument(help: ArgumentHelp("The run to begin with.", valueName: "run"))
    var run = "latest"

    @Option(help: ArgumentHelp("Compare with this run.", valueName: "run"))
    var against: String?

    @Option(help: ArgumentHelp("The port; 0 for any free one.", valueName: "port"))
    var port = 0

    @OptionGroup var ruleOptions: DiffRuleOptions

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError("--port takes a number from 0 to 65535, not \(port)")
        }
    }

    func run() async throws {
        let view = RunView(
            store: try storage.open(for: .reading), run: run, against: against, rules: try ruleOptions.rules)
        // What cannot be shown is told now, not in the browser.
        _ = try await view.page(of: Request(method: "GET", path: "/"))
        try await withServer(port: port) { _ in
            LocalOnly(view)
        } _: { server in
            await waitForSignal { Console.print(server.origin + "/") }
        }
    }
}
