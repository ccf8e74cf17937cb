#!/usr/bin/env bash
# Builds and tests Portside. The last line is "N passed, M failed, K skipped"; the exit code is 0 only if nothing failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<TEXT
tools/test.sh [--all | --long] [--require LIST] [--no-install]

Installs missing Debian packages, builds release and runs the quick tests.

  --all             also: the sanitizers, clang, the Windows programs under Wine, a virtual screen, the longer counts
  --long            --all with the full counts (hours)
  --require LIST    of wine,perf,xvfb: a test skipped for want of one of these is a failure
  --no-install      only print the apt-get line and stop if a package is missing
  --help            this text

Every test says SKIPPED: why when it can't run here. One area alone, after a build: ctest --test-dir build/release -R NAME
TEXT
}

wrong_use() { say "test.sh: $1" >&2; usage >&2; exit 2; }

all=0 long=0 install=1 require=
while [ $# -gt 0 ]; do
    case $1 in
        --all) all=1 ;;
        --long) all=1 long=1 ;;
        --require) [ $# -gt 1 ] || wrong_use "--require needs a list"; require=$2; shift ;;
        --require=*) require=${1#*=} ;;
        --no-install) install=0 ;;
        --help | -h) usage; exit 0 ;;
        *) wrong_use "unknown option $1" ;;
    esac
    shift
done
for need in ${require//,/ }; do
    case $need in wine | perf | xvfb) ;; *) wrong_use "--require knows wine, perf and xvfb, not $need" ;; esac
done
export PORTSIDE_REQUIRE=$require

passed=0 failed=0 skipped_count=0
skips=() failures=()
finish() {
    local code=$?
    if [ "$code" != 0 ] && [ "$failed" = 0 ]; then failed=1; failures+=("stopped early, see above"); fi
    if [ ${#skips[@]} -gt 0 ]; then printf '\n'; printf '%s\n' "${skips[@]}" | sort | uniq -c | sort -rn; fi
    if [ ${#failures[@]} -gt 0 ]; then printf '\nFAILED:\n'; printf '  %s\n' "${failures[@]}"; fi
    printf '\n%d tests in %d min %02d s\n' "$((passed + failed + skipped_count))" "$((SECONDS / 60))" "$((SECONDS % 60))"
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped_count"
    [ "$failed" = 0 ] || exit 1
}

# Reads a ctest log: one line "counts PASSED FAILED SKIPPED", then "skip ...", "again ...", "fail ..." lines. Test cases are counted where a
# program says how many it had, else the program is one test. $1: names of the programs that failed, one a line.
read_log() {
    awk -v failed_names="$1" -v need="$PORTSIDE_REQUIRE" '
        function end_test(   bad) {
            if (name == "") return
            bad = (name in is_failed)
            seen[name] = 1
            if (bad) {
                print "fail " name
                if (cases_failed == 0) cases_failed = 1
            } else if (!has_cases) {
                cases_passed = 1
            }
            if (!bad) cases_failed = 0          # those passed when they ran again
            for (i = 1; i <= again_count; ++i) print "again " again[i]
            if (!bad) for (i = 1; i <= skip_count; ++i) {
                split(skip[i], word, ": ")
                if (cases_passed > 0) --cases_passed
                if (index("," need ",", "," word[2] ",")) { ++cases_failed; print "fail " name ": required, but " skip[i] }
                else { ++cases_skipped; print "skip " skip[i] }
            }
            p += cases_passed; f += cases_failed; s += cases_skipped
            name = ""
        }
        BEGIN { n = split(failed_names, list, "\n"); for (i = 1; i <= n; ++i) if (list[i] != "") is_failed[list[i]] = 1 }
        /^[0-9]+\/[0-9]+ Test: / { end_test(); name = $3; has_cases = cases_passed = cases_failed = cases_skipped = skip_count = again_count = 0 }
        /^\[doctest\] test cases:/ {
            has_cases = 1
            split($0, part, "|")
            cases_passed += part[2] + 0; cases_failed += part[3] + 0
        }
        /^SKIPPED: / { skip[++skip_count] = $0 }
        /^AGAIN: / { again[++again_count] = $0 }
        END {
            end_test()
            for (x in is_failed) if (!(x in seen)) { print "fail " x " (not run)"; ++f }
            print "counts", p + 0, f + 0, s + 0
        }' "$2"
}

# tests PRESET CTEST-OPTIONS...: runs them, adds to the sums. Returns 1 if there was nothing to run.
tests() {
    local preset=$1 dir=$root/build/$1 started=$SECONDS line where
    shift
    where=$dir/Testing/Temporary
    rm -f "$where/LastTest.log" "$where/LastTestsFailed.log"
    "${runner[@]}" ctest --test-dir "$dir" -j "$(nproc)" --output-on-failure "$@" 2>&1 |
        grep -Ev '^(Internal ctest|Test project| *Start +[0-9]+:|Label Time Summary|.* = .*sec\*proc|Total Test time|$)' || true
    [ -f "$where/LastTest.log" ] || return 1
    local names=
    if [ -f "$where/LastTestsFailed.log" ]; then names=$(cut -d: -f2- "$where/LastTestsFailed.log"); fi
    while IFS= read -r line; do
        case $line in
            "counts "*)
                read -r _ p f s <<<"$line"
                passed=$((passed + p)) failed=$((failed + f)) skipped_count=$((skipped_count + s)) ;;
            "skip "*) skips+=("${line#skip }") ;;
            "again "*) skips+=("$preset: ${line#again }") ;;
            "fail "*) failures+=("$preset: ${line#fail }") ;;
        esac
    done < <(read_log "$names" "$where/LastTest.log")
    say "$preset: $p passed, $f failed, $s skipped in $(seconds_since "$started")"
}
runner=()

# skip_or_fail NEED WHY: a test of this script that can't run here.
skip_or_fail() {
    if [[ ",$PORTSIDE_REQUIRE," == *",$1,"* ]]; then
        failed=$((failed + 1))
        failures+=("required, but SKIPPED: $1: $2")
    else
        skipped_count=$((skipped_count + 1))
        skips+=("SKIPPED: $1: $2")
    fi
}

trap finish EXIT
trap 'exit 130' INT TERM

steps_total=3
if [ -n "$require" ]; then steps_total=4; fi
if [ "$all" = 1 ]; then steps_total=11; fi
if [ "$long" = 1 ]; then steps_total=12; fi

step "packages"
packages=("${packages_build[@]}" "${packages_window[@]}" "${packages_test[@]}")
if [ "$all" = 1 ]; then packages+=("${packages_record[@]}" "${packages_screen[@]}" "${packages_test_all[@]}"); fi
ensure_packages "$install" "${packages[@]}"
if [ "$all" = 1 ]; then (ensure_packages "$install" "${packages_compare[@]}") || say "going on without LTTng"; fi

step "building release (about 5 minutes the first time)"
build release

step "quick tests"
special='^(wine|xvfb|perf|all|long)$'
tests release -L '^quick$' -LE "$special"
needs=${require//,/ }
if [ "$all" = 1 ]; then needs="wine xvfb perf"; fi
if [ -n "$needs" ]; then step "what needs Wine, a virtual screen or the kernel's events"; fi
for need in $needs; do
    tests release -L "^$need\$" -LE '^(all|long)$' || die "no test has the label $need"
done
[ "$all" = 1 ] || exit 0

step "longer counts"
tests release -L '^all$' || die "no test has that label"
if [ "$long" = 1 ]; then
    step "the full counts (hours)"
    tests release -L '^long$' || die "no test has that label"
fi

step "building with clang and the address and undefined-behaviour sanitizers (about 6 minutes the first time)"
build asan quick_tests
step "quick tests, built with clang, under both sanitizers"
UBSAN_OPTIONS=print_stacktrace=1 tests asan -L '^quick$' -LE "$special"

step "building tsan (about 2 minutes the first time)"
build tsan tests_with_threads
step "tests with threads under the thread sanitizer"
# The thread sanitizer of g++ 12 needs the address layout that older kernels give.
if setarch "$(uname -m)" -R true 2>/dev/null; then runner=(setarch "$(uname -m)" -R); fi
tests tsan -L '^threads$' -LE "$special" || die "no test has that label"
runner=()

step "building the model with clang, with -O0, with -O3 and for Windows"
build clang fingerprints
build dev fingerprints
build o3 fingerprints
windows=$root/build/release/windows
if [ -d "$windows" ]; then cmake --build "$windows" --target fingerprints | tail -n 1; fi

step "fingerprints: every build gives the same for every scenario"
prints=$root/build/fingerprints
rm -rf "$prints"
mkdir -p "$prints"
for preset in release asan; do
    for file in "$root"/scenarios/*.toml; do
        print=$("$root/build/$preset/portside" sim "$file" --json | sed -n 's/.*"fingerprint": *"\([0-9a-f]\{16\}\)".*/\1/p') || true
        say "${print:-none}  $(basename "$file" .toml)"
    done >"$prints/$preset"
done
"$root/build/clang/fingerprints" "$root/scenarios" >"$prints/clang" || true
"$root/build/dev/fingerprints" "$root/scenarios" >"$prints/O0" || true
"$root/build/o3/fingerprints" "$root/scenarios" >"$prints/O3" || true
if ! command -v wine >/dev/null || [ ! -f "$windows/fingerprints.exe" ]; then
    skip_or_fail wine "fingerprints of the Windows build: wine or g++-mingw-w64-x86-64-posix is not installed"
else
    # The folder that `portside record --backend iocp` has prepared.
    (cd "$root" && WINEPREFIX=${XDG_CACHE_HOME:-$HOME/.cache}/portside/wine WINEDEBUG=-all wine "$windows/fingerprints.exe" scenarios | tr -d '\r') >"$prints/windows" || true
fi
for file in "$root"/scenarios/*.toml; do
    name=$(basename "$file" .toml) different=
    expected=$(grep " $name\$" "$prints/release" || true)
    for list in "$prints"/*; do
        grep -qxF "$expected" "$list" || different="$different $(basename "$list")"
    done
    if [ -z "$different" ] && [[ $expected =~ ^[0-9a-f]{16}\  ]]; then
        passed=$((passed + 1))
        say "  $expected"
    else
        failed=$((failed + 1))
        failures+=("fingerprint of $name differs from release (${expected%% *}):${different:- no fingerprint}")
    fi
done
say "compared: $(ls "$prints" | tr '\n' ' ')"
