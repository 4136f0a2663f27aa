# demo           build, then see it work: separate processes that talk to each other
# test           all tests, as they run while developing
# lint           the format of every source, without changing it
# format         the same, changing it
# release-tests  all tests again, optimised, with the sweeps at full size; and the allocation budget
# plain-tests    what is different without the package's traits, as most programs have it
# soak           the sweeps at a size for a night
# fuzz           each decoder against the fuzzer for a while
# bench-quick    one line per performance goal, in about five minutes
# bench          all benchmarks, as a table
# clean          remove what was built
#
# Each target first installs what is missing: a Swift toolchain is all a machine needs to have.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := demo
.PHONY: demo test lint format release-tests plain-tests soak fuzz bench-quick bench clean setup

# Warnings are errors here and in CI, not for those who depend on the package.
export HARK_STRICT := 1

# All that the package can do. The same for builds and tests: another set of traits is another build.
traits := --traits Encryption

# NORM competes in the benchmarks where libnorm is, which is nothing a machine needs to have.
export HARK_NORM := $(if $(wildcard /usr/include/normApi.h),1)

sources := Sources Tests Package.swift $(wildcard Benchmarks/Package.swift Benchmarks/Sources)
# Progress for people, silence for logs; errors and failures are shown to both.
build_tests := swift build $(traits) --build-tests $(if $(MAKE_TERMOUT),,--quiet)
# One test at a time: many of them wait for processes, and on two cores those would wait for each other.
run_tests := swift test $(traits) --skip-build --disable-xctest --no-parallel --quiet

demo: setup
	swift build $(traits) --configuration release --product hark
	.build/release/hark demo

test: setup
	$(build_tests)
	$(run_tests)

lint:
	swift format lint --strict --parallel --recursive $(sources)

format:
	swift format --in-place --parallel --recursive $(sources)

# The budget counts what the whole process allocates, so nothing else runs beside it. The tests of the protocol wait for
# nothing and nobody: all processors at once, beside those that do little but wait.
release-tests: setup
	$(build_tests) --configuration release
	$(run_tests) --configuration release --filter AllocationTests
	export HARK_SWEEP=full; \
	$(run_tests) --ignore-lock --configuration release --filter PausedProcessTests & paused=$$!; \
	$(subst --no-parallel,,$(run_tests)) --ignore-lock --configuration release --filter HarkProtocolTests; \
	wait $$paused
	HARK_SWEEP=full $(run_tests) --configuration release --skip 'AllocationTests|HarkProtocolTests|PausedProcessTests'

# In a folder of its own: another set of traits is another build. Of the tests only those that show the difference.
plain-tests: export HARK_PLAIN := 1
plain-tests: setup
	swift build --scratch-path .build-plain --build-tests $(if $(MAKE_TERMOUT),,--quiet)
	swift test --scratch-path .build-plain --skip-build --disable-xctest --no-parallel --quiet --filter 'Cast|cast'

soak: setup
	$(build_tests) --configuration release
	HARK_SWEEP=soak $(run_tests) --configuration release --skip AllocationTests

fuzz: setup
	Tests/Fuzz/run.sh

bench-quick: setup
	swift run --package-path Benchmarks --configuration release HarkBenchmarks quick

bench: setup
	swift run --package-path Benchmarks --configuration release HarkBenchmarks all

clean:
	rm -rf .build .build-plain Benchmarks/.build

# SwiftPM asks pkg-config for libuv and otherwise looks where the system keeps its headers. So do we, and where either
# finds it nothing is installed.
setup:
	@command -v swift >/dev/null || { echo "No Swift toolchain found: install one from https://swift.org/install"; exit 1; }
	@if ! pkg-config --exists libuv 2>/dev/null && ! test -e /usr/include/uv.h; then \
	    if command -v apt-get >/dev/null; then \
	        sudo=""; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	        if [ -n "$$sudo" ] && ! command -v sudo >/dev/null; then \
	            echo "libuv is missing. As root, run: apt-get install libuv1-dev"; exit 1; \
	        fi; \
	        echo "libuv is missing: installing libuv1-dev"; \
	        $$sudo apt-get update -qq </dev/null; \
	        $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libuv1-dev </dev/null; \
	    elif command -v brew >/dev/null; then \
	        echo "libuv is missing: installing it with brew"; \
	        brew install libuv pkg-config </dev/null; \
	    else \
	        echo "libuv is missing: install version 1.44 or newer with its headers, and pkg-config, then try again"; \
	        exit 1; \
	    fi; \
	fi
