import { type Finding, MESH_PORT_CLASH, OBJECT_NAME } from '../../diagnostics';
import type { MeshMember } from '../../microservice/service-mesh';
import { ENVOY, type EnvoySettings } from './envoy-sidecar';

/** What every Envoy of a member takes beside its calls, each with its use. */
export const fixedPorts = (
  { ports, guestPort, door }: EnvoySettings,
  isServing: boolean,
): ReadonlyMap<number, string> =>
  new Map([
    [ports.inbound, 'where members of the mesh come in'],
    [ports.health, 'where the mesh is asked for its health'],
    [ports.stats, 'where the mesh is asked for metrics'],
    ...(isServing
      ? ([
          [door, 'kept for callers outside the mesh'],
          [guestPort, 'where the guest listens'],
        ] as const)
      : []),
  ]);

/** What Envoy and the other containers of its pod both want. */
export function* neighbourFindings(
  { scope, containers, serving }: MeshMember,
  settings: EnvoySettings,
): Generator<Finding> {
  const service = scope.node.path;
  const uses = fixedPorts(settings, serving !== undefined);
  for (const { name, ports } of containers) {
    if (name === ENVOY) yield OBJECT_NAME.with({ name, kind: 'container', rule: 'the sidecar of the mesh has it' });
    for (const { port } of ports) {
      const use = uses.get(port);
      if (use !== undefined) yield MESH_PORT_CLASH.with({ service, port, use });
    }
  }
}
