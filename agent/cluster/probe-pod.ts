import { createHash } from 'node:crypto';
import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import type { Locations } from '../locations';
import type { ContainerStatus, Pod } from './objects';

/** Something that runs under the handler on this node and nowhere else, hardened as every Wasm pod should be. */
export function probePod(settings: AgentSettings, locations: Locations, owner: Pod | undefined): object {
  const { probe, pool } = settings;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: probePodName(settings, locations),
      namespace: locations.namespace,
      labels: { ...PROBE_LABELS, 'cdk8s-wasm.dev/pool': pool },
      // Whatever happens to the agent, the probe goes with its pod.
      ...(owner !== undefined && {
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: owner.metadata.name, uid: owner.metadata.uid }],
      }),
    },
    spec: {
      nodeName: locations.node, // past the scheduler, which heeds the startup taint and the cordon
      runtimeClassName: probe.runtimeClassName,
      tolerations: [{ operator: 'Exists' }],
      restartPolicy: 'Never',
      activeDeadlineSeconds: probe.timeoutSeconds + 30,
      terminationGracePeriodSeconds: 5,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      imagePullSecrets: probe.imagePullSecrets.map((name) => ({ name })),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'probe',
          image: probe.image,
          imagePullPolicy: 'IfNotPresent',
          ...(probe.command.length > 0 && { command: probe.command }),
          ...(probe.args.length > 0 && { args: probe.args }),
          securityContext: {
            allowPrivilegeEscalation: false,
            // With `drop` alone a Wasm container gets every capability: containerd writes an empty set, which says nothing.
            capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
          },
        },
      ],
    },
  };
}

/** One a node and agent: a node's name may be longer than a label. */
export function probePodName({ handler }: AgentSettings, { node, pod }: Locations): string {
  const digest = createHash('sha256').update(`${node}/${pod}`).digest('hex').slice(0, 12);
  return `shim-probe-${handler.slice(0, 30)}-${digest}`;
}

export const PROBE_LABELS = { 'app.kubernetes.io/name': 'shim-probe', 'app.kubernetes.io/managed-by': 'cdk8s-wasm' };

export type ProbeOutcome =
  | { readonly outcome: 'ran' }
  | { readonly outcome: 'failed'; readonly why: string }
  | { readonly outcome: 'waiting'; readonly why: string };

/** @param stableMs how long a container that does not end must run before it counts */
export function judgeProbe(pod: Pod, now: number, stableMs: number): ProbeOutcome {
  const { status = {} } = pod;
  const [container] = status.containerStatuses ?? [];
  const { terminated, running, waiting } = container?.state ?? {};
  if (terminated !== undefined) return judgeEnd(terminated);
  if (status.phase === 'Failed') return { outcome: 'failed', why: joined(status.reason, status.message) };
  if (running !== undefined) {
    const since = Date.parse(running.startedAt ?? '');
    return now - since >= stableMs ? { outcome: 'ran' } : { outcome: 'waiting', why: 'it has only just started' };
  }
  return { outcome: 'waiting', why: joined(waiting?.reason ?? 'not started yet', waiting?.message) };
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

function judgeEnd({ exitCode, reason, message }: Terminated): ProbeOutcome {
  if (exitCode === 0) return { outcome: 'ran' };
  return { outcome: 'failed', why: `exit code ${exitCode}, ${joined(reason, message)}` };
}

const joined = (reason = 'no reason given', message = ''): string =>
  message === '' ? reason : `${reason}: ${message}`;
