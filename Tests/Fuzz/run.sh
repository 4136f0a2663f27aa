#!/bin/sh
# Fuzzes every decoder, or those named, and keeps what covers new code in Tests/Fuzz/Corpus.
#
#   Tests/Fuzz/run.sh [SECONDS] [DECODER]...      60 seconds each by default
#
# A decoder X is here by having an XInvariant.swift somewhere in the tests: an enum with
# `static func violation(_ bytes: UnsafeRawBufferPointer) -> String?`, which CorpusTests calls for its corpus too.
# An input that breaks it is left in .build/fuzz and printed; make it a test.
set -eu
cd "$(dirname "$0")/../.."

seconds=${1:-60}
[ $# -gt 0 ] && shift
decoders=${*:-$(find Tests -name '*Invariant.swift' | sed 's|.*/||; s|Invariant.swift||' | sort)}

# The corpus is replayed by every test run: 400 files and 1 MiB for each decoder are read in a blink.
files_max=400
bytes_max=1048576

build=.build/fuzz
mkdir -p "$build"
# Assertions stay on; the speed is needed.
flags="-swift-version 6 -O -assert-config Debug -g -parse-as-library -package-name hark -sanitize=fuzzer,address
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
    -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature NonisolatedNonsendingByDefault
    -I $build"

# Floors, lowest first; each is compiled whole.
objects=
for module in HarkWire HarkProtocol; do
    # shellcheck disable=SC2046,SC2086
    swiftc $flags -wmo -module-name "$module" -emit-module -emit-module-path "$build/$module.swiftmodule" \
        -c $(find "Sources/$module" -name '*.swift') -o "$build/$module.o"
    objects="$objects $build/$module.o"
done

for decoder in $decoders; do
    echo "typealias Invariant = ${decoder}Invariant" >"$build/Invariant.swift"
    # shellcheck disable=SC2046,SC2086
    swiftc $flags -module-name Fuzz Tests/Fuzz/FuzzEntry.swift "$build/Invariant.swift" \
        $(find Tests -name '*Invariant.swift' -o -name Wire.swift -o -name NativeSide.swift -o -name Splitting.swift -o -name SocketIPCReading.swift \
            -o -name EventcastSide.swift -o -name EventcastReading.swift -o -name FakeEventcastCipher.swift) $objects -o "$build/$decoder" \
        2>"$build/$decoder-link.log" || { cat "$build/$decoder-link.log"; exit 1; }

    corpus=Tests/Fuzz/Corpus/$decoder
    grown=$build/$decoder-grown
    least=$build/$decoder-least
    rm -rf "$least"
    mkdir -p "$corpus" "$grown" "$least"
    "$build/$decoder" -max_total_time="$seconds" -max_len=4096 -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=128 \
        -print_final_stats=1 -artifact_prefix="$build/$decoder-" "$grown" "$corpus" >"$build/$decoder.log" 2>&1 || {
        tail -n 40 "$build/$decoder.log"
        exit 1
    }
    "$build/$decoder" -set_cover_merge=1 "$least" "$corpus" "$grown" >"$build/$decoder-merge.log" 2>&1

    # The smallest files first, up to the limits.
    rm -f "$corpus"/*
    files=0
    bytes=0
    for file in $(ls -Sr "$least"); do
        files=$((files + 1))
        bytes=$((bytes + $(wc -c <"$least/$file")))
        if [ "$files" -gt "$files_max" ] || [ "$bytes" -gt "$bytes_max" ]; then break; fi
        cp "$least/$file" "$corpus/$file"
    done
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$decoder.log")
    echo "$decoder: $executed inputs in $seconds s, $(ls "$corpus" | wc -l) files in the corpus"
done
