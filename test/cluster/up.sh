#!/usr/bin/env bash
# Starts a cluster of one node on this machine and waits until it can be used. The last line of its output is the cluster's
# directory, with `kubeconfig` in it; down.sh DIRECTORY takes everything away again.
#   test/cluster/up.sh [--owner PID]     the cluster may be swept away once this process has ended; without: it stays until down.sh
#   test/cluster/up.sh --beside DIRECTORY [--owner PID]     has the images of that cluster, under the same names
# HUBFLEET_TEST_REGISTRY_DIRECTORY: where the registry keeps images; without, in the cluster's directory.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../script/tools.sh"
. "$here/tools.sh"
. "$here/configure.sh"
. "$here/small-image.sh"
say() { printf '── %s\n' "$*" >&2; }
owner=
beside=
while [ $# -gt 0 ]; do
  case "$1" in
    --owner) owner=$2 ;;
    --beside) beside=$2 ;;
    *) say "$1 is no option"; exit 64 ;;
  esac
  shift 2
done

[ "$(uname -s)" = Linux ] || { say "a cluster runs on Linux only"; exit 1; }
[ "$(id -u)" = 0 ] || { say "only root can start a cluster"; exit 1; }
mkdir -p "$hubfleet_tools"
bring_cluster_tools

# The directory is the cluster's claim to its number, and with it to its addresses.
umask 022
number=0
until mkdir "/var/tmp/hubfleet-cluster-$number" 2>/dev/null; do
  number=$((number + 1))
  [ "$number" -le 99 ] || { say "there are a hundred clusters in /var/tmp/hubfleet-cluster-*"; exit 1; }
done
name=hubfleet-cluster-$number
root=/var/tmp/$name
trap '"$here/down.sh" "$root" >&2' EXIT
trap 'exit 130' INT TERM
[ -z "$owner" ] || printf '%s %s' "$owner" "$(cut -d" " -f22 "/proc/$owner/stat")" >"$root/owner"
machine_address=10.231.$number.1
node_address=10.231.$number.2
pods=10.232.$number.0/24
services=10.233.$number.0/24
first_service=10.233.$number.1
registry=127.0.0.1:$((35000 + number))
registry_directory=${HUBFLEET_TEST_REGISTRY_DIRECTORY:-$root/images}
if [ -n "$beside" ]; then
  registry=$(cat "$beside/registry")
  registry_directory=$(sed -n 's/.*"rootdirectory": "\([^"]*\)".*/\1/p' "$beside/config/registry.json")
fi
small_image=hubfleet.test/small:1
mkdir -p "$registry_directory"

started=$(date +%s%N)
took() { say "$(((($(date +%s%N)) - started) / 1000000)) ms: $*"; }
make_certificates
write_configuration
make_small_image "$root/small-image.tar" "$small_image" "$cluster_debian/bin/busybox"
# What the kubelet changes for the whole machine.
for setting in kernel.panic kernel.panic_on_oops kernel.keys.root_maxbytes kernel.keys.root_maxkeys vm.overcommit_memory vm.panic_on_oom; do
  printf '%s=%s\n' "$setting" "$(sysctl -n "$setting")"
done >"$root/settings"
for controller in /sys/fs/cgroup/*/cgroup.procs; do mkdir -p "${controller%/*}/$name"; done
[ ! -e /sys/fs/cgroup/cgroup.controllers ] || mkdir -p "/sys/fs/cgroup/$name"
for place in /sys/fs/cgroup/cpuset; do
  [ ! -d "$place/$name" ] || for file in cpuset.cpus cpuset.mems; do cat "$place/$file" >"$place/$name/$file"; done
done

ip netns add "$name"
ip link add "hf-$number" type veth peer name eth0 netns "$name"
ip address add "$machine_address/30" dev "hf-$number"
ip link set "hf-$number" up
ip -n "$name" link set lo up
ip -n "$name" address add "$node_address/30" dev eth0
ip -n "$name" link set eth0 up
ip -n "$name" route add default via "$machine_address"
ip route add "$pods" via "$node_address"
ip route add "$services" via "$node_address"
nsenter --net="/run/netns/$name" sysctl --quiet --write net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0
nsenter --net="/run/netns/$name" sysctl --quiet --write net.bridge.bridge-nf-call-iptables=1 2>/dev/null || true # where the kernel has it as a module that is not loaded

export root name node_address pods services cluster_bin dns_bin cluster_debian
setsid nsenter --net="/run/netns/$name" unshare --pid --fork --kill-child --mount --mount-proc \
  bash "$here/node.sh" >"$root/log/node.log" 2>&1 </dev/null &
disown
printf '%s %s' "$!" "$(cut -d" " -f22 "/proc/$!/stat")" >"$root/process"
# Where the machine pushes to, over the same files as the one that the node pulls from under the same name.
if [ -z "$beside" ]; then
  setsid docker-registry serve "$root/config/registry.json" >"$root/log/machine-registry.log" 2>&1 </dev/null &
  disown
  printf '%s %s' "$!" "$(cut -d" " -f22 "/proc/$!/stat")" >"$root/registry-process"
fi

kubectl=("$cluster_bin/kubectl" --kubeconfig "$root/config/admin.kubeconfig")
fail() { say "the cluster does not start: $*"; tail -n 3 "$root"/log/*.log >&2; exit 1; }
wait_until() {
  local what=$1 seconds=$2
  shift 2
  for _ in $(seq $((seconds * 10))); do
    if "$@" >/dev/null 2>&1; then took "$what"; return 0; fi
    kill -0 "$(cut -d" " -f1 "$root/process")" 2>/dev/null || fail "its first process has ended"
    sleep 0.1
  done
  fail "no \"$what\" within $seconds s"
}
node_is_ready() { [ "$("${kubectl[@]}" get node "$name" --output 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]; }
wait_until "the API server answers" 120 curl --silent --fail --max-time 1 --cacert "$root/pki/ca.crt" "https://$node_address:6443/readyz"
wait_until "its objects are there" 30 "${kubectl[@]}" apply --filename "$root/config/objects.yaml"
wait_until "the node is ready" 120 node_is_ready
wait_until "pods have an account" 30 "${kubectl[@]}" get serviceaccount default
wait_until "names are answered" 30 nsenter --net="/run/netns/$name" curl --silent --fail --max-time 1 http://127.0.0.1:8181/ready
wait_until "the registry answers" 30 curl --silent --fail --max-time 1 "http://$registry/v2/"
cp "$root/config/admin.kubeconfig" "$root/kubeconfig"
cp "$root/config/visitor.kubeconfig" "$root/visitor-kubeconfig"
printf '%s' "$registry" >"$root/registry"
trap - EXIT
echo "$root"
