# The commands that the README names. Each of them works on a fresh clone and asks nothing.
#
#   make demo    connect a number on the sandbox: no account, nothing outside this machine is touched
#   make test    build everything, run all tests
#   make reliability  run the sweeps alone, and print the table of docs/reliability.md
#   make lint    formatting and the house rules
#   make docs    write docs/platforms from the templates and the adapters
#   make bench   measure, and print the tables of docs/performance.md
#   make fuzz    show mutated inputs to the parsers and decoders for some minutes; FUZZ_SECONDS=300 for longer
#   make asan    run the tests under address sanitizer; FILTER=ZentrunkJSONTests for some of them
#   make tsan    the same under thread sanitizer

SHELL := /bin/bash
.DEFAULT_GOAL := build
.PHONY: demo test reliability lint docs bench fuzz asan tsan deps build

# One set of flags for every debug build, so that demo and test share their results.
BUILD_FLAGS := --explicit-target-dependency-import-check error
# More for SwiftPM, from outside: make test SWIFT_FLAGS="--jobs 2"
SWIFT_FLAGS ?=

FOLDERS := $(wildcard Sources Plugins Tests templates Benchmarks Fuzzing)

demo: deps
	swift build $(BUILD_FLAGS) $(SWIFT_FLAGS) --product zentrunk
	@state=$$(mktemp -d) && trap 'rm -rf "$$state"' EXIT && \
	binary="$$(swift build $(BUILD_FLAGS) $(SWIFT_FLAGS) --show-bin-path)/zentrunk" && \
	echo && echo '$$ zentrunk connect vapi --number +14155550100 --assistant 00000000-0000-4000-8000-000000000001 --sandbox' && \
	ZENTRUNK_STATE_DIR="$$state" "$$binary" connect vapi --number +14155550100 \
		--assistant 00000000-0000-4000-8000-000000000001 --sandbox </dev/null

test: deps
	swift build $(BUILD_FLAGS) $(SWIFT_FLAGS) --build-tests
	swift test $(BUILD_FLAGS) $(SWIFT_FLAGS) --skip-build

reliability: deps
	SWIFT_FLAGS="$(SWIFT_FLAGS)" Tests/reliability/run

build: deps
	swift build $(BUILD_FLAGS) $(SWIFT_FLAGS)

docs: deps
	swift build $(BUILD_FLAGS) $(SWIFT_FLAGS) --product zentrunk
	"$$(swift build $(BUILD_FLAGS) $(SWIFT_FLAGS) --show-bin-path)/zentrunk" docs --output docs/platforms

bench: deps
	Benchmarks/run

fuzz: deps
	Fuzzing/run

# Tests for the sanitizers' runs: a regular expression as `swift test --filter` takes it; all of them without it.
FILTER ?=

# $(1): address or thread; $(2): the scratch path. Both sanitizers have to be told things about the toolchain, by an object that
# is linked to the tests and to the command that the tests start. The tests of the transport run apart: where cores are few and
# sanitized tests slow, their servers, in the same process, would get no turn before the requests' time is up.
define sanitized
	@mkdir -p $(2)
	clang -O1 -Wall -Wextra -c Tests/Sanitizers/$(1).c -o $(2)/$(1).o
	swift build $(BUILD_FLAGS) $(SWIFT_FLAGS) --build-tests $(call sanitizer,$(1),$(2))
	$(if $(FILTER),,swift test $(BUILD_FLAGS) $(SWIFT_FLAGS) --skip-build $(call sanitizer,$(1),$(2)) --filter ZentrunkCurlTests)
	swift test $(BUILD_FLAGS) $(SWIFT_FLAGS) --skip-build $(call sanitizer,$(1),$(2)) \
		$(if $(FILTER),--filter '$(FILTER)',--skip ZentrunkCurlTests)
endef
sanitizer = --sanitize=$(1) --scratch-path $(2) -Xlinker $(CURDIR)/$(2)/$(1).o

asan: deps
	$(call sanitized,address,.build-asan)

tsan: deps
	$(call sanitized,thread,.build-tsan)

# What building and testing need beside Swift: git, openssl (the tests make certificates), and the development files of libcurl, jansson and SQLite. The missing ones are
# named first and then installed where there is apt-get; elsewhere the names must do.
deps:
	@command -v swift >/dev/null || { \
		echo 'Swift is not on the PATH: install 6.2 or newer from https://www.swift.org/install/ and run this again.' >&2; \
		exit 1; }
	@missing=; \
	command -v git >/dev/null || missing="$$missing git"; \
	command -v pkg-config >/dev/null || missing="$$missing pkg-config"; \
	command -v openssl >/dev/null || missing="$$missing openssl"; \
	need() { \
		pkg-config --exists "$$1" 2>/dev/null && return; \
		dpkg-query -W -f='$${Status}' "$$2" 2>/dev/null | grep -q 'ok installed' && return; \
		missing="$$missing $$2"; \
	}; \
	need libcurl libcurl4-openssl-dev; need jansson libjansson-dev; need sqlite3 libsqlite3-dev; \
	[ -n "$$missing" ] || exit 0; \
	if ! command -v apt-get >/dev/null; then \
		echo "Missing, under their Debian names:$$missing. Install them with this system's package manager and run this again." >&2; \
		exit 1; \
	fi; \
	echo "Missing development packages, to be installed now:$$missing"; \
	root=; \
	if [ "$$(id -u)" -ne 0 ]; then \
		root='sudo -n'; \
		if ! sudo -n true 2>/dev/null; then \
			echo "Installing them needs root. Type: sudo apt-get update && sudo apt-get install -y --no-install-recommends$$missing" >&2; \
			exit 1; \
		fi; \
	fi; \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing </dev/null

# An import as a source file spells it, whatever is said before it.
IMPORT := ^[[:space:]]*(@[A-Za-z_()]+[[:space:]]+)*((public|package|internal|fileprivate|private)[[:space:]]+)?import[[:space:]]+((struct|class|enum|protocol|func|let|var|typealias)[[:space:]]+)?

lint:
	swift format lint --strict --parallel -r Package.swift $(FOLDERS)
	@failed=0; \
	forbid() { \
		found=$$(grep -rnE --include='*.swift' "$(IMPORT)($$2)\b" $$3 2>/dev/null); \
		[ -z "$$found" ] || { printf '%s:\n%s\n' "$$1" "$$found" >&2; failed=1; }; \
	}; \
	forbid 'The core knows no vendor, no store, no server and no C library' \
		'Zentrunk(Plivo|Curl|Journal|Sandbox|TestKit|Templates|ElevenLabs|LiveKit|Vapi)|CCurl|CJansson|GRDB|GRDBSQLite|FlyingFox|FlyingSocks|ArgumentParser|SwiftCSV' \
		Sources/ZentrunkCore; \
	forbid 'ZentrunkJSON stands alone' 'Zentrunk[A-Z][A-Za-z]*|CCurl|GRDB|FlyingFox' Sources/ZentrunkJSON; \
	forbid 'An adapter knows neither Plivo nor curl nor the journal' \
		'Zentrunk(Plivo|Curl|Journal|Sandbox)|CCurl|CJansson|GRDB|FlyingFox|SwiftCSV' Plugins; \
	for plugin in Plugins/*/; do \
		own=Zentrunk$$(basename "$$plugin"); \
		for other in Plugins/*/; do \
			name=Zentrunk$$(basename "$$other"); \
			[ "$$name" = "$$own" ] || forbid 'An adapter knows no other adapter' "$$name" "$$plugin"; \
		done; \
	done; \
	forbid 'Only ZentrunkCurl touches curl' 'CCurl' \
		"$$(find Sources Plugins Tests templates -mindepth 1 -maxdepth 1 ! -name ZentrunkCurl)"; \
	forbid 'Only ZentrunkJSON touches jansson' 'CJansson' \
		"$$(find Sources Plugins Tests templates -mindepth 1 -maxdepth 1 ! -name ZentrunkJSON)"; \
	long=$$(find $(FOLDERS) -type f \( -name '*.swift' -o -name '*.h' -o -name '*.c' -o -name '*.sh' \) \
		-exec awk 'END { if (NR > 400) print FILENAME ": " NR " lines" }' {} \;); \
	[ -z "$$long" ] || { printf 'A file has at most 400 lines:\n%s\n' "$$long" >&2; failed=1; }; \
	for plugin in Plugins/*/; do \
		awk -v name="$$(basename "$$plugin")" '!/^[[:space:]]*($$|\/\/)/ { lines++ } END { print name ": " lines " lines of code" }' "$$plugin"*.swift; \
	done; \
	[ "$$failed" -eq 0 ] && echo 'The house rules hold.'
