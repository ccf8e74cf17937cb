#!/usr/bin/env bash
# Pictures of every view of the window in every theme, at three sizes and two scales, and contact sheets of them.
#   tools/screenshots.sh [DIR] [VIEW...]     DIR: build/screenshots by default; VIEW: only these
#   tools/screenshots.sh readme              only those that README.md shows, into assets/screenshots
# THEMES, SIZES and SCALES restrict the set: THEMES="dark grey" SIZES=1024x768 SCALES=2 tools/screenshots.sh
set -euo pipefail
cd "$(dirname "$0")/.."
usage() { sed -n '2,5s/^# *//p' tools/screenshots.sh; }
case ${1:-} in
    --help | -h) usage; exit 0 ;;
    -*) echo "screenshots.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
esac
readme=false
if [ "${1:-}" = readme ]; then readme=true out=assets/screenshots; else out=${1:-build/screenshots}; fi
shift || true
read -r -a themes <<<"${THEMES:-dark light contrast grey}"
read -r -a sizes <<<"${SIZES:-1024x768 1280x800 1920x1080}"
read -r -a scales <<<"${SCALES:-1 2}"
portside=$PWD/build/release/portside
[ -x "$portside" ] || { echo "build/release/portside is missing: tools/run.sh builds it" >&2; exit 1; }
command -v xvfb-run >/dev/null || { echo "xvfb-run is missing: apt install xvfb" >&2; exit 1; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
state=$work/state
trap 'rm -rf "$work"' EXIT
cd "$work"                               # what the pictures name has no path

# What is looked at: two recordings beside the model, one from a kernel with other rules, a queue long enough for theory.
for scenario in limit-1-burst block-and-release; do
    for backend in port epoll; do "$portside" record $scenario --backend $backend -o "$scenario-$backend.ptrace" >/dev/null 2>&1; done
done
"$portside" record twice-cpus -o "one.ptrace" >/dev/null 2>&1
cat >"queue.toml" <<'QUEUE'
title = "A queue as theory has it"
about = "Packets arrive at random, handling takes an exponential time: what M/M/4 says can be held against the run."
until = "20s"
[machine]
processors = 4
quantum = "infinite"
[[port]]
name = "port"
concurrency = 4
[[worker]]
name = "worker"
port = "port"
count = 8
on_packet = [ { compute = { exponential = "1ms" } } ]
[[source]]
name = "clients"
port = "port"
arrivals = { poisson = "330us" }
QUEUE
{
    echo 'title = "Sixty-four threads, and names as long as they may be"'
    echo 'until = "40ms"'
    printf '[[port]]\nname = "a-port-whose-name-is-as-long-as-the-names-of-real-programs-are"\nconcurrency = 8\n'
    printf '[[worker]]\nname = "workers-of-the-connection-pool-of-the-north-american-front-end"\nport = "a-port-whose-name-is-as-long-as-the-names-of-real-programs-are"\ncount = 64\non_packet = [ { compute = { exponential = "1ms" } }, { block = "2ms", chance = 0.3 } ]\n'
    printf '[[source]]\nname = "clients-that-come-from-everywhere-and-want-everything-at-once"\nport = "a-port-whose-name-is-as-long-as-the-names-of-real-programs-are"\narrivals = { poisson = "150us" }\n'
} >"many-threads.toml"
printf 'title = "One thread"\n[[port]]\nname = "port"\n[[worker]]\nname = "worker"\nport = "port"\non_packet = [ { compute = "1ms" } ]\n[[source]]\nname = "clients"\nport = "port"\narrivals = { at = ["1ms"] }\n' >"one-thread.toml"
printf 'title = "Nothing arrives"\nuntil = "5ms"\n[[port]]\nname = "port"\n[[worker]]\nname = "worker"\nport = "port"\ncount = 3\non_packet = [ { compute = "1ms" } ]\n[[source]]\nname = "clients"\nport = "port"\narrivals = { at = ["9ms"] }\n' >"nothing.toml"

# A line a view: its name, then what `portside gui` is given.
views() {
    local burst="limit-1-burst limit-1-burst-port.ptrace" block="block-and-release block-and-release-port.ptrace block-and-release-epoll.ptrace"
    cat <<VIEWS
timelines $block --at 3.5ms
one-side block-and-release --at 3.5ms
events $burst --at 2ms --run next-page --run next-page
figures $burst --at 2ms --run next-page --run next-page --run next-page
scenario $burst --at 2ms --run next-page --run next-page --run next-page --run next-page
now $block --at 3.5ms --run next-page
selected $block --at 3.5ms --select thread:4
packet $burst --at 2ms --select packet:3
processors $block --at 3.5ms --run processor-lanes
packets $burst --at 2ms --run packet-bars
range $block --at 3.5ms --range 1ms..6ms
times $burst --at 2ms --run times
theory queue.toml --at 2ms --run times
values $burst --at 2ms --edit
explore twice-cpus --explore
aligned block-and-release block-and-release-epoll.ptrace --at 3.5ms --align "taken 6"
compare block-and-release block-and-release-epoll.ptrace --at 3.5ms --run compare --run divergence-next
predict $burst --at 2ms --run compare --run predict
quiz block-and-release --quiz --at 1ms --run ask-next
presenter block-and-release --presenter --at 3.5ms
presenter-told block-and-release --presenter --at 3.5ms --run next-slide
kept block-and-release --at 3.5ms --run keep-run --run concurrency-more
search $block --at 3.5ms --search thread:4
palette $burst --at 2ms --run palette
menu $burst --at 2ms --run menu
keys $burst --at 2ms --run help
about $burst --at 2ms --run about
open $burst --at 2ms --run open
notes one.ptrace --at 2ms --note "Here the second one parks" --run notes
divergence block-and-release block-and-release-epoll.ptrace --run divergence
many-threads many-threads.toml --at 20ms
many-times many-threads.toml --at 20ms --run times --select thread:60
one-thread one-thread.toml --at 1500us
nothing nothing.toml --at 2ms
VIEWS
}

# One picture: NAME THEME SIZE SCALE ARGUMENTS...
shoot() {
    local name=$1 theme=$2 size=$3 scale=$4 file
    shift 4
    file=$out/$name-$theme-$size-${scale}x.png
    if XDG_STATE_HOME=$state xvfb-run -a -s "-screen 0 2000x1200x24" "$portside" gui "$@" --screenshot "$file" --size "$size" --scale "$scale" --theme "$theme" --no-restore >"$file.said" 2>&1; then
        rm -f "$file.said"
    else
        echo "failed: $name $theme $size $scale: $(tail -n 1 "$file.said")" >&2
    fi
}

# NAME THEME ARGUMENTS...: 256 colours are enough for flat ones, and keep the file small.
readme_picture() {
    local file=$out/$1.png theme=$2
    shift 2
    XDG_STATE_HOME=$state xvfb-run -a -s "-screen 0 2000x1200x24" "$portside" gui "$@" --screenshot "$file" --size 1280x800 --theme "$theme" --no-restore
    convert "$file" +dither -colors 256 -define png:compression-level=9 "png8:$file"
    echo "$file, $(($(stat -c %s "$file") / 1024)) kB" >&2
}

if $readme; then
    command -v convert >/dev/null || { echo "convert is missing: apt install imagemagick" >&2; exit 1; }
    kernel="block-and-release-iocp.ptrace"
    "$portside" record block-and-release --backend iocp -o "$kernel" >/dev/null 2>&1 || kernel="block-and-release-epoll.ptrace"
    readme_picture window-dark dark block-and-release "block-and-release-port.ptrace" "$kernel" --at 6.6ms
    readme_picture compare-light light block-and-release "$kernel" --run compare --run divergence-next
    readme_picture map-dark dark twice-cpus --set port.port.concurrency=3 --set worker.worker.count=6 --explore
    readme_picture quiz-light light block-and-release --quiz --at 11ms --run ask-next
    readme_picture presenter contrast block-and-release --presenter --at 6.2ms --run next-slide
    readme_picture waits-light light "queue.toml" --at 20s --view 19.9s..20s --run times
    readme_picture values-dark dark limit-1-burst --edit --at 2ms
    exit 0
fi

begun=$SECONDS done=0
wanted=$(views | { if [ $# -gt 0 ]; then grep -E "^($(IFS='|'; echo "$*")) "; else cat; fi; })
[ -n "$wanted" ] || { echo "no such view; there are: $(views | cut -d' ' -f1 | tr '\n' ' ')" >&2; exit 2; }
count=$(($(wc -l <<<"$wanted") * ${#themes[@]} * ${#sizes[@]} * ${#scales[@]}))
while read -r name arguments; do
    mapfile -t list < <(xargs -n1 <<<"$arguments")
    for theme in "${themes[@]}"; do for size in "${sizes[@]}"; do for scale in "${scales[@]}"; do
        while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
        shoot "$name" "$theme" "$size" "$scale" "${list[@]}" </dev/null &
        done=$((done + 1))
        printf '\r%d of %d  %s %s %s %sx%-20s' "$done" "$count" "$name" "$theme" "$size" "$scale" "" >&2
    done; done; done
done <<<"$wanted"
wait
printf '\n%d pictures in %s, %d s\n' "$(find "$out" -name '*x.png' ! -name 'sheet-*' | wc -l)" "$out" "$((SECONDS - begun))" >&2
command -v montage >/dev/null || { echo "no contact sheets: apt install imagemagick" >&2; exit 0; }
for theme in "${themes[@]}"; do for size in "${sizes[@]}"; do for scale in "${scales[@]}"; do
    mapfile -t files < <(find "$out" -name "*-$theme-$size-${scale}x.png" ! -name 'sheet-*' | sort)
    [ ${#files[@]} -eq 0 ] || montage "${files[@]}" -label '%t' -tile 4x -geometry 480x+6+6 "$out/sheet-$theme-$size-${scale}x.jpg"
done; done; done
