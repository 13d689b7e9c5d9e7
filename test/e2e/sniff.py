"""Says in which TCP streams of a node some bytes went by in clear. Usage: sniff.py SECONDS BYTES"""
import socket
import sys
import time

seconds, wanted = float(sys.argv[1]), sys.argv[2].encode()
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
packets.settimeout(0.2)
print("listening", flush=True)
end, ports, seen = time.time() + seconds, {}, {}
while time.time() < end:
    try:
        frame = packets.recv(65535)
    except socket.timeout:
        continue
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        continue
    head = 14 + (frame[14] & 15) * 4
    source, target = int.from_bytes(frame[head : head + 2], "big"), int.from_bytes(frame[head + 2 : head + 4], "big")
    payload = frame[head + (frame[head + 12] >> 4) * 4 :]
    port = min(source, target)
    ports[port] = ports.get(port, 0) + len(payload)
    if wanted in payload:
        seen[port] = seen.get(port, 0) + 1
for port, size in sorted(ports.items()):
    print(f"port {port}: {size} bytes, {seen.get(port, 0)} times in clear")
