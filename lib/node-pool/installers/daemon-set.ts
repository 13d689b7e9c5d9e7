import { createHash } from 'node:crypto';
import { textOf } from '../../diagnostics';
import { type NodePoolIntent, readyLabels } from '../node-pool.intent';
import type { KubernetesToleration } from '../taint';
import { Taint } from '../taint';
import { agentAccess } from './agent-access.render';
import { agentGuard } from './agent-guard.render';
import { AGENT_PROGRAM } from './agent-program';
import { daemonSetFindings } from './daemon-set.checks';
import { type DaemonSetIntent, resolveDaemonSet } from './daemon-set.intent';
import type { DaemonSetInstallerOptions } from './daemon-set.options';
import { daemonSetSpec } from './daemon-set.render';
import { agentSettings } from './daemon-set.settings';
import type { IShimInstaller } from './installer';

export const daemonSet = (options: DaemonSetInstallerOptions): IShimInstaller => ({
  name: 'daemonSet',
  startupTaints: (handler) => [options.startupTaint ?? Taint.noSchedule(`readiness.k8s.io/wasm-${handler}`)],
  readyLabels,
  install(pool) {
    if (errorsOf(pool, options).length > 0) return [];
    const installer = resolveDaemonSet(pool, options);
    return installer === undefined ? [] : objects(installer);
  },
  validate: (pool) => errorsOf(pool, options).map(textOf),
});

const errorsOf = (pool: NodePoolIntent, options: DaemonSetInstallerOptions) =>
  [...daemonSetFindings(pool, options)].filter(({ severity }) => severity === 'error');

/** In the order in which they are needed. */
function objects(installer: DaemonSetIntent): Record<string, unknown>[] {
  const { name, namespace } = installer;
  const program = agentConfigMap(installer);
  return [
    ...agentAccess(installer),
    ...agentGuard(installer),
    program,
    probeRuntimeClass(installer),
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, namespace },
      spec: daemonSetSpec(installer, program.metadata.name),
    },
  ];
}

/** Another program or other settings are another object, so that a rollout, and a way back, is one of the DaemonSet. */
function agentConfigMap(installer: DaemonSetIntent) {
  const data = {
    'agent.cjs': AGENT_PROGRAM,
    'settings.json': `${JSON.stringify(agentSettings(installer), undefined, 2)}\n`,
  };
  const hash = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 10);
  const metadata = { name: `${installer.name}-${hash}`, namespace: installer.namespace };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data };
}

/** The pool's own may select nodes that are ready, of which a node to be probed is none. */
const probeRuntimeClass = ({ handler, probe, nodeSelector, poolTolerations }: DaemonSetIntent) => ({
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: probe.runtimeClassName },
  handler,
  scheduling: { nodeSelector, tolerations: poolTolerations satisfies readonly KubernetesToleration[] },
});
