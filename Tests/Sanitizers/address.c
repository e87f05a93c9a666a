// Leaks that `make asan` ignores because they are not ours. Compiled into the programs rather than set in a variable,
// because the tests start the command with their own environment.

const char *__lsan_default_suppressions(void) {
    return
        // Because a static let lives as long as the process. If it holds a boxed enum, its pointer has tag bits, and
        // the leak detector does not recognise it.
        "leak:swift::threading_impl::once_slow\n"
        // Because XCTest, which starts the tests, keeps two of its own objects (144 bytes) at exit.
        "leak:libXCTest.so\n"
        // Because Foundation leaks a buffer of 4096 bytes when it reads an empty file, which the tests do.
        "leak:FoundationEssentials17readBytesFromFile\n"
        // Because OpenSSL keeps the last errors of each thread (904 bytes) until it ends, and curl's thread may still
        // be ending. A leaked handle of ours would also appear with curl's own memory.
        "leak:libcrypto.so\n";
}
