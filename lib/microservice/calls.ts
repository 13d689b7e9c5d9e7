import {
  CALL_ACROSS_MESHES,
  CALL_NAMESPACE,
  CALL_NEEDS_MESH,
  CALL_UNABLE,
  CALL_WITHOUT_PORT,
  type Finding,
} from '../diagnostics';
import type { CallOptions } from './call.options';
import type { Endpoint } from './network-policy';
import type { PodIntent } from './pod.intent';
import type { MeshMembership } from './service-mesh';

/** One declared call, read by everything that has to agree about it. */
export interface Call {
  readonly callee: Callee;
  readonly options: CallOptions;
}

/** A workload as the other end of its calls sees it. */
export interface Party {
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly membership: MeshMembership | undefined;
}

/** What a caller needs to know about whom it calls. */
export interface Callee extends Party {
  readonly name: string;
  readonly serviceName: string;
  readonly servicePort: number;
  /** False where its image has errors, which are said there and once. */
  readonly isKnown: boolean;
}

export const urlVariable = (name: string): string => `${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_URL`;

/** Short inside a namespace, complete across. The port is left out where HTTP's own is meant. */
function plainUrl({ callee, options: { path = '' } }: Call, namespace: string | undefined): string {
  const { serviceName, servicePort, endpoint } = callee;
  const host = endpoint.namespace === namespace ? serviceName : `${serviceName}.${endpoint.namespace}.svc`;
  return `http://${host}${servicePort === 80 ? '' : `:${servicePort}`}${path}`;
}

/** In a mesh the guest talks to its own sidecar, which knows the way. */
export function urlFor({ membership, endpoint }: Party, call: Call): string {
  const other = call.callee.membership;
  return membership !== undefined && other?.mesh === membership.mesh
    ? membership.call(other, call.options)
    : plainUrl(call, endpoint.namespace);
}

/** Whether the guest can call at all. */
export function* connectionFindings({ guest, image, runtime }: PodIntent, calls: readonly Call[]): Generator<Finding> {
  if (calls.length === 0 || guest === undefined || guest.connects.value || image.payload === undefined) return;
  yield CALL_UNABLE.with({
    source: image.source,
    payload: image.payload,
    runtime: runtime.name,
    note: guest.connects.note,
    callees: [...new Set(calls.map(({ callee }) => callee.path))],
  });
}

export function* callFindings(caller: Party, calls: readonly Call[]): Generator<Finding> {
  const { namespace } = caller.endpoint;
  for (const { callee, options } of calls) {
    if (callee.endpoint.port === undefined && callee.isKnown) yield CALL_WITHOUT_PORT.with({ callee: callee.path });
    if ((callee.endpoint.namespace === undefined) !== (namespace === undefined)) {
      yield CALL_NAMESPACE.with({ caller: caller.path, callee: callee.path });
    }
    yield* meshFindings(caller, callee, options);
  }
}

function* meshFindings(caller: Party, callee: Callee, { methods, timeout }: CallOptions): Generator<Finding> {
  if (caller.membership?.mesh !== callee.membership?.mesh) {
    yield CALL_ACROSS_MESHES.with({
      caller: caller.path,
      callerMesh: meshName(caller),
      callee: callee.path,
      calleeMesh: meshName(callee),
    });
    return;
  }
  const options = Object.entries({ methods, timeout }).filter(([, value]) => value !== undefined);
  if (caller.membership === undefined && options.length > 0) {
    yield CALL_NEEDS_MESH.with({ callee: callee.path, options: options.map(([name]) => name) });
  }
}

const meshName = ({ membership }: Party): string => membership?.mesh.node.path ?? 'no mesh';
