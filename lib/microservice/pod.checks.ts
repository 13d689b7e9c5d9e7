import {
  APPLICATION_OPTIONS,
  ARGS_IGNORED,
  COMMAND_SUFFIX,
  CONTAINERD_TOO_OLD,
  EMPTY_DIR,
  ENVIRONMENT_IGNORED,
  FILES_INVISIBLE,
  type Finding,
  FORMAT_CHOICE,
  KUBERNETES_TOO_OLD,
  NODE_SELECTOR_CONFLICT,
  PULL_SECRET_NAME,
  READ_ONLY_ROOT,
  TELEMETRY_IGNORED,
  USER_ROOT,
} from '../diagnostics';
import { offerOf } from '../image/offer';
import { labelFindings } from '../manifest/labels';
import type { GuestFacts } from '../runtime';
import { offerFindings } from '../runtime/compatibility';
import { isOlder, KUBERNETES_FEATURES, type KubernetesFeature, lacks } from '../runtime/kubernetes';
import { pathFindings, portFindings, probeFindings } from './container.checks';
import type { Environment } from './environment';
import type { PodIntent } from './pod.intent';
import type { WasmPodProps } from './pod.props';
import { resourceFindings } from './resources.checks';
import { sidecarFindings } from './sidecar.checks';

/** Everything that can be said about a pod with a guest once it is resolved, whatever workload makes it. */
export function* podFindings(pod: PodIntent, props: WasmPodProps): Generator<Finding> {
  yield* imageFindings(pod, props);
  if (pod.guest !== undefined) yield* guestFindings(pod, pod.guest, props);
  yield* runtimeFindings(pod, props);
  yield* resourceFindings(pod, props);
  yield* sidecarFindings(pod);
  for (const container of [pod.container, ...pod.sidecars]) {
    yield* pathFindings(container);
    yield* probeFindings(pod, container);
  }
  yield* portFindings([pod.container, ...pod.sidecars]);
  yield* placementFindings(pod, props);
  yield* labelFindings(pod.labels);
}

function* imageFindings({ image, pool, format }: PodIntent, props: WasmPodProps): Generator<Finding> {
  yield* image._findings();
  const offer = offerOf(image);
  if (offer === undefined) return;
  yield* offerFindings(offer, pool.runtime);
  const takes = pool.runtime.facts.guests[offer.payload]?.formats ?? [];
  const possible = takes.filter((one) => offer.formats.includes(one));
  if (props.format !== undefined && possible.length > 0 && !possible.includes(props.format)) {
    yield FORMAT_CHOICE.with({ source: offer.source, format: props.format, possible });
  }
  const needs = format && pool.runtime.facts.minimumContainerd[format]?.value;
  if (
    needs !== undefined &&
    format !== undefined &&
    pool.containerdVersion !== undefined &&
    lacks(pool.containerdVersion, needs)
  ) {
    yield CONTAINERD_TOO_OLD.with({
      source: offer.source,
      format,
      needs: needs.join(' or '),
      has: pool.containerdVersion,
    });
  }
}

/** What calls can still add to: judged whenever the app is. */
export function* environmentFindings(
  { guest, runtime, image }: PodIntent,
  environment: Environment,
): Generator<Finding> {
  yield* environment.findings();
  if (guest === undefined || guest.environment.value) return;
  const names = environment.names.filter((name) => name !== guest.http?.listenVariable);
  const { note } = guest.environment;
  if (names.length > 0) yield ENVIRONMENT_IGNORED.with({ source: image.source, runtime: runtime.name, names, note });
}

/** What the guest would not get, although the program says it should. */
function* guestFindings({ runtime, image }: PodIntent, guest: GuestFacts, props: WasmPodProps): Generator<Finding> {
  const about = { source: image.source, runtime: runtime.name };
  if (!guest.args.value && (props.args ?? []).length > 0) yield ARGS_IGNORED.with({ ...about, note: guest.args.note });
  for (const { path, _source } of props.files ?? []) {
    if (!guest.volumes.value) yield FILES_INVISIBLE.with({ ...about, path, note: guest.volumes.note });
    if (!runtime.emptyDir.value && 'emptyDir' in _source) {
      yield EMPTY_DIR.with({ path, runtime: runtime.name, note: runtime.emptyDir.note });
    }
  }
}

function* runtimeFindings({ runtime, container, user }: PodIntent, props: WasmPodProps): Generator<Finding> {
  if (props.readOnlyRootFilesystem === true && !runtime.readOnlyRootFilesystem.value) {
    yield READ_ONLY_ROOT.with({ runtime: runtime.name, note: runtime.readOnlyRootFilesystem.note });
  }
  if (props.application !== undefined && runtime.application === undefined)
    yield APPLICATION_OPTIONS.with({ runtime: runtime.name });
  if (props.otlpEndpoint !== undefined && !runtime.podTelemetry.value) {
    yield TELEMETRY_IGNORED.with({ runtime: runtime.name, note: runtime.podTelemetry.note });
  }
  const suffix = runtime.commandSuffix?.value;
  const command = container.command?.[0];
  if (suffix !== undefined && command !== undefined && !command.endsWith(suffix)) {
    yield COMMAND_SUFFIX.with({ command, suffix, runtime: runtime.name });
  }
  if (!Number.isInteger(user) || user < 1) yield USER_ROOT.with({ user });
}

function* placementFindings(pod: PodIntent, props: WasmPodProps): Generator<Finding> {
  const { pool } = pod;
  for (const [key, value] of Object.entries(pool.runtimeClassNodeSelector)) {
    const asked = props.nodeSelector?.[key];
    if (asked !== undefined && asked !== value && pool.runtimeClassName !== undefined) {
      yield NODE_SELECTOR_CONFLICT.with({ key, pod: asked, runtimeClass: pool.runtimeClassName, value });
    }
  }
  if (pod.imagePullSecrets.includes('')) yield PULL_SECRET_NAME.with({ what: '`imagePullSecrets`' });
  if (pod.container.preStop !== undefined) yield* needs('preStopSleep', 'preStop.sleep', pool.kubernetesVersion);
  if (pod.sidecars.length > 0) yield* needs('nativeSidecars', 'a native sidecar', pool.kubernetesVersion);
}

function* needs(feature: KubernetesFeature, words: string, has: string | undefined): Generator<Finding> {
  const { value } = KUBERNETES_FEATURES[feature];
  if (has !== undefined && isOlder(has, value)) yield KUBERNETES_TOO_OLD.with({ feature: words, needs: value, has });
}
