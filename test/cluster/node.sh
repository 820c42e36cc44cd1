#!/usr/bin/env bash
# The first process of the cluster's namespaces: starts every part, starts again what ends, and takes all of them along when it
# is killed. up.sh gives it: root name node_address pods services cluster_bin dns_bin cluster_debian small_image
set -u
PATH=$cluster_debian/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# Mounts of its own, and shared among pods for volumes. Places that are shared mounts of the machine are covered, or what is
# made there would be seen outside and stay.
mount --make-rprivate /
mkdir -p /run/containerd /var/log/containers /var/lib/cni
for place in /run/netns /run/containerd /var/log/containers /var/lib/cni; do mount -t tmpfs tmpfs "$place"; done
mount --make-rshared /
cd "$root" || exit 1

part() {
  local label=$1
  shift
  (while :; do
    "$@" >>"$root/log/$label.log" 2>&1
    echo "$(date +%T) $label ended with $?, starting it again" >>"$root/log/node.log"
    sleep 1
  done) &
}
as() { printf -- '--kubeconfig=%s/config/%s.kubeconfig' "$root" "$1"; }
also_as() { echo "--authentication-kubeconfig=$root/config/$1.kubeconfig --authorization-kubeconfig=$root/config/$1.kubeconfig"; }

part containerd containerd --config "$root/config/containerd.toml"
part registry docker-registry serve "$root/config/registry.json"
part etcd "$cluster_bin/etcd" --data-dir="$root/etcd" --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
  --listen-peer-urls=http://127.0.0.1:2380 --unsafe-no-fsync --log-level=warn
part apiserver "$cluster_bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --advertise-address="$node_address" --service-cluster-ip-range="$services" \
  --tls-cert-file=pki/apiserver.crt --tls-private-key-file=pki/apiserver.key --client-ca-file=pki/ca.crt --authorization-mode=Node,RBAC --allow-privileged=true \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local --service-account-key-file=pki/accounts.pub --service-account-signing-key-file=pki/accounts.key \
  --kubelet-client-certificate=pki/to-kubelet.crt --kubelet-client-key=pki/to-kubelet.key --kubelet-certificate-authority=pki/ca.crt --kubelet-preferred-address-types=InternalIP \
  --requestheader-client-ca-file=pki/ca.crt --requestheader-allowed-names=front-proxy --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
  --requestheader-extra-headers-prefix=X-Remote-Extra- --proxy-client-cert-file=pki/front.crt --proxy-client-key-file=pki/front.key --enable-aggregator-routing=true --profiling=false

until ctr --address "$root/containerd/socket" version >/dev/null 2>&1; do sleep 0.1; done
ctr --address "$root/containerd/socket" --namespace k8s.io images import "$root/small-image.tar" >>"$root/log/import.log" 2>&1

# Controllers and scheduler end when they come before the API server has made its own roles.
until curl --silent --fail --output /dev/null --max-time 1 --cacert pki/ca.crt https://127.0.0.1:6443/readyz; do sleep 0.1; done
# shellcheck disable=SC2046 # two words
part controllers "$cluster_bin/kube-controller-manager" "$(as controllers)" $(also_as controllers) --leader-elect=false --use-service-account-credentials=true --bind-address=127.0.0.1 \
  --service-account-private-key-file=pki/accounts.key --root-ca-file=pki/ca.crt --cluster-signing-cert-file=pki/ca.crt --cluster-signing-key-file=pki/ca.key --kube-api-qps=200 --kube-api-burst=400
# shellcheck disable=SC2046
part scheduler "$cluster_bin/kube-scheduler" "$(as scheduler)" $(also_as scheduler) --leader-elect=false --bind-address=127.0.0.1 --kube-api-qps=200 --kube-api-burst=400
part dns "$dns_bin/dns" -conf "$root/config/Corefile"
part volumes "$cluster_bin/volumes" "$(as admin)" --root "$root/volumes"
part proxy "$cluster_bin/kube-proxy" --config "$root/config/proxy.yaml"
part kubelet "$cluster_bin/kubelet" --config "$root/config/kubelet.yaml" "$(as kubelet)" --root-dir="$root/kubelet" --cert-dir="$root/kubelet/pki" --hostname-override="$name" --node-ip="$node_address"
wait
