import type { Construct } from 'constructs';
import type { WasmMicroserviceProps } from './microservice.props';
import type { Match } from './pod.resolve';
import type { MeshMember } from './service-mesh';
import type { Workload } from './workload';

/** What a mesh has to know about a service that joins it. */
export const memberOf = (
  scope: Construct,
  serviceName: string,
  { name, namespace, labels, pod, serviceAccountName }: Workload,
  { healthPath, pool }: WasmMicroserviceProps,
  { guest, runtime }: Match,
): MeshMember => ({
  scope,
  name,
  serviceName,
  namespace,
  serviceAccountName,
  labels,
  runtime,
  // About a guest that this runtime cannot run, or that nobody could read, its image says what is wrong.
  movable: guest === undefined || guest.http !== undefined,
  healthPath,
  kubernetesVersion: pool.kubernetesVersion,
  takenPorts: pod.sidecars.flatMap((sidecar) => sidecar.ports.map(({ port }) => port)),
});
