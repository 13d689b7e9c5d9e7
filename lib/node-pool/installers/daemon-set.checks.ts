import {
  AGENT_IMAGE,
  CONTAINERD_TOO_OLD,
  DISTRIBUTION_SEALED,
  DISTRIBUTION_UNKNOWN,
  type Finding,
  FORMAT_CHOICE,
  INSTALL_DIRECTORY,
  INSTALLER_NODES,
  INSTALLER_RUNTIME,
  NO_SYSTEMD,
  PULL_SECRET_NAME,
  RUNTIME_PATH,
  SHIM_MISSING,
  SHIM_SOURCE,
  SHIM_TWICE,
} from '../../diagnostics';
import { offerOf } from '../../image/offer';
import { isDigest } from '../../image/reference';
import { nameFindings } from '../../manifest/names';
import { ContainerdStyle, type DistributionFacts } from '../../runtime';
import { offerFindings } from '../../runtime/compatibility';
import { CONTAINERD_FEATURES } from '../../runtime/containerd';
import { lacks } from '../../runtime/kubernetes';
import type { NodePoolIntent } from '../node-pool.intent';
import { defaults, formatOf } from './daemon-set.intent';
import type { DaemonSetInstallerOptions, ShimBinary } from './daemon-set.options';

const INSTALLER = 'daemonSet';

export function* daemonSetFindings(pool: NodePoolIntent, options: DaemonSetInstallerOptions): Generator<Finding> {
  const { runtime, distribution } = pool;
  if (runtime.facts.shim?.needsContainerd !== true) {
    yield INSTALLER_RUNTIME.with({ installer: INSTALLER, runtime: runtime.name, ...nothingToInstall(pool) });
    return; // all that follows is about a shim
  }
  if (distribution === undefined) yield DISTRIBUTION_UNKNOWN.with({ installer: INSTALLER });
  else yield* distributionFindings(distribution.facts);
  if (Object.keys(pool.memberSelector).length === 0) yield INSTALLER_NODES.with({ installer: INSTALLER });
  yield* shimFindings(pool, options.shims);
  yield* probeFindings(pool, options);
  yield* containerdFindings(pool, options);
  yield* ownFindings(options);
}

function nothingToInstall({ runtime: { facts } }: NodePoolIntent) {
  return facts.ownNodes === undefined
    ? {
        why: 'it is an OCI runtime, not a containerd shim',
        instead: 'ShimInstaller.preinstalled() and nodes that have it',
      }
    : { why: 'it is a kubelet of its own, not a containerd shim', instead: 'ShimInstaller.krustlet()' };
}

/** A platform that was retired has a finding of the pool, with what to use instead. */
function* distributionFindings(facts: DistributionFacts): Generator<Finding> {
  const { name: distribution, changeable, alternative, retired, containerdStyle, units } = facts;
  if (retired !== undefined) return;
  if (!changeable.value && alternative !== undefined)
    yield DISTRIBUTION_SEALED.with({ distribution, why: changeable.note, alternative: alternative.value });
  if (units.length === 0 && containerdStyle !== ContainerdStyle.DIRECTORY) yield NO_SYSTEMD.with({ distribution });
}

function* shimFindings({ architectures }: NodePoolIntent, shims: readonly ShimBinary[]): Generator<Finding> {
  const counts = new Map<string, number>();
  for (const { architecture } of shims) counts.set(architecture, (counts.get(architecture) ?? 0) + 1);
  for (const architecture of architectures) {
    if (!counts.has(architecture)) yield SHIM_MISSING.with({ architecture });
  }
  for (const [architecture, count] of counts) {
    if (count > 1) yield SHIM_TWICE.with({ architecture, count });
  }
  for (const shim of shims) yield* sourceFindings(shim);
}

function* sourceFindings({ architecture, url, sha256 }: ShimBinary): Generator<Finding> {
  if (!isDownloadable(url)) {
    yield SHIM_SOURCE.with({
      architecture,
      field: 'url',
      value: url,
      rule: 'use a URL of https: or http: without user',
    });
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    const rule = 'use the 64 hexadecimal digits, in lower case, that sha256sum prints for the file';
    yield SHIM_SOURCE.with({ architecture, field: 'sha256', value: sha256, rule });
  }
}

/** fetch refuses a URL with a user in it, and a ConfigMap is no place for a password. */
function isDownloadable(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['https:', 'http:'].includes(protocol) && username === '' && password === '';
}

function* probeFindings({ runtime }: NodePoolIntent, { probe }: DaemonSetInstallerOptions): Generator<Finding> {
  yield* probe.image._findings();
  const offer = offerOf(probe.image);
  if (offer === undefined) return;
  yield* offerFindings(offer, runtime);
  const { format } = probe;
  const possible = runtime.facts.guests[offer.payload]?.formats.filter((one) => offer.formats.includes(one)) ?? [];
  if (format !== undefined && possible.length > 0 && !possible.includes(format))
    yield FORMAT_CHOICE.with({ source: offer.source, format, possible });
}

function* containerdFindings(pool: NodePoolIntent, { probe }: DaemonSetInstallerOptions): Generator<Finding> {
  const { runtime, containerdVersion: has } = pool;
  if (has === undefined) return;
  const { value: firsts } = CONTAINERD_FEATURES.runtimePath;
  if (lacks(has, firsts)) yield RUNTIME_PATH.with({ needs: firsts.join(' or '), has });
  const format = formatOf(probe, pool);
  const needs = format && runtime.facts.minimumContainerd[format]?.value;
  if (format !== undefined && needs !== undefined && lacks(has, needs))
    yield CONTAINERD_TOO_OLD.with({ source: probe.image.source, format, needs: needs.join(' or '), has });
}

function* ownFindings(options: DaemonSetInstallerOptions): Generator<Finding> {
  const { image, imagePullSecrets, installDirectory, namespace } = defaults(options);
  if (!isPinned(image)) yield AGENT_IMAGE.with({ image });
  if (imagePullSecrets.includes('')) yield PULL_SECRET_NAME.with({ what: '`imagePullSecrets`' });
  if (!isOwnDirectory(installDirectory)) yield INSTALL_DIRECTORY.with({ directory: installDirectory });
  yield* nameFindings('Namespace', namespace);
}

function isPinned(image: string): boolean {
  const at = image.indexOf('@');
  return at > 0 && isDigest(image.slice(at + 1));
}

const isOwnDirectory = (path: string): boolean => /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+){2,}$/.test(path);
