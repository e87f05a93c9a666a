import ArgumentParser
import Foundation

@testable import ZentrunkCommandLine

/// A block of shell commands.
struct ShellBlock {
    let page: Page
    let block: CodeBlock
    let checkout: Checkout

    /// Returns what bash, make and the command's own parser refuse.
    func findings() async throws -> [Finding] {
        let syntax = try await Tool("bash", "-n", input: block.text).run()
        guard syntax.status == 0 else { return [finding(block.line, syntax.output)] }
        var findings: [Finding] = []
        for command in ShellCommand.commands(in: block.text) {
            let line = block.line + command.line
            let words = Array(
                command.words.drop { Self.leading.contains($0) || $0.prefixMatch(of: /[A-Za-z_]+=/) != nil })
            switch words.first {
            case let program? where program == "zentrunk" || program.hasSuffix("/zentrunk"):
                if let complaint = complaint(about: words.dropFirst().map(\.self)) {
                    findings.append(finding(line, complaint))
                }
            case "make"?:
                let made = try await Tool(["make", "-n", "-C", makefileFolder] + words.dropFirst()).run()
                if made.status != 0 { findings.append(finding(line, made.output)) }
            case let script? where script.hasPrefix("Scripts/") || script.hasPrefix(".ci/"):
                if !FileManager.default.isExecutableFile(atPath: "\(checkout.root)/\(script)") {
                    findings.append(finding(line, "\(script) does not exist"))
                }
            default: break
            }
        }
        return findings
    }

    /// Words that may precede a command's name, as assignments may.
    private static let leading: Set = ["sudo", "exec", "time", "!", "if", "while", "until", "then", "else", "do"]

    private func finding(_ line: Int, _ text: String) -> Finding {
        Finding(page: page.path, line: line, text: text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The folder of the page, or the nearest above it, with a makefile.
    private var makefileFolder: String {
        var folder = page.path as NSString
        while folder.length > 0 {
            folder = folder.deletingLastPathComponent as NSString
            let path = "\(checkout.root)/\(folder)"
            if FileManager.default.fileExists(atPath: "\(path)/Makefile") { return path }
        }
        return checkout.root
    }

    /// Values for words that stand for one, where the parser demands more than a text.
    private static let placeholders = ["SECONDS": "60", "COUNT": "5", "PLATFORM": "vapi"]

    /// Returns the message of the command's parser; nil if it takes the words.
    private func complaint(about shown: [String]) -> String? {
        var words = shown.map { Self.placeholders[$0] ?? $0 }
        // It is read before the options are known, since its parameters are options.
        if let index = words.firstIndex(of: "--template"), index + 1 < words.count, words[index + 1] != "built-in" {
            let platform = words.dropFirst().first?.prefix { $0 != "/" } ?? ""
            words[index + 1] = "\(checkout.root)/templates/\(platform).json"
        }
        do {
            _ = try RootCommand.parseAsRoot(PlatformArguments(words).expanded())
            return nil
        } catch {
            return RootCommand.exitCode(for: error) == .success ? nil : RootCommand.message(for: error)
        }
    }
}

/// One simple command of a shell script.
struct ShellCommand: Equatable {
    /// The words without quotes and redirections.
    var words: [String] = []
    /// The number of the line on which it begins, from 0.
    var line = 0

    /// Returns the commands of a script that bash accepts: quotes, comments, pipes, lists, groups and redirections are
    /// recognised, expansions stay as they are written.
    static func commands(in script: String) -> [ShellCommand] {
        var commands: [ShellCommand] = []
        var current = ShellCommand()
        var word: String?
        var isTarget = false
        var line = 0
        func endWord() {
            guard let text = word else { return }
            word = nil
            guard !isTarget else {
                isTarget = false
                return
            }
            if current.words.isEmpty { current.line = line }
            current.words.append(text)
        }
        func endCommand() {
            endWord()
            if !current.words.isEmpty { commands.append(current) }
            current = ShellCommand()
        }
        var rest = script[...]
        while let character = rest.popFirst() {
            switch character {
            case "'", "\"":
                let quoted = rest.prefix { $0 != character }
                line += quoted.count { $0 == "\n" }
                rest = rest.dropFirst(quoted.count + 1)
                word = (word ?? "") + quoted
            case "\\":
                guard let next = rest.popFirst() else { break }
                guard next == "\n" else {
                    word = (word ?? "") + String(next)
                    break
                }
                endWord()
                line += 1
            case "#" where word == nil:
                rest = rest.drop { $0 != "\n" }
            case "\n":
                endCommand()
                line += 1
            case ";", "|", "&", "(", ")":
                endCommand()
            case ">", "<":
                // The number of a descriptor belongs to the redirection.
                if let digits = word, digits.allSatisfy(\.isNumber) { word = nil }
                endWord()
                rest = rest.drop { $0 == ">" || $0 == "&" }
                isTarget = true
            case " ", "\t":
                endWord()
            default:
                word = (word ?? "") + String(character)
            }
        }
        endCommand()
        return commands
    }
}
