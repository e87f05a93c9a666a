# For the other scripts: the checkout as working folder, and SwiftPM with the flags of every debug build.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

read -r -a more <<<"${SWIFT_FLAGS:-}"
flags=(--explicit-target-dependency-import-check error ${more[@]+"${more[@]}"})

build() { swift build "${flags[@]}" "$@"; }
tests() { swift test "${flags[@]}" --skip-build "$@"; }
