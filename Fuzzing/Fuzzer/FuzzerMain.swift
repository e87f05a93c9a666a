import CFuzzer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs one target under libFuzzer, with libFuzzer's own arguments; the variable `FUZZ_TARGET` names it. Without it, the
/// names of all targets are printed.
///
/// A variable and not an argument, since libFuzzer starts itself again to merge corpora, and takes words for folders.
@main
enum FuzzerMain {
    /// What the inputs are shown to.
    private static let target = getenv("FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

    static func main() {
        guard target != nil else {
            for target in FuzzTarget.allCases { print(target.rawValue) }
            exit(getenv("FUZZ_TARGET") == nil ? 0 : 2)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { start, count in
                FuzzerMain.runOne(Array(UnsafeBufferPointer(start: start, count: count)))
            })
    }

    private static func runOne(_ input: [UInt8]) -> CInt {
        do {
            try target?.check(input)
            return 0
        } catch {
            // libFuzzer keeps the input when the process is aborted, and for nothing less.
            print("a promise is broken: \(error)")
            fflush(nil)
            abort()
        }
    }
}
