#!/usr/bin/env bash
# Ten predictions against what then was recorded: one setting is recorded on the `port` backend, another is predicted from it and
# recorded five times. A table to standard output; about seven minutes on a quiet machine with two processors.
#   tests/bench/predict.sh [PORTSIDE]     default: build/release/portside
# Holds: throughput within 5 % of the five runs' median; median latency within their range widened by 10 % of its middle, p99 by 25 %.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
portside=${1:-$root/build/release/portside}
[ -x "$portside" ] || { printf 'predict.sh: no program %s; build it (tools/run.sh) or name it\n' "$portside" >&2; exit 2; }
portside=$(realpath "$portside")           # it is called from another folder
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

scenario() { # GAP COUNT CONCURRENCY THREADS CHANCE BLOCK
    cat <<TEXT
[machine]
processors = 2
[[port]]
name = "port"
concurrency = $3
[[worker]]
name = "worker"
port = "port"
count = $4
on_packet = [ { compute = { exponential = "800us" } }, { chance = $5, steps = [ { block = { exponential = "$6" } }, { compute = "200us" } ] } ]
[[source]]
name = "clients"
port = "port"
key = 1
arrivals = { poisson = "$1", count = $2 }
TEXT
}


# Other work on the machine is in every recording: it is said, and the table is worth less.
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' /proc/stat; }
read -r busy_before all_before < <(busy)
sleep 3
read -r busy_after all_after < <(busy)
load=$((100 * (busy_after - busy_before) / (all_after - all_before)))
printf 'other work has %d %% of the processors before it begins%s\n' "$load" "$([ "$load" -le 5 ] || printf '%s' ': recordings are noisy, a quiet machine has 5 %% at most')"

printf '%-44s %22s %30s %34s  %s\n' "recorded, then predicted" "throughput /s" "median latency ms" "p99 latency ms" "verdict"
predicted=0 held=0 refused=0 cases=0
run_case() { # NAME SET GAP COUNT CONCURRENCY THREADS CHANCE BLOCK
    local name=$1 set=$2
    cases=$((cases + 1))
    scenario "${@:3}" >"$folder/s.toml"
    (cd "$folder" && "$portside" record s.toml --backend port -o base.ptrace >/dev/null 2>&1)
    if ! "$portside" predict "$folder/base.ptrace" --set "$set" --json >"$folder/p.json" 2>"$folder/p.err"; then
        refused=$((refused + 1))
        printf '%-44s refused: %s\n' "$name" "$(sed 's/.*no prediction: //' "$folder/p.err" | cut -c1-120)"
        return
    fi
    predicted=$((predicted + 1))
    rm -f "$folder"/run*.json
    for i in 1 2 3 4 5; do
        (cd "$folder" && "$portside" record s.toml --backend port --set "$set" -o again.ptrace --json >"run$i.json" 2>/dev/null)
    done
    if python3 - "$name" "$folder" <<'PY'
import json, sys
name, folder = sys.argv[1:]
p = {f["metric"]: f["median"] for f in json.load(open(folder + "/p.json"))["figures"]}
runs = [json.load(open(f"{folder}/run{i}.json")) for i in range(1, 6)]
def of(path):
    out = []
    for r in runs:
        v = r
        for k in path.split("."): v = v[k]
        out.append(v)
    return sorted(out)
t, m, q = of("throughput_per_s"), of("latency_ns.p50"), of("latency_ns.p99")
def inside(v, r, share): middle = (r[0] + r[-1]) / 2; return r[0] - share * middle <= v <= r[-1] + share * middle
ok = abs(p["throughput_per_s"] - t[2]) <= 0.05 * t[2], inside(p["latency_ns.p50"], m, 0.1), inside(p["latency_ns.p99"], q, 0.25)
ms = lambda v: f"{v / 1e6:.3f}"
print(f"{name:44} {p['throughput_per_s']:9.1f} ({t[0]:.0f}..{t[-1]:.0f}) {ms(p['latency_ns.p50']):>10} ({ms(m[0])}..{ms(m[-1])}) {ms(p['latency_ns.p99']):>12} ({ms(q[0])}..{ms(q[-1])})  " +
      ("holds" if all(ok) else "off: " + ", ".join(n for n, o in zip(("throughput", "median", "p99"), ok) if not o)))
sys.exit(0 if all(ok) else 1)
PY
    then held=$((held + 1)); fi
}

#         name                                       changed                              gap     count conc threads chance block
run_case "concurrency 2 -> 1"                        port.port.concurrency=1              1.8ms   2500  2 6 0.35 3ms
run_case "concurrency 1 -> 2"                        port.port.concurrency=2              1.8ms   2500  1 6 0.35 3ms
run_case "concurrency 2 -> 4"                        port.port.concurrency=4              1.4ms   3000  2 8 0.35 3ms
run_case "concurrency 4 -> 2"                        port.port.concurrency=2              1.4ms   3000  4 8 0.35 3ms
run_case "threads 6 -> 3"                            worker.worker.count=3                1.6ms   2500  2 6 0.35 3ms
run_case "threads 2 -> 6"                            worker.worker.count=6                2ms     2500  2 2 0.35 3ms
run_case "threads 3 -> 8"                            worker.worker.count=8                1.6ms   2500  2 3 0.35 3ms
run_case "share that blocks 0.2 -> 0.6"              worker.worker.on_packet.1.chance=0.6 1.6ms   2500  2 6 0.2  3ms
run_case "share that blocks 0.6 -> 0.2"              worker.worker.on_packet.1.chance=0.2 1.6ms   2500  2 6 0.6  3ms
run_case "share that blocks 0.3 -> 0.8, few threads" worker.worker.on_packet.1.chance=0.8 2ms     2500  2 4 0.3  2ms
printf '%d of %d predicted, %d refused, %d hold\n' "$predicted" "$cases" "$refused" "$held"
