// What `make asan` links besides: which leaks are none of ours. Inside the programs and not in a variable, since the tests
// start the command with an environment of their own.

const char *__lsan_default_suppressions(void) {
    return
        // Because static lets live as long as the process, and where one holds an enum's box, the pointer to it carries tag
        // bits, by which the leak detector no longer knows it for a pointer.
        "leak:swift::threading_impl::once_slow\n"
        // Because XCTest, which starts the tests, keeps two objects of its own (144 bytes) when it exits.
        "leak:libXCTest.so\n"
        // Because Foundation loses a buffer of 4096 bytes whenever it reads a file that is empty; the tests do that.
        "leak:FoundationEssentials17readBytesFromFile\n"
        // Because OpenSSL keeps the last errors of each thread (904 bytes) until the thread ends, and curl's thread may still be
        // ending. A handle that we had not freed would show with curl's own memory, too.
        "leak:libcrypto.so\n";
}
