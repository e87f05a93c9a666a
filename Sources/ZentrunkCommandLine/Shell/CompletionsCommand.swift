import ArgumentParser
@_spi(Adapter) import ZentrunkCore

/// `zentrunk completions bash`
struct CompletionsCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Print a completion script for bash, zsh or fish.",
        discussion: """
            bash, for you (needs the package bash-completion):
              mkdir -p ~/.local/share/bash-completion/completions
              zentrunk completions bash > ~/.local/share/bash-completion/completions/zentrunk
            bash, for all users:
              zentrunk completions bash | sudo tee /etc/bash_completion.d/zentrunk > /dev/null
            bash, in this shell only:
              source <(zentrunk completions bash)

            zsh, into a folder of $fpath, before compinit runs in ~/.zshrc (fpath=(~/.zfunc $fpath)):
              mkdir -p ~/.zfunc && zentrunk completions zsh > ~/.zfunc/_zentrunk
            zsh, for all users:
              zentrunk completions zsh | sudo tee /usr/local/share/zsh/site-functions/_zentrunk > /dev/null

            fish:
              zentrunk completions fish > ~/.config/fish/completions/zentrunk.fish
            """)

    @Argument(help: "bash, zsh or fish.", completion: Offer.shells.completion) var shell: String

    func execute() async throws -> ExitStatus {
        guard let script = CompletionScript.text(for: shell) else {
            let shells = CompletionScript.shells
            let hint = Wording.hint(for: shell, among: shells)
            throw ZentrunkError(
                .invalid,
                "unknown shell \"\(shell)\"\(hint.isEmpty ? "; choose \(shells.joined(separator: ", "))" : hint)",
                remedies: [.line("zentrunk completions --help")])
        }
        Terminal.out(document: script)
        return .done
    }
}

/// `zentrunk complete -- connect va`, for the completion scripts. Reads at most one page of a list, writes nothing and never
/// fails.
struct CompleteCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Print the candidates at the cursor.", shouldDisplay: false)

    @Argument(parsing: .postTerminator, help: "The words up to the cursor, without the command's name.")
    var words: [String] = []

    func execute() async throws -> ExitStatus {
        switch await Completion(words).answer() {
        case .files: Terminal.out(":files")
        case .words(let candidates):
            // An empty line would count as a candidate.
            if !candidates.isEmpty { Terminal.out(document: candidates.map(\.line).joined(separator: "\n")) }
        }
        return .done
    }
}
