# The real window on a virtual screen, by keys and mouse: open, play, zoom, save, record. $1: portside; $2: seconds in which nobody does anything.
# Runs in an empty folder with XDG_STATE_HOME in it. Prints "name value" lines.
now() { date +%s%3N; }
until_there() { for ((i = 0; i < 600; ++i)); do compgen -G "$1" >/dev/null && return 0; sleep 0.05; done; echo "missing $1"; exit 1; }
begun=$(now)
"$1" gui --size 1280x800 --scale 1 2>said &
pid=$!
trap 'kill $pid 2>/dev/null' EXIT
id=$(timeout 30 xdotool search --sync --onlyvisible --pid $pid | tail -n 1)
xdotool windowfocus --sync "$id"
xdotool key ctrl+g
until_there '*.svg'
echo "first_frame_ms $(($(now) - begun))"
xdotool key space key w key w key s key Right key Left
xdotool mousemove --window "$id" 600 300 click 4 click 1 click 5
xdotool key ctrl+h; until_there '*.html'
xdotool key ctrl+p; until_there '*.png'
xdotool key ctrl+s; until_there '*-changed.toml'
xdotool key e
xdotool key r; until_there '*.ptrace'
sleep 1.5
xdotool key ctrl+l; until_there '*.gif'
until_there "$XDG_STATE_HOME/portside/session"
xdotool mousemove --window "$id" 5 5
sleep 2
ticks() { read -r -a f </proc/$pid/stat; echo $((f[13] + f[14])); }
before=$(ticks); sleep "$2"; after=$(ticks)
echo "idle_percent $(echo "$before $after $2 $(getconf CLK_TCK)" | awk '{ printf "%.2f", 100 * ($2 - $1) / ($3 * $4) }')"
cp "$XDG_STATE_HOME/portside/session" session_kept
xdotool key q
wait $pid; echo "left $?"
trap - EXIT
