/** The first port of a call on loopback. */
const FIRST_EGRESS_PORT = 15101;

/**
 * A port on loopback for one more call: 15101, 15102, … in the order in which calls are declared.
 *
 * A call that is added at the end moves no other. One that is inserted or removed moves those behind it, which does no
 * harm: ports are known to one Envoy and its program only, and both get the new ones together.
 *
 * @param taken ports of the calls before it, and of everything else that listens; they are passed over
 */
export function freeEgressPort(taken: Iterable<number>): number {
  const unavailable = new Set(taken);
  let port = FIRST_EGRESS_PORT;
  while (unavailable.has(port)) port++;
  return port;
}
