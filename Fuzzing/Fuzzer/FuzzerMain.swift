import CFuzzer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs one target under libFuzzer, with libFuzzer's own arguments; the variable `FUZZ_TARGET` names it. Without it, all
/// targets are printed, one on a line: name, dictionary, length of the longest input, folder of the kept inputs.
///
/// A variable and not an argument, since libFuzzer starts itself again to merge corpora, and takes words for folders.
@main
enum FuzzerMain {
    /// What the inputs are shown to.
    private static let target = getenv("FUZZ_TARGET").flatMap { named(String(cString: $0)) }

    private static func named(_ name: String) -> FuzzTarget? { FuzzTarget.all.first { $0.name == name } }

    static func main() {
        guard target != nil else {
            for target in FuzzTarget.all { print(target.name, target.dictionary, target.longest, target.corpus) }
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
