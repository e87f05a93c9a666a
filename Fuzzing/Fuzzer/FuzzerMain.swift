import CFuzzer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs one target under libFuzzer, with libFuzzer's own arguments. The environment variable `FUZZ_TARGET` selects the
/// target. Without it, all targets are printed, one per line: name, dictionary, maximum input length, corpus folder.
///
/// An environment variable, because libFuzzer restarts itself to merge corpora and interprets arguments as folders.
@main
enum FuzzerMain {
    /// The target that receives the inputs.
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
            // libFuzzer keeps an input only if the process aborts.
            print("a promise is broken: \(error)")
            fflush(nil)
            abort()
        }
    }
}
