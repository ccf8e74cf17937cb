#!/usr/bin/env bash
# How much of the speed of independent runs a sweep reaches.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<TEXT
tools/sweep_rate.sh [--jobs N] [--packets N] [--rounds N] [--json]

Computes the reference workload with 4 seeds a job, in three ways, one after the other, again and again: 'portside sweep' with N jobs in
one process; N processes of 'portside sim' at once, each with its seeds one after the other; and N processes of 'portside sweep' with
one job each, which do for each seed exactly what the first does. Prints packets a second, and the medians of the ratios within a round:
what else the machine does in that minute falls on all three.

  --jobs N       runs at once (default: the number of processors)
  --packets N    of each run (default: 500000)
  --rounds N     (default: 5)
  --json         print one JSON value
  --help         this text
TEXT
}

wrong_use() { say "sweep_rate.sh: $1" >&2; usage >&2; exit 2; }

jobs=$(nproc) packets=500000 rounds=5 json=0
while [ $# -gt 0 ]; do
    case $1 in
        --jobs | --packets | --rounds)
            [[ ${2:-} =~ ^[1-9][0-9]{0,9}$ ]] || wrong_use "$1 needs a number from 1"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --json) json=1 ;;
        --help | -h) usage; exit 0 ;;
        *) wrong_use "unknown word '$1'" ;;
    esac
    shift
done

portside=$root/build/release/portside
if [ -x "$portside" ]; then say "build/release/portside is there and is used as it is" >&2; else build release portside >&2; fi
scenario=$root/scenarios/bench/reference.toml
seeds=4
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

now_ms() { say $(($(date +%s%N) / 1000000)); }
sets=(--set "source.clients.arrivals.count=$packets")

together() { "$portside" sweep "$scenario" "${sets[@]}" --axis "seed=1..$((jobs * seeds))" --jobs "$jobs" --csv >"$results/together.csv" 2>/dev/null; }

sims_of() {
    local seed
    for ((seed = $1; seed < $1 + seeds; ++seed)); do "$portside" sim "$scenario" "${sets[@]}" --set "seed=$seed" --json >/dev/null; done
}
sweep_of() { "$portside" sweep "$scenario" "${sets[@]}" --axis "seed=$1..$(($1 + seeds - 1))" --jobs 1 --csv >"$results/alone.$1.csv" 2>/dev/null; }

# at_once FUNCTION: a process for each job, from its first seed on; fails if one of them does.
at_once() {
    local job pids=() pid
    for ((job = 0; job < jobs; ++job)); do
        "$1" $((1 + job * seeds)) &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
}

# rate COMMAND...: packets a second.
rate() {
    local begin end
    begin=$(now_ms)
    "$@" || die "$1 failed"
    end=$(now_ms)
    say $((jobs * seeds * packets * 1000 / (end > begin ? end - begin : 1)))
}

for ((round = 1; round <= rounds; ++round)); do
    a=$(rate together)
    b=$(rate at_once sims_of)
    c=$(rate at_once sweep_of)
    say "$a $b $c" >>"$results/rates"
    say "round $round of $rounds: sweep $a, independent sims $b, independent sweeps $c packets/s" >&2
done
# The same figures, whoever computed them.
for ((job = 0; job < jobs; ++job)); do tail -n +2 "$results/alone.$((1 + job * seeds)).csv"; done >"$results/alone.csv"
tail -n +2 "$results/together.csv" | cmp -s - "$results/alone.csv" || die "the sweep and the independent sweeps give different figures"

# median EXPRESSION: of what awk makes of each round's three rates.
median() { awk "{ print $1 }" "$results/rates" | sort -g | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'; }
of_sims=$(median '$1 / $2') of_sweeps=$(median '$1 / $3')
if [ "$json" = 1 ]; then
    printf '{"jobs":%d,"packets":%d,"rounds":%d,"sweep_packets_per_s":%.0f,"sims_packets_per_s":%.0f,"sweeps_packets_per_s":%.0f,"of_independent_sims":%.3f,"of_independent_sweeps":%.3f}\n' \
        "$jobs" "$packets" "$rounds" "$(median '$1')" "$(median '$2')" "$(median '$3')" "$of_sims" "$of_sweeps"
else
    printf 'a sweep with %d jobs reaches %.3f of %d independent `portside sim`, and %.3f of %d independent sweeps (medians of %d rounds)\n' "$jobs" "$of_sims" "$jobs" "$of_sweeps" "$jobs" "$rounds"
fi
