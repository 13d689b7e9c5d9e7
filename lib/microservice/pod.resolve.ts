import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { EnvFromSource } from 'kubernetes-types/core/v1';
import { offerOf } from '../image/offer';
import { NAME_LABEL, standardLabels } from '../manifest/labels';
import { quantity } from '../manifest/quantity';
import type { GuestFacts, ImageFormat, RuntimeFacts } from '../runtime';
import { agreedFormat } from '../runtime/compatibility';
import { applicationFiles } from './application';
import { variable } from './environment';
import { memoryNeed } from './memory';
import type { ContainerIntent, PodIntent, SidecarIntent } from './pod.intent';
import type { WasmPodProps } from './pod.props';
import type { Sidecar } from './sidecar';

/** Numeric, because a Wasm image has no user table and `runAsNonRoot` needs a number. */
const USER = 65532;

/** What a workload adds to the pod it shares with the others. */
export interface PodRole {
  readonly component: 'service' | 'worker';
  readonly container: Pick<ContainerIntent, 'ports' | 'probePort' | 'startup' | 'readiness' | 'liveness' | 'preStop'>;
  /** What the guest needs after its last request, or as a whole where it has none. */
  readonly stopSeconds: number;
}

/** What runtime and image come to, before anything else is known. */
export interface Match {
  readonly runtime: RuntimeFacts;
  readonly guest?: GuestFacts;
  readonly format?: ImageFormat;
}

export function matchOf({ pool, image, format }: WasmPodProps): Match {
  const { facts } = pool.runtime;
  const offer = offerOf(image);
  if (offer === undefined) return { runtime: facts };
  return { runtime: facts, guest: facts.guests[offer.payload], format: format ?? agreedFormat(offer, pool.runtime) };
}

export function resolvePod(
  scope: Construct,
  name: string,
  props: WasmPodProps,
  role: PodRole,
  match: Match,
): PodIntent {
  const user = props.user ?? USER;
  const sidecars = (props.sidecars ?? []).map(resolveSidecar);
  return {
    ...match,
    image: props.image,
    pool: props.pool,
    container: { name, ...container(props, match), ...role.container },
    sidecars,
    environmentFrom: (props.environmentFrom ?? []).map((from) => from._toKube() as EnvFromSource),
    labels: {
      ...standardLabels({ name, component: role.component, partOf: Chart.of(scope).node.id }),
      ...props.labels,
      [NAME_LABEL]: name,
    },
    podLabels: { ...props.mesh?._terms.podLabels },
    annotations: { ...match.runtime.podAnnotations, ...props.podAnnotations },
    user,
    group: props.group ?? user,
    gracePeriodSeconds:
      props.gracePeriod?.toSeconds() ??
      preStopSeconds(role.container) + role.stopSeconds + (sidecars.length > 0 ? 5 : 0),
    imagePullSecrets: (props.imagePullSecrets ?? []).map((secret) => secret.name),
    priorityClassName: props.priorityClassName,
    nodeSelector: { ...props.pool.podNodeSelector, ...props.nodeSelector },
  };
}

function container(props: WasmPodProps, { runtime, guest, format }: Match) {
  const need = memoryNeed(guest, format, props.image.sizeBytes);
  const memoryLimit = props.memoryLimit === undefined ? `${need?.comfortable ?? 128}Mi` : quantity(props.memoryLimit);
  return {
    command: props.command ?? (format === undefined ? undefined : runtime.commands[format]),
    args: props.args,
    files: [...(props.files ?? []), ...applicationFiles(props.application, runtime.application)],
    cpuRequest: props.cpuRequest?.amount ?? '50m',
    cpuLimit: props.cpuLimit?.amount,
    memoryLimit,
    memoryRequest: props.memoryRequest === undefined ? memoryLimit : quantity(props.memoryRequest),
    readOnlyRootFilesystem: props.readOnlyRootFilesystem ?? runtime.readOnlyRootFilesystem.value,
  };
}

function resolveSidecar(sidecar: Sidecar): SidecarIntent {
  const memory = sidecar.memory === undefined ? '64Mi' : quantity(sidecar.memory);
  return {
    name: sidecar.name,
    image: sidecar.image,
    command: sidecar.command,
    args: sidecar.args,
    environment: Object.entries(sidecar.environment ?? {}).map(([name, value]) => variable(name, value)),
    ports: Object.entries(sidecar.ports ?? {}).map(([name, port]) => ({ name, port })),
    files: [...(sidecar.files ?? [])],
    startup: sidecar.startup,
    readiness: sidecar.readiness,
    liveness: sidecar.liveness,
    cpuRequest: sidecar.cpuRequest?.amount ?? '10m',
    memoryRequest: memory,
    memoryLimit: memory,
    user: sidecar.user,
    readOnlyRootFilesystem: sidecar.readOnlyRootFilesystem ?? true,
  };
}

/** How long the guest goes on after the order to stop. */
export const preStopSeconds = ({ preStop }: Pick<ContainerIntent, 'preStop'>): number =>
  preStop?.kind === 'sleep' ? preStop.seconds : 0;
