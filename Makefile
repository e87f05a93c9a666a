# What people type. Each target works on a fresh clone and asks no questions; the work is in Scripts.
#
#   make demo         connect a number on the sandbox: needs no account and changes nothing outside this machine
#   make test         build everything, run the tests; FILTER='A|B' for some of them
#   make reliability  run the sweeps and print their table; ZENTRUNK_RELIABILITY=full for every case
#   make lint         formatting, shell scripts and the house rules
#   make docs         write docs/platforms and the lists in README.md and docs/README.md
#   make docc         build the libraries' API documentation; warnings are errors
#   make bench        measure, and print the table of docs/performance.md
#   make fuzz         fuzz the parsers and decoders; FUZZ_SECONDS=300 for longer
#   make asan, tsan   run the tests under address or thread sanitizer; FILTER as above
#   make release      build the stripped command: .build/dist/zentrunk
#   make install      copy command, completions and man pages below PREFIX (/usr/local); DESTDIR for packagers
#   make uninstall    remove them
#
# SWIFT_FLAGS: more options for SwiftPM, as in SWIFT_FLAGS="--jobs 2".

.DEFAULT_GOAL := build
.PHONY: build demo test reliability lint docs docc bench fuzz asan tsan release install uninstall deps

# The flags of Scripts/common.bash, so that all debug builds share their results.
SWIFT_FLAGS ?=
# SwiftPM passes a package's traits to the compiler in an order that differs from run to run, unless its hashing is deterministic;
# and another order means that everything is compiled again.
BUILD := SWIFT_DETERMINISTIC_HASHING=1 swift build --explicit-target-dependency-import-check error $(SWIFT_FLAGS)
FILTER ?=
PREFIX ?= /usr/local
export SWIFT_FLAGS FILTER PREFIX DESTDIR

build: deps
	$(BUILD)

docs: deps
	$(BUILD) --product docgen
	"$$($(BUILD) --show-bin-path)/docgen"

demo test reliability docc release: deps
	Scripts/$@

asan tsan: deps
	Scripts/sanitized $@

bench: deps
	Benchmarks/run

fuzz: deps
	Fuzzing/run

deps lint install uninstall:
	Scripts/$@
