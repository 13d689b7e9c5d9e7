import type { EnvValue } from 'cdk8s-plus-28';
import { offerOf } from '../../image/offer';
import { isDnsLabel } from '../../manifest/names';
import type { DistributionFacts, ImageFormat, ShimFacts } from '../../runtime';
import { agreedFormat } from '../../runtime/compatibility';
import { type NodePoolIntent, readyLabels, toKubernetes } from '../node-pool.intent';
import type { KubernetesTaint, KubernetesToleration } from '../taint';
import type { AgentProbe } from './agent-settings';
import { type DaemonSetInstallerOptions, type ShimBinary, type ShimProbe, ShimState } from './daemon-set.options';

/** The official image: Alpine's busybox has flock(1), and from 22 on Node.js heeds proxies. */
const IMAGE =
  'docker.io/library/node:24-alpine@sha256:d32cdf619f63fe0471182d08996dd516c6275bb5fd31ae06e55a570bd9e1ad43';

/** What the installer comes to. */
export interface DaemonSetIntent {
  /** Of the DaemonSet and everything around it. */
  readonly name: string;
  readonly namespace: string;
  readonly pool: string;
  readonly handler: string;
  readonly shim: ShimFacts;
  readonly distribution: DistributionFacts;
  readonly systemdCgroup: boolean;
  readonly state: ShimState;
  readonly shims: readonly ShimBinary[];
  readonly probe: AgentProbe;
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly installDirectory: string;
  readonly drainTimeoutSeconds: number;
  readonly proxy?: { readonly url: EnvValue; readonly noProxy: readonly string[] };
  readonly seLinuxType?: string;
  readonly readyLabelKey: string;
  readonly startupTaints: readonly KubernetesTaint[];
  /** Of the pool's nodes, with a shim or without. */
  readonly nodeSelector: Record<string, string>;
  readonly architectures: readonly string[];
  /** Of the pool's own taint, which every Wasm pod needs. */
  readonly poolTolerations: readonly KubernetesToleration[];
  /** Of taints that only the installer passes. */
  readonly startupTolerations: readonly KubernetesToleration[];
  readonly kubernetesVersion?: string;
}

/** @returns undefined where there is nothing sensible to emit, for which there is a finding, here or of the pool */
export function resolveDaemonSet(
  pool: NodePoolIntent,
  options: DaemonSetInstallerOptions,
): DaemonSetIntent | undefined {
  const { handler, distribution, runtime } = pool;
  const { shim } = runtime.facts;
  if (handler === undefined || shim === undefined || distribution === undefined) return undefined;
  if (!isDnsLabel(handler) || !isDnsLabel(pool.name)) return undefined;
  const [readyLabelKey = ''] = Object.keys(readyLabels(handler));
  const { proxy } = options;
  return {
    ...defaults(options),
    name: `shim-installer-${pool.name}`,
    pool: pool.name,
    handler,
    shim,
    distribution: distribution.facts,
    systemdCgroup: options.systemdCgroup ?? distribution.facts.systemdCgroup.value,
    shims: options.shims,
    probe: resolveProbe(pool, handler, options),
    proxy: proxy && { url: proxy.url, noProxy: proxy.noProxy ?? [] },
    seLinuxType: options.seLinuxType,
    readyLabelKey,
    startupTaints: toKubernetes(pool.startupTaints),
    nodeSelector: pool.memberSelector,
    architectures: pool.architectures,
    poolTolerations: pool.tolerations,
    startupTolerations: pool.startupTaints.map((taint) => taint.toToleration()),
    kubernetesVersion: pool.kubernetesVersion,
  };
}

export const defaults = (options: DaemonSetInstallerOptions) => ({
  state: options.state ?? ShimState.PRESENT,
  namespace: options.namespace ?? 'kube-system',
  image: options.image ?? IMAGE,
  imagePullSecrets: (options.imagePullSecrets ?? []).map((secret) => secret.name),
  installDirectory: options.installDirectory ?? '/opt/cdk8s-wasm',
  drainTimeoutSeconds: Math.ceil((options.drainTimeout?.toMilliseconds() ?? 300_000) / 1000),
});

/** Undefined where image and runtime share none. */
export function formatOf(probe: ShimProbe, { runtime }: NodePoolIntent): ImageFormat | undefined {
  const offer = offerOf(probe.image);
  return probe.format ?? (offer && agreedFormat(offer, runtime));
}

function resolveProbe(pool: NodePoolIntent, handler: string, options: DaemonSetInstallerOptions): AgentProbe {
  const { image, command, args = [], timeout } = options.probe;
  const format = formatOf(options.probe, pool);
  return {
    image: format === undefined ? '' : image.referenceIn(format),
    command: command ?? (format === undefined ? [] : (pool.runtime.facts.commands[format] ?? [])),
    args,
    // The handler of a RuntimeClass is immutable: another handler needs another object.
    runtimeClassName: `shim-probe-${handler}-${pool.name}`,
    timeoutSeconds: Math.ceil((timeout?.toMilliseconds() ?? 120_000) / 1000),
    imagePullSecrets: defaults(options).imagePullSecrets,
  };
}
