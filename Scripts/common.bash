# For the other scripts: the checkout as working folder, and SwiftPM with the flags of every debug build.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

read -r -a more <<<"${SWIFT_FLAGS:-}"
flags=(--explicit-target-dependency-import-check error ${more[@]+"${more[@]}"})

# Deterministic hashing keeps the order in which SwiftPM passes the package's traits to the compiler. In another order, everything
# would be compiled again.
build() { SWIFT_DETERMINISTIC_HASHING=1 swift build "${flags[@]}" "$@"; }
tests() { swift test "${flags[@]}" --skip-build "$@"; }

# Sets `folder`: the argument, emptied but for the build of an earlier run, or a temporary folder.
use_folder() {
    if [ "$#" -eq 0 ]; then
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        return
    fi
    mkdir -p "$1"
    folder=$(cd "$1" && pwd -P)
    [ -d "$folder/.build" ] || [ -z "$(ls -A "$folder")" ] || { echo "$folder is neither empty nor from an earlier run" >&2; exit 1; }
    find "$folder" -mindepth 1 -maxdepth 1 ! -name .build -exec rm -rf {} +
}

# All tests, or those that FILTER names. The transport's tests run on their own: with few cores, their servers, in the same
# process, would get no processor time before the requests time out.
all_tests() {
    if [ -n "${FILTER:-}" ]; then
        tests --filter "$FILTER"
    else
        tests --filter ZentrunkCurlTests
        tests --skip ZentrunkCurlTests
    fi
}
