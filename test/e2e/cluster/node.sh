#!/bin/bash
# PID 1 of a node's namespaces. Usage: node.sh SCRATCH CGROUP
set -e
scratch=$1 cgroup=$2
mount --make-rshared / # as the kubelet wants it; of these namespaces alone
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mkdir -p /run/containerd /run/lock /var/lib/cni /var/lib/kubelet "$scratch/kubelet"
mount --bind "$scratch/kubelet" /var/lib/kubelet
mount --make-rshared /var/lib/kubelet
for directory in etc opt; do
  mkdir -p "$scratch/$directory/upper" "$scratch/$directory/work"
  mount -t overlay overlay -o "lowerdir=/$directory,upperdir=$scratch/$directory/upper,workdir=$scratch/$directory/work" "/$directory"
done
# The kubelet sets these for the whole machine: it is shown the values it wants, and changes nothing.
mkdir -p "$scratch/sysctl"
for setting in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file="$scratch/sysctl/$(echo "${setting%=*}" | tr / _)"
  echo "${setting#*=}" > "$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
if [ -d /sys/fs/cgroup/cpuset ]; then # version 1: a tree for each controller, and cpusets that begin empty
  for controller in /sys/fs/cgroup/*/; do
    name=$(basename "$controller")
    [ -L "${controller%/}" ] || mkdir -p "/sys/fs/cgroup/$name/$cgroup" 2>/dev/null || true
  done
  parent=/sys/fs/cgroup/cpuset
  for part in $(echo "$cgroup" | tr / ' '); do
    for file in cpus mems; do cat "$parent/cpuset.$file" > "$parent/$part/cpuset.$file"; done
    parent="$parent/$part"
  done
fi
touch "$scratch/ready"
while :; do sleep 3600 & wait $!; done
