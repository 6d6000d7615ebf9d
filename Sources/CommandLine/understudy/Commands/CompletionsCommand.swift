import ArgumentParser

struct CompletionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Print a script that makes a shell complete commands, flags and names.",
        discussion: """
            bash   source <(understudy completions bash)      in ~/.bashrc
            zsh    understudy completions zsh > ~/.zfunc/_understudy
                   with 'fpath+=~/.zfunc; autoload -U compinit; compinit' in ~/.zshrc
            fish   understudy completions fish > ~/.config/fish/completions/understudy.fish
            """)

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var kind: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() async throws { Console.print(Understudy.completionScript(for: shell.kind)) }
}
