import { isIP } from 'node:net';
import {
  AUTOSCALING_BLIND,
  BIND_ADDRESS,
  BIND_IGNORED,
  type Finding,
  LISTEN_VARIABLE,
  MESH_DECIDES,
  NO_POD_NETWORK,
  PORT_NOT_SERVED,
  PORT_PRIVILEGED,
  PORT_RANGE,
  PORT_UNKNOWN,
  REPLICAS,
  REPLICAS_TWICE,
} from '../diagnostics';
import { type AutoscalingIntent, autoscalingFindings } from './autoscaling';
import { isPort } from './container.checks';
import type { WasmMicroserviceProps } from './microservice.props';
import type { Listening } from './microservice.resolve';
import type { PodIntent } from './pod.intent';

/** What only a service has: a port that somebody reaches, and a number of pods. */
export function* listeningFindings(
  pod: PodIntent,
  props: WasmMicroserviceProps,
  { port }: Listening,
): Generator<Finding> {
  const { runtime, guest, image, user } = pod;
  if (!runtime.podNetwork.value) {
    yield NO_POD_NETWORK.with({ runtime: runtime.name, note: runtime.podNetwork.note });
    return;
  }
  if (props.servicePort !== undefined && !isPort(props.servicePort))
    yield PORT_RANGE.with({ what: '`servicePort`', port: props.servicePort });
  if (guest === undefined || image.payload === undefined) return;
  const about = { source: image.source, runtime: runtime.name };
  if (guest.http === undefined) {
    if (!guest.listens.value) yield PORT_NOT_SERVED.with({ ...about, payload: image.payload });
    else if (port === undefined) yield PORT_UNKNOWN.with(about);
    if (props.bindAddress !== undefined) yield BIND_IGNORED.with(about);
  } else {
    const { listenVariable: variable } = guest.http;
    if (props.bindAddress !== undefined && !isIpLiteral(props.bindAddress))
      yield BIND_ADDRESS.with({ address: props.bindAddress, variable });
    if (props.environment !== undefined && variable in props.environment) yield LISTEN_VARIABLE.with({ variable });
  }
  const lowest = runtime.lowestPort.value;
  if (port !== undefined && isPort(port) && port < lowest) yield PORT_PRIVILEGED.with({ port, user, lowest });
}

/** `[::]` in brackets, because a port follows. */
const isIpLiteral = (address: string): boolean => {
  const bracketed = /^\[(.*)\]$/.exec(address);
  return bracketed === null ? isIP(address) === 4 : isIP(bracketed[1] ?? '') === 6;
};

/** In a mesh the guest is on loopback, and its sidecar answers for it. */
export function* meshFindings(props: WasmMicroserviceProps): Generator<Finding> {
  if (props.mesh === undefined) return;
  const { port, bindAddress, startup, readiness, liveness } = props;
  const decided = Object.entries({ port, bindAddress, startup, readiness, liveness });
  const said = decided.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (said.length > 0) yield MESH_DECIDES.with({ props: said });
}

export function* scalingFindings(
  { runtime: { limits, name } }: PodIntent,
  { replicas }: WasmMicroserviceProps,
  scaling: AutoscalingIntent | undefined,
): Generator<Finding> {
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 0)) yield REPLICAS.with({ replicas });
  if (scaling === undefined) return;
  yield* autoscalingFindings(scaling);
  if (!limits.value) yield AUTOSCALING_BLIND.with({ runtime: name, note: limits.note });
}

/** An autoscaler may come after the service. */
export function* replicaFindings(replicas: number | undefined, hasAutoscaler: boolean): Generator<Finding> {
  if (replicas !== undefined && hasAutoscaler) yield REPLICAS_TWICE.with({ replicas });
}
