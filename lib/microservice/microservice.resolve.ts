import { Duration } from 'cdk8s';
import { type AutoscalingIntent, resolveAutoscaling } from './autoscaling';
import { startupSeconds } from './memory';
import type { WasmMicroserviceProps } from './microservice.props';
import type { PreStop } from './pod.intent';
import type { Match, PodRole } from './pod.resolve';
import { Probe, type ProbeOptions } from './probe';
import type { MeshTerms } from './service-mesh';

/** Where the guest listens, and how it is told. */
export interface Listening {
  readonly port?: number;
  /** Environment variable for the runtime; undefined where its default is right or it takes none. */
  readonly variable?: { readonly name: string; readonly value: string };
}

/** A port any user may take, for runtimes whose own default is privileged. */
const UNPRIVILEGED = 8080;

export function resolveListening(props: WasmMicroserviceProps, { guest, runtime }: Match): Listening {
  const http = guest?.http;
  if (http === undefined) return { port: props.port };
  const terms = props.mesh?._terms;
  if (terms !== undefined) {
    const { address, port } = terms.guest;
    return { port, variable: { name: http.listenVariable, value: `${address}:${port}` } };
  }
  const usual = http.port >= runtime.lowestPort.value ? http.port : UNPRIVILEGED;
  const port = props.port ?? usual;
  const moved = port !== http.port || props.bindAddress !== undefined;
  return {
    port,
    variable: moved ? { name: http.listenVariable, value: `${props.bindAddress ?? '0.0.0.0'}:${port}` } : undefined,
  };
}

/** Pods forgotten by every proxy lose no request. */
const DRAIN_SECONDS = 3;
/** From SIGTERM to the end where the guest reacts, and to the kill where it does not. */
export const STOP_SECONDS = 7;

export function resolveContainer(
  props: WasmMicroserviceProps,
  match: Match,
  { port }: Listening,
): PodRole['container'] {
  const { runtime, format } = match;
  const patience = startupSeconds(runtime.compileSecondsPerMiB.value, format, props.image.sizeBytes);
  const terms = props.mesh?._terms;
  if (terms !== undefined) return inMesh(props, terms, patience);
  const asks = port !== undefined && runtime.probes.value;
  const usual = props.healthPath === undefined ? Probe.tcp() : Probe.http(props.healthPath);
  const defaults = (probe: Probe | undefined, fallback: Probe | undefined, options: ProbeOptions) =>
    (probe ?? (asks ? fallback : undefined))?._withDefaults(options);
  return {
    ports: port === undefined ? [] : [{ name: 'http', port }],
    startup: defaults(props.startup, usual, { ...OFTEN, failureThreshold: patience }),
    readiness: defaults(props.readiness, usual, { ...OFTEN, failureThreshold: 3 }),
    liveness: defaults(props.liveness, props.healthPath === undefined ? undefined : usual, {
      ...SELDOM,
      failureThreshold: 3,
    }),
    preStop: sleep(props.drainDelay?.toSeconds() ?? (runtime.podNetwork.value ? DRAIN_SECONDS : 0)),
  };
}

/**
 * In a mesh the guest is on loopback, where no probe reaches it: the sidecar is asked instead. Whether the pod is ready
 * is a probe of the sidecar's own; here it is about a guest that hangs and has to be started again.
 */
function inMesh(
  { healthPath, drainDelay }: WasmMicroserviceProps,
  { health: { path, port }, drainSeconds }: MeshTerms,
  patience: number,
): PodRole['container'] {
  const container = { ports: [], preStop: sleep(drainDelay?.toSeconds() ?? drainSeconds) };
  if (healthPath === undefined) return container;
  return {
    ...container,
    probePort: port,
    startup: Probe.http(path, { port, ...OFTEN, failureThreshold: patience }),
    liveness: Probe.http(path, { port, ...SELDOM, failureThreshold: 3 }),
  };
}

const sleep = (seconds: number): PreStop | undefined => (seconds > 0 ? { kind: 'sleep', seconds } : undefined);

const OFTEN = { period: Duration.seconds(1), timeout: Duration.seconds(1) };
const SELDOM = { period: Duration.seconds(10), timeout: Duration.seconds(3) };

export const resolveScaling = (props: WasmMicroserviceProps): AutoscalingIntent | undefined =>
  props.autoscaling && resolveAutoscaling(props.autoscaling);
