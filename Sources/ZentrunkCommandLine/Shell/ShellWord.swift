extension String {
    /// The text as one word of a shell command, so that a copied command cannot execute text from a vendor.
    var shellWord: String {
        let isPlain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_./:=@,".contains($0)) }
        return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
