import { BOOTSTRAP_TOKEN, type Finding, INSTALLER_RUNTIME, KRUSTLET_KUBERNETES } from '../../diagnostics';
import type { OwnNodesFacts } from '../../runtime';
import { isOlder, isVersion } from '../../runtime/kubernetes';
import type { NodePoolIntent } from '../node-pool.intent';
import type { KrustletBootstrapToken, KrustletInstallerOptions } from './krustlet.options';

export function* krustletFindings(pool: NodePoolIntent, options: KrustletInstallerOptions): Generator<Finding> {
  const { ownNodes } = pool.runtime.facts;
  if (ownNodes === undefined) {
    yield INSTALLER_RUNTIME.with({
      installer: 'krustlet',
      runtime: pool.runtime.name,
      why: 'it runs under an ordinary kubelet',
      instead: 'ShimInstaller.daemonSet() or ShimInstaller.preinstalled()',
    });
    return;
  }
  yield* versionFindings(pool.kubernetesVersion, ownNodes, options.builtFromSource ?? false);
  if (options.bootstrapToken !== undefined) yield* tokenFindings(options.bootstrapToken);
  if (!/^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(options.bootstrapGroup ?? DEFAULT_GROUP)) {
    yield BOOTSTRAP_TOKEN.with({
      field: 'bootstrapGroup',
      rule: 'begin it with system:bootstrappers: and go on with a-z, 0-9, : and -',
    });
  }
}

export const DEFAULT_GROUP = 'system:bootstrappers:kubeadm:default-node-token';

function* versionFindings(
  version: string | undefined,
  { releaseUntil, sourceFrom }: OwnNodesFacts,
  builtFromSource: boolean,
): Generator<Finding> {
  if (version !== undefined && !isVersion(version)) return; // said of the pool
  if (builtFromSource) {
    if (version === undefined || !isOlder(version, sourceFrom.value)) return;
    const build = 'a build from the source';
    yield KRUSTLET_KUBERNETES.with({ build, range: `${sourceFrom.value} and later`, version, fix: 'upgrade' });
  } else if (version === undefined || !isOlder(version, releaseUntil.value)) {
    yield KRUSTLET_KUBERNETES.with({
      build: 'the last release',
      range: `before ${releaseUntil.value}`,
      version: version ?? 'nothing, so a recent one',
      fix: 'build it from its source and set `builtFromSource`',
    });
  }
}

const SHAPES: { readonly [field in keyof KrustletBootstrapToken]: readonly [RegExp, string] } = {
  id: [/^[a-z0-9]{6}$/, 'use 6 characters of a-z and 0-9'],
  secret: [/^[a-z0-9]{16}$/, 'use 16 characters of a-z and 0-9'],
  expiration: [
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}Z$/,
    'write it as 2026-01-31T12:00:00Z',
  ],
};

/** Never with the value: messages end up in logs. */
function* tokenFindings(token: KrustletBootstrapToken): Generator<Finding> {
  for (const field of ['id', 'secret', 'expiration'] as const) {
    const [shape, rule] = SHAPES[field];
    if (!shape.test(token[field])) yield BOOTSTRAP_TOKEN.with({ field, rule });
  }
}
