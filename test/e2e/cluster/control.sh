#!/bin/bash
# PID 1 of the control plane's namespaces. Usage: control.sh SCRATCH
set -e
ip link set lo up
ip link add br0 type bridge
ip addr add 10.250.0.1/24 dev br0
ip link set br0 up
echo 1 > /proc/sys/net/ipv4/ip_forward
touch "$1/ready"
# It stays, reaps what is left to it, and takes everything with it when it ends.
while :; do sleep 3600 & wait $!; done
