#!/usr/bin/env bash
# Takes clusters of up.sh away, with all that they made on this machine.
#   test/cluster/down.sh DIRECTORY…     these
#   test/cluster/down.sh --leftovers    those whose owner has ended without doing so
set -uo pipefail
say() { printf '── %s\n' "$*" >&2; }

# "PID START" in a file: whether that very process still runs.
runs() {
  local pid start
  read -r pid start <"$1" || [ -n "${start:-}" ] || return 1
  [ "$(cut -d" " -f22 "/proc/$pid/stat" 2>/dev/null)" = "$start" ]
}

end_process() {
  local pid
  [ -e "$1" ] && runs "$1" || return 0
  pid=$(cut -d" " -f1 "$1")
  # The first process of a namespace takes all others along; `unshare`, which waits for it, is its parent.
  for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do kill -KILL "$child" 2>/dev/null; done
  kill -KILL "$pid" 2>/dev/null
  for _ in $(seq 100); do runs "$1" || return 0; sleep 0.05; done
  say "process $pid does not end"
}

take_away() {
  local root=$1 name number place
  name=$(basename "$root")
  number=${name##*-}
  case "$root" in /var/tmp/hubfleet-cluster-[0-9]*) ;; *) say "$root is no cluster of up.sh"; return 1 ;; esac
  [ -d "$root" ] || { say "$root is not there"; return 1; }
  end_process "$root/process"
  end_process "$root/registry-process"
  ip link delete "hf-$number" 2>/dev/null
  ip netns delete "$name" 2>/dev/null
  # Empty a moment after their last process has ended.
  for _ in $(seq 50); do
    for place in /sys/fs/cgroup/"$name" /sys/fs/cgroup/*/"$name"; do
      [ ! -d "$place" ] || find "$place" -depth -type d -exec rmdir {} + 2>/dev/null
    done
    compgen -G "/sys/fs/cgroup/*/$name" >/dev/null || [ -d "/sys/fs/cgroup/$name" ] || break
    sleep 0.1
  done
  [ ! -e "$root/settings" ] || sysctl --quiet --load="$root/settings"
  if grep -q " $root/" /proc/self/mountinfo; then
    say "something is still mounted below $root"
    return 1
  fi
  rm -rf "$root"
}

status=0
if [ "${1:-}" = --leftovers ]; then
  for owner in /var/tmp/hubfleet-cluster-*/owner; do
    [ -e "$owner" ] && ! runs "$owner" || continue
    say "taking away $(dirname "$owner"), which a run left that was killed"
    take_away "$(dirname "$owner")" || status=1
  done
else
  for root in "$@"; do take_away "${root%/}" || status=1; done
fi
exit "$status"
