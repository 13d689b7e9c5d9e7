/** The first port of a call on loopback. */
export const FIRST_EGRESS_PORT = 15101;

/**
 * A port on loopback for each call, in the order in which calls are declared: 15101, 15102, …
 *
 * A call that is added at the end takes the next port and moves no other. One that is inserted or removed moves those
 * behind it, which does no harm: ports are known to one Envoy and its program only, and both get the new ones together.
 *
 * @param names of the calls; one that comes twice has one port
 * @param taken ports that something else uses; they are passed over
 */
export function allocateEgressPorts(
  names: Iterable<string>,
  taken: Iterable<number> = [],
): ReadonlyMap<string, number> {
  const unavailable = new Set(taken);
  const ports = new Map<string, number>();
  let next = FIRST_EGRESS_PORT;
  for (const name of names) {
    if (ports.has(name)) continue;
    while (unavailable.has(next)) next++;
    ports.set(name, next++);
  }
  return ports;
}
