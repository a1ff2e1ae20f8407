#!/usr/bin/env bash
# The first process of a body, in its folder: joins a throw-away layer to the root file system, lays the network and
# boots. A file named `store` is the machine's instance store. Wants BODY_ID, BODY_LINK, BODY_HOSTNAME, BODY_ADDRESS, BODY_HOST_ADDRESS, BODY_ENGINE_PORTS,
# BODY_METADATA_PORT, BODY_STORE_DEVICE and BODY_VOLUME_DEVICE: with a name in it, a file named `volume` is waited for.
set -euo pipefail

on_host() { nsenter --net=/proc/self/fd/7 "$@"; }

# connect <address and port here> <port on the host>: a unix socket is the only thing that both networks see.
connect() {
  local address=${1%:*} port=${1##*:} socket=socket-$2
  on_host socat "UNIX-LISTEN:$socket,fork,mode=600" "TCP:127.0.0.1:$2" &
  socat "TCP-LISTEN:$port,bind=$address,fork,reuseaddr,backlog=128" "UNIX-CONNECT:$socket" 7<&- &
}

if [[ -n $BODY_VOLUME_DEVICE ]]; then
  until [[ -e volume ]]; do sleep 0.1; done
fi

mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work,volatile body root

# systemd 252 and newer want the one hierarchy; a host that has the old ones keeps it in another place.
if [[ $(stat --file-system --format %T /sys/fs/cgroup) != cgroup2fs ]]; then
  umount --recursive /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi

# systemd-nspawn keeps notes of its machines there, and some stay.
mount -t tmpfs -o mode=755 run /run

ip link set lo up
ip address add 169.254.169.254/32 dev lo
nft --file closed.nft
on_host ip link add "$BODY_LINK" type veth peer name ens5 netns $$
on_host ip address add "$BODY_HOST_ADDRESS/32" dev "$BODY_LINK"
on_host ip link set "$BODY_LINK" up
on_host ip route add "$BODY_ADDRESS/32" dev "$BODY_LINK" src "$BODY_HOST_ADDRESS"
ip address add "$BODY_ADDRESS/32" dev ens5
ip link set ens5 up
ip route add "$BODY_HOST_ADDRESS/32" dev ens5 src "$BODY_ADDRESS"

for port in $BODY_ENGINE_PORTS; do connect "127.0.0.1:$port" "$port"; done
connect 169.254.169.254:80 "$BODY_METADATA_PORT"

# The store's device goes with the last process that has it open, which is one of the body's.
devices=()
if [[ -e store ]]; then
  device=$(losetup --find --show store)
  exec 8<"$device"
  losetup --detach "$device"
  devices=(--bind="$device:$BODY_STORE_DEVICE")
fi

if [[ -n $BODY_VOLUME_DEVICE ]]; then
  device=$(losetup --find --show "$(readlink -f volume)")
  exec 9<"$device"
  losetup --detach "$device"
  # What sends to it is kept in a sandbox with a network of its own, whose loopback somebody has to set up.
  devices+=(--bind="$device:$BODY_VOLUME_DEVICE" --capability=CAP_NET_ADMIN)
fi

# Nothing of the host's network goes in with it: a body sees its own, and cannot change it. Ends with 133 when the
# system inside has rebooted.
boot() {
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --directory=root --boot --quiet --settings=no --register=no \
    --keep-unit --link-journal=no --resolv-conf=off --timezone=off --console=read-only --machine="$BODY_ID" \
    --hostname="$BODY_HOSTNAME" "${devices[@]}" </dev/null 7<&- 8<&- 9<&-
}

status=133
while ((status == 133)); do
  status=0
  boot || status=$?
done
exit "$status"
