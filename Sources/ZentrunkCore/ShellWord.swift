extension String {
    /// The text as one word of a shell's command line: a command that somebody copies runs nothing that a vendor named.
    package var shellWord: String {
        let isPlain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_./:=@,".contains($0)) }
        return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
