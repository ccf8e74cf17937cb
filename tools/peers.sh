#!/usr/bin/env bash
# The reference workload on Portside's engine and on others, in one table.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<TEXT
tools/peers.sh [--packets N] [--runs N] [--out FOLDER] [--json] DIR

Builds what stands in DIR and can be built with the packages that are installed, and runs each of them and 'portside bench engine' on
as many packets of the reference workload, in turn, so that what else the machine does falls on all. The medians are printed.

  DIR               roofline.cpp (a hand-written loop), ns3_port.cc, simgrid_port.cpp, simpy_port.py; those that are there. Each takes the
                    number of packets and prints "NAME packets N mean_latency_us L packets_per_s R". They are no part of Portside.
  --packets N       of each run (default: 1000000)
  --runs N          of each engine (default: 3)
  --out FOLDER      where Portside writes its trace, which is deleted (default: the folder for temporary files)
  --json            print one JSON value
  --help            this text
TEXT
}

wrong_use() { say "peers.sh: $1" >&2; usage >&2; exit 2; }

dir="" packets=1000000 runs=3 out=${TMPDIR:-/tmp} json=0
number() { [[ $2 =~ ^[1-9][0-9]{0,9}$ ]] || wrong_use "$1 is '$2', expected a number from 1"; }
while [ $# -gt 0 ]; do
    case $1 in
        --packets) [ $# -gt 1 ] || wrong_use "--packets needs a number"; packets=$2; number --packets "$packets"; shift ;;
        --runs) [ $# -gt 1 ] || wrong_use "--runs needs a number"; runs=$2; number --runs "$runs"; shift ;;
        --out) [ $# -gt 1 ] || wrong_use "--out needs a folder"; out=$2; shift ;;
        --json) json=1 ;;
        --help | -h) usage; exit 0 ;;
        -*) wrong_use "unknown option '$1'" ;;
        *) [ -z "$dir" ] || wrong_use "one DIR, not '$dir' and '$1'"; dir=$1 ;;
    esac
    shift
done
[ -n "$dir" ] || wrong_use "DIR is missing: the folder that holds roofline.cpp and the others"
[ -d "$dir" ] || die "$dir is no folder"
[ -d "$out" ] || die "$out is no folder"
dir=$(cd "$dir" && pwd) out=$(cd "$out" && pwd)

tell() { say "$*" >&2; }                  # the answer alone goes to standard output

# needs FILE NAME PACKAGE...: whether the peer is there and can be built.
needs() {
    local file=$1 name=$2 package missing=()
    shift 2
    [ -f "$dir/$file" ] || { skipped "$name: $file is not in $dir" >&2; return 1; }
    if command -v dpkg-query >/dev/null; then
        for package in "$@"; do have_package "$package" || missing+=("$package"); done
    fi
    [ ${#missing[@]} = 0 ] || { skipped "$name needs ${missing[*]}: apt-get install ${missing[*]}" >&2; return 1; }
}

# compiled NAME SOURCE FLAGS...: into build/peers, as the peers' own notes say.
compiled() {
    local name=$1 source=$2
    shift 2
    mkdir -p "$root/build/peers"
    "${CXX:-g++}" -O2 -std=c++17 "$dir/$source" -o "$root/build/peers/$name" "$@" 2>"$root/build/peers/$name.log" && return
    skipped "$name does not compile: build/peers/$name.log" >&2
    return 1
}

tell "building"
if [ -x "$root/build/release/portside" ]; then tell "build/release/portside is there and is used as it is"; else build release portside >&2; fi
engines=()
if needs roofline.cpp roofline g++ && compiled roofline roofline.cpp; then engines+=(roofline); fi
engines+=(portside)
if needs ns3_port.cc ns-3 g++ pkg-config libns3-dev libgsl-dev; then
    read -r -a compile <<<"$(pkg-config --cflags ns3-core)"
    read -r -a link <<<"$(pkg-config --libs ns3-core)"
    if compiled ns-3 ns3_port.cc "${compile[@]}" "${link[@]}"; then engines+=(ns-3); fi
fi
if needs simgrid_port.cpp simgrid g++ libsimgrid-dev && compiled simgrid simgrid_port.cpp -lsimgrid; then engines+=(simgrid); fi
if needs simpy_port.py simpy python3 python3-simpy; then engines+=(simpy); fi

results=$(mktemp -d)
trap 'rm -rf "$results" "$out/portside-peers.ptrace"' EXIT

# figure KEY FILE: the first number behind "KEY": of a JSON value.
figure() { sed -n "s/.*\"$1\": *\([0-9.]*\).*/\1/p" "$2" | head -n 1; }

# One run: lines "ENGINE PACKETS_PER_S MEAN_LATENCY_US" into results.
run_one() {
    local engine=$1 line
    case $engine in
        roofline) line=$("$root/build/peers/roofline" "$packets") ;;
        ns-3) line=$("$root/build/peers/ns-3" "$packets" ns3::CalendarScheduler) ;;
        simgrid) line=$("$root/build/peers/simgrid" "$packets" 2>/dev/null) ;;
        simpy) line=$(/usr/bin/python3 "$dir/simpy_port.py" "$packets") ;;
        portside)
            "$root/build/release/portside" bench engine --runs 1 --set "source.clients.arrivals.count=$packets" -o "$out/portside-peers.ptrace" --json >"$results/bench.json" 2>/dev/null
            sed 's/.*"without_trace": *{//; s/}.*//' "$results/bench.json" >"$results/without"
            sed 's/.*"with_trace": *{//; s/}.*//' "$results/bench.json" >"$results/with"
            say "portside $(figure packets_per_s "$results/without") $latency" >>"$results/lines"
            say "portside+trace $(figure packets_per_s "$results/with") $latency" >>"$results/lines"
            sed -n 's/.*"file_system": *"\([^"]*\)".*/\1/p' "$results/with" >"$results/file_system"
            return
            ;;
    esac
    [[ $line =~ mean_latency_us\ ([0-9.]+)\ packets_per_s\ ([0-9]+) ]] || die "$engine printed '$line'"
    say "$engine ${BASH_REMATCH[2]} ${BASH_REMATCH[1]}" >>"$results/lines"
}

# The model is exact: its latency is that of any run.
"$root/build/release/portside" sim "$root/scenarios/bench/reference.toml" --set "source.clients.arrivals.count=$packets" --json >"$results/sim.json"
latency=$(sed -n '/"latency_ns"/,/}/p' "$results/sim.json" | sed -n 's/.*"mean": *\([0-9.]*\).*/\1/p' | awk '{ printf "%.2f", $1 / 1000 }')
for ((run = 1; run <= runs; ++run)); do
    for engine in "${engines[@]}"; do
        tell "run $run of $runs: $engine"
        run_one "$engine"
    done
done

# The median of each engine's runs, in the order of the first run; latencies do not differ by run.
sort -k1,1 -k2,2n "$results/lines" | awk '
    { n[$1]++; rate[$1, n[$1]] = $2; latency[$1] = $3 }
    END { for (e in n) { m = int((n[e] + 1) / 2); v = n[e] % 2 ? rate[e, m] : (rate[e, m] + rate[e, m + 1]) / 2; printf "%s %.0f %s\n", e, v, latency[e] } }' >"$results/medians"
awk '!seen[$1]++ { print $1 }' "$results/lines" >"$results/order"
awk -v packets="$packets" -v runs="$runs" -v file_system="$(cat "$results/file_system")" -v json="$json" '
    FILENAME ~ /medians$/ { rate[$1] = $2; latency[$1] = $3; next }
    { order[++count] = $1 }
    function ratio(e) { return "roofline" in rate ? sprintf("%.3f", rate[e] / rate["roofline"]) : (json ? "null" : "-") }
    function label(e) { return e == "portside+trace" ? "portside, trace on " file_system : e }
    END {
        if (json) printf "{\"packets\":%d,\"runs\":%d,\"file_system\":\"%s\",\"engines\":[", packets, runs, file_system
        else printf "%-28s %12s %16s %12s\n", "engine", "packets/s", "mean latency/us", "of roofline"
        for (i = 1; i <= count; i++) {
            e = order[i]
            if (json) printf "%s{\"engine\":\"%s\",\"packets_per_s\":%d,\"mean_latency_us\":%s,\"of_roofline\":%s}", (i > 1 ? "," : ""), e, rate[e], latency[e], ratio(e)
            else printf "%-28s %12d %16s %12s\n", label(e), rate[e], latency[e], ratio(e)
        }
        if (json) print "]}"
        else printf "medians of %d runs of %d packets, in turn\n", runs, packets
    }' "$results/medians" "$results/order"
