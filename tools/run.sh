#!/usr/bin/env bash
# One command from a fresh clone to the window: the same scenario simulated and measured, side by side.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<TEXT
tools/run.sh [--scenario NAME] [--no-install] [--no-wine]

Installs missing Debian packages, builds Portside, simulates a scenario, records it on real threads (on Linux, and with Wine on its
completion port), compares, and opens the window with the sides next to each other. Without a display it writes a screenshot.

  --scenario NAME   a name of 'portside scenarios' or a file (default: limit-1-burst)
  --no-install      only print the apt-get line and stop if a package is missing
  --no-wine         leave out Wine: no recording on its completion port
  --help            this text

Traces and the screenshot are written to portside-out/ in the project.
TEXT
}

wrong_use() { say "run.sh: $1" >&2; usage >&2; exit 2; }

scenario=limit-1-burst install=1 wine=1
while [ $# -gt 0 ]; do
    case $1 in
        --scenario) [ $# -gt 1 ] || wrong_use "--scenario needs a name"; scenario=$2; shift ;;
        --scenario=*) scenario=${1#*=} ;;
        --no-install) install=0 ;;
        --no-wine) wine=0 ;;
        --help | -h) usage; exit 0 ;;
        *) wrong_use "unknown option $1" ;;
    esac
    shift
done
if [ -f "$scenario" ]; then scenario=$(realpath "$scenario"); fi
name=$(basename "$scenario" .toml)
out=$root/portside-out
portside=$root/build/release/portside
steps_total=7

# record BACKEND FILE WHAT: leaves FILE, or says why not.
record() {
    local code=0
    rm -f "$2"
    "$portside" record "$scenario" --backend "$1" -o "$2" || code=$?
    case $code in
        0) sides+=("$2") ;;
        1) skipped "$3, for the reason above" ;;
        *) die "portside record --backend $1 ended with $code" ;;
    esac
}

made_by() { "$portside" info "$1" --json 2>/dev/null | sed -n 's/.*"made_by": *"\([^"]*\)".*/\1/p' | head -n 1; }

step "packages"
packages=("${packages_build[@]}" "${packages_window[@]}")
if [ "$wine" = 1 ]; then packages+=("${packages_record[@]}"); fi
if ! has_display; then packages+=("${packages_screen[@]}"); fi
ensure_packages "$install" "${packages[@]}"

step "building release (about 3 minutes the first time)"
build release programs
mkdir -p "$out"
sides=()

step "simulating $name"
"$portside" sim "$scenario" -o "$out/$name-model.ptrace"

step "recording $name on real threads, nt rules in user mode on Linux"
record port "$out/$name-port.ptrace" "the recording on Linux threads"

step "recording $name on a Windows completion port under Wine"
if [ "$wine" = 0 ]; then
    skipped "--no-wine"
else
    record iocp "$out/$name-iocp.ptrace" "the recording under Wine"
fi

step "comparing the simulation with each recording"
for side in "$out/$name-model.ptrace" "${sides[@]}"; do
    printf '  %-36s %s\n' "$(basename "$side")" "$(made_by "$side")"
done
for side in "${sides[@]}"; do
    printf '\nsimulation against %s\n' "$(basename "$side")"
    "$portside" compare "$scenario" "$side"
done

if has_display; then
    step "the window (close it to return here)"
    say "traces: $out"
    exec "$portside" gui "$scenario" "${sides[@]}"
fi
step "the window, without a display: one frame of it on a virtual screen"
under_screen "$portside" gui "$scenario" "${sides[@]}" --screenshot "$out/$name.png" --size 1600x900
say
say "screenshot: $out/$name.png"
for side in "$out/$name-model.ptrace" "${sides[@]}"; do say "trace:      $side"; done
