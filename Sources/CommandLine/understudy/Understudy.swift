import ArgumentParser
import Documents
import Digests
import HTTPMessages

@main
struct Understudy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "understudy")
}
