import Foundation
import Testing
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

/// An installed shell that completes the command's words.
enum Shell: String, Sendable, CaseIterable {
    case bash, zsh, fish

    private var path: String? {
        ["/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"].map { $0 + rawValue }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    var isInstalled: Bool { path != nil }

    /// Returns the candidates of the tab key at the end of the line; `:files` if bash completes files itself.
    func complete(_ line: String, _ program: Program) async throws -> [String] {
        var program = program
        program.launcher = [try #require(path)] + (self == .zsh ? ["-f"] : self == .fish ? ["--no-config"] : ["--norc"])
        program.launcher += ["-c", script]
        program.arguments = [line]
        let result = try await program.run()
        #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
        return result.stdout.split(whereSeparator: \.isNewline).map { String($0.prefix { $0 != "\t" }) }.sorted()
    }

    /// The program is the script's first word, and the line the second.
    private var script: String {
        switch self {
        case .bash:
            // Outside of a completion, compopt has no effect, so this version prints its request.
            #"""
            PATH="$(dirname "$0"):$PATH"
            source <(zentrunk completions bash)
            compopt() { [[ $* != '-o default' ]] || echo :files; }
            COMP_LINE=$1 COMP_POINT=${#1}
            # As readline splits the line.
            read -ra COMP_WORDS <<<"${1//=/ = }"
            [[ $1 != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _zentrunk zentrunk
            [[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
            """#
        case .zsh:
            // A shell on its own terminal, with completions printed instead of shown.
            #"""
            path=(${0:h} $path)
            line=$1
            zmodload zsh/zpty
            zpty shell zsh -f -i
            setup=$(mktemp)
            cat >$setup <<'END'
            PROMPT=
            unset zle_bracketed_paste
            autoload -U compinit
            compinit -u -D
            source <(zentrunk completions zsh)
            bindkey '^I' complete-word
            mark() { print -r -- "<<$1>>" }
            before() { mark begin }
            after() { mark end; exit }
            compprefuncs=(before)
            comppostfuncs=(after)
            compadd() {
                if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
                typeset -a hits
                builtin compadd -A hits "$@"
                for hit in $hits; do print -r -- "hit=${IPREFIX}$hit;"; done
                builtin compadd "$@"
            }
            print -r -- "<<rea""dy>>"
            END
            zpty -w shell "source $setup"
            zpty -r shell output '*<<ready>>*' || exit 3
            zpty -w -n shell "$line"$'\t'
            zpty -r shell output '*<<end>>*' || exit 4
            rm $setup
            for hit in ${(f)output}; do
                [[ $hit == *hit=*\;* ]] && print -r -- ${${hit##*hit=}%%;*}
            done
            exit 0
            """#
        case .fish:
            #"""
            set -x PATH (dirname $argv[1]) $PATH
            zentrunk completions fish | source
            complete -C $argv[2]
            """#
        }
    }
}

@Suite("Completion scripts in real shells")
struct ShellTests {
    @Suite("bash", .enabled(if: Shell.bash.isInstalled, "bash is not installed: apt-get install bash"))
    struct Bash {
        @Test(arguments: Pairing.all) func words(_ pairing: Pairing) async throws {
            try await ShellTests.words(.bash, pairing)
        }
        @Test func names() async throws { try await ShellTests.names(.bash) }
    }

    @Suite("zsh", .enabled(if: Shell.zsh.isInstalled, "zsh is not installed: apt-get install zsh"))
    struct Zsh {
        @Test(arguments: Pairing.all) func words(_ pairing: Pairing) async throws {
            try await ShellTests.words(.zsh, pairing)
        }
        @Test func names() async throws { try await ShellTests.names(.zsh) }
    }

    @Suite("fish", .enabled(if: Shell.fish.isInstalled, "fish is not installed: apt-get install fish"))
    struct Fish {
        @Test(arguments: Pairing.all) func words(_ pairing: Pairing) async throws {
            try await ShellTests.words(.fish, pairing)
        }
        @Test func names() async throws { try await ShellTests.names(.fish) }
    }

    /// Checks words, options, values and files.
    fileprivate static func words(_ shell: Shell, _ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let program = Program([], state: folder)
            func complete(_ line: String) async throws -> [String] {
                try await shell.complete("zentrunk " + line, program)
            }
            // bash inserts only the part after the =.
            let head = shell == .bash ? "" : "--direction="
            #expect(try await complete("connect \(pairing.id.prefix(2))") == [pairing.id])
            #expect(try await complete("connect ") == Pairing.all.map(\.id))
            #expect(try await complete("connect \(pairing.id) --direction ") == ["both", "inbound", "outbound"])
            #expect(try await complete("connect \(pairing.id) --direction=in") == [head + "inbound"])
            #expect(try await complete("connect \(pairing.id) --set direc") == ["direction="])
            #expect(try await complete("disconnect \(pairing.id) --route-to a") == ["app:"])
            let agent = "--\(pairing.agent.name)"
            #expect(try await complete("connect \(pairing.id) \(agent.prefix(5))") == [agent])
            try "".write(toFile: folder + "/mine.csv", atomically: true, encoding: .utf8)
            let files = try await complete("connect \(pairing.id) --numbers \(folder)/mi")
            #expect(shell == .bash ? files == [":files"] : files.map { $0.hasSuffix("mine.csv") } == [true], "\(files)")
        }
    }

    /// Checks that a name with a command in it is neither offered nor run.
    fileprivate static func names(_ shell: Shell) async throws {
        try await Desk.run { desk async throws in
            let sign = desk.folder + "/was-run"
            for name in ["$(touch \(sign))", "`touch \(sign)`", "a;touch \(sign)", "plain-one"] {
                desk.sandbox.services.plivo.addTrunk(name: name, direction: "inbound")
            }
            let program = Program([], sandbox: desk.sandbox, state: desk.folder)
            let offered = try await shell.complete("zentrunk trunk get ", program)
            #expect(offered.contains("plain-one") && offered.count == 4, "\(offered)")
            #expect(offered.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } }, "\(offered)")
            #expect(!FileManager.default.fileExists(atPath: sign))
        }
    }
}
