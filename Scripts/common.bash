# For the other scripts: the checkout as working folder, and SwiftPM with the flags of every debug build.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

read -r -a more <<<"${SWIFT_FLAGS:-}"
flags=(--explicit-target-dependency-import-check error ${more[@]+"${more[@]}"})

build() { swift build "${flags[@]}" "$@"; }
tests() { swift test "${flags[@]}" --skip-build "$@"; }

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
