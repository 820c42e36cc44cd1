# Sourced by up.sh: certificates and the parts' configuration, below $root. Nothing here starts or changes anything else.

make_certificates() {
  mkdir -p "$root/pki" "$root/config"
  local sign=(-CA "$root/pki/ca.crt" -CAkey "$root/pki/ca.key" -days 30)
  make_key ca
  # Python's strict verification, which hubs use, wants to know what an authority's key is for.
  openssl req -x509 -new -key "$root/pki/ca.key" -subj "/CN=$name" -days 30 -out "$root/pki/ca.crt" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
  openssl genrsa -out "$root/pki/accounts.key" 2048 2>/dev/null
  openssl rsa -in "$root/pki/accounts.key" -pubout -out "$root/pki/accounts.pub" 2>/dev/null
  local names=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
  certify apiserver kube-apiserver '' "$names,DNS:localhost,IP:127.0.0.1,IP:$node_address,IP:$first_service"
  certify kubelet "system:node:$name" system:nodes "DNS:$name,IP:$node_address"
  certify to-kubelet kube-apiserver-kubelet-client system:masters
  certify front front-proxy ''
  certify admin admin system:masters
  certify visitor visitor '' # somebody who may do nothing
  certify controllers system:kube-controller-manager ''
  certify scheduler system:kube-scheduler ''
  certify proxy system:kube-proxy ''
  for user in admin visitor controllers scheduler proxy kubelet; do write_kubeconfig "$user"; done
}

make_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$root/pki/$1.key" 2>/dev/null; }

# certify FILE NAME GROUP [SUBJECT-ALTERNATIVE-NAMES]
certify() {
  make_key "$1"
  {
    echo basicConstraints=CA:FALSE
    echo keyUsage=critical,digitalSignature
    echo extendedKeyUsage=serverAuth,clientAuth
    echo subjectKeyIdentifier=hash
    echo authorityKeyIdentifier=keyid
    [ -z "${4:-}" ] || echo "subjectAltName=$4"
  } >"$root/pki/$1.ext"
  openssl req -new -key "$root/pki/$1.key" -subj "${3:+/O=$3}/CN=$2" -out "$root/pki/$1.csr" 2>/dev/null
  openssl x509 -req -in "$root/pki/$1.csr" "${sign[@]}" -CAcreateserial -extfile "$root/pki/$1.ext" -out "$root/pki/$1.crt" 2>/dev/null
}

write_kubeconfig() {
  cat >"$root/config/$1.kubeconfig" <<Y
apiVersion: v1
kind: Config
clusters: [{name: $name, cluster: {server: "https://$node_address:6443", certificate-authority-data: $(base64 -w0 "$root/pki/ca.crt")}}]
users: [{name: $name-$1, user: {client-certificate-data: $(base64 -w0 "$root/pki/$1.crt"), client-key-data: $(base64 -w0 "$root/pki/$1.key")}}]
contexts: [{name: $name, context: {cluster: $name, user: $name-$1}}]
current-context: $name
Y
  chmod 600 "$root/config/$1.kubeconfig"
}

write_configuration() {
  mkdir -p "$root"/{config,log,etcd,containerd,kubelet,volumes,manifests,cni,trust/"$registry"}
  cat >"$root/trust/$registry/hosts.toml" <<Y
server = "http://$registry"
[host."http://$registry"]
  capabilities = ["pull", "resolve"]
Y
  cat >"$root/config/containerd.toml" <<Y
version = 2
root = "$root/containerd/root"
state = "$root/containerd/state"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
  address = "$root/containerd/socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$small_image"
  # Without CAP_SYS_RESOURCE nobody may lower it.
  restrict_oom_score_adj = true
  disable_apparmor = true
  tolerate_missing_hugetlb_controller = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$root/trust"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$cluster_debian/usr/lib/cni"
    conf_dir = "$root/config/cni"
Y
  mkdir -p "$root/config/cni"
  cat >"$root/config/cni/10-pods.conflist" <<Y
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$root/cni", "ranges": [[{"subnet": "$pods"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
Y
  echo "nameserver $node_address" >"$root/config/resolv.conf"
  cat >"$root/config/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $root/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $root/pki/kubelet.crt
tlsPrivateKeyFile: $root/pki/kubelet.key
containerRuntimeEndpoint: unix://$root/containerd/socket
cgroupDriver: cgroupfs
cgroupRoot: /$name
failCgroupV1: false
failSwapOn: false
clusterDNS: [$node_address]
clusterDomain: cluster.local
resolvConf: $root/config/resolv.conf
podLogsDir: $root/pod-logs
volumePluginDir: $root/volume-plugins
staticPodPath: $root/manifests
maxPods: 200
# A test machine's disk may be nearly full with other things.
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
Y
  cat >"$root/config/proxy.yaml" <<Y
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $root/config/proxy.kubeconfig}
clusterCIDR: $pods
hostnameOverride: $name
mode: iptables
iptables: {minSyncPeriod: 100ms, syncPeriod: 30s, masqueradeAll: true}
# These belong to the machine and cannot be written from another network namespace.
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
Y
  cat >"$root/config/Corefile" <<Y
.:53 {
  bind $node_address
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $root/config/admin.kubeconfig
    ttl 5
  }
  cache 5
}
Y
  cat >"$root/config/registry.json" <<Y
{"version": "0.1", "log": {"level": "error"}, "storage": {"filesystem": {"rootdirectory": "$registry_directory"}, "delete": {"enabled": true}},
 "http": {"addr": "$registry"}}
Y
  cat >"$root/config/objects.yaml" <<Y
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: directories, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: hubfleet.test/directory
reclaimPolicy: Delete
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: proxy}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:node-proxier"}
subjects: [{kind: User, name: "system:kube-proxy"}]
Y
}
