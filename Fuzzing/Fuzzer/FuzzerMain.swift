import CFuzzer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs one target under libFuzzer, with libFuzzer's own arguments. The environment variable `FUZZ_TARGET` selects the
/// target; without it, the names of all targets are printed.
///
/// An environment variable, because libFuzzer restarts itself to merge corpora and interprets arguments as folders.
@main
enum FuzzerMain {
    /// The target that receives the inputs.
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
            // libFuzzer keeps an input only if the process aborts.
            print("a promise is broken: \(error)")
            fflush(nil)
            abort()
        }
    }
}
