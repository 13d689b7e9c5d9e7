import { posix } from 'node:path';
import type { DaemonSet } from 'kubernetes-types/apps/v1';
import type { Container, EnvVar, SecurityContext, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { NAME_LABEL } from '../../manifest/labels';
import { POOL_LABEL } from '../node-pool.intent';
import { AGENT_PHASES, AGENT_PORT, type AgentPhase } from './agent-settings';
import type { DaemonSetIntent } from './daemon-set.intent';
import { type HostDirectory, hostDirectories } from './host-directories';

/** Whatever becomes of it, the host's phases finish what they have begun: two restarts of containerd, at most. */
const GRACE_SECONDS = 600;

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The agent of one pool. @param configMap with the program and its settings */
export function daemonSetSpec(installer: DaemonSetIntent, configMap: string): Required<DaemonSet>['spec'] {
  const labels = { [NAME_LABEL]: 'shim-installer', [POOL_LABEL]: installer.pool };
  const containers = AGENT_PHASES.map((phase) => container(installer, phase));
  return {
    selector: { matchLabels: labels },
    // A node that fails stops the rollout to the next.
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    minReadySeconds: 30,
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: installer.name,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        priorityClassName: 'system-node-critical',
        terminationGracePeriodSeconds: GRACE_SECONDS,
        nodeSelector: { 'kubernetes.io/os': 'linux', ...installer.nodeSelector },
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'kubernetes.io/arch', operator: 'In', values: [...installer.architectures] },
                  ],
                },
              ],
            },
          },
        },
        tolerations: [
          ...installer.poolTolerations,
          ...installer.startupTolerations,
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists' },
          { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
        ],
        ...(installer.imagePullSecrets.length > 0 && {
          imagePullSecrets: installer.imagePullSecrets.map((name) => ({ name })),
        }),
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        initContainers: containers.slice(0, -1),
        containers: containers.slice(-1),
        volumes: volumes(installer, configMap),
      },
    },
  };
}

/** Who may do what: a phase sees the node or has a token, and none has both. */
const ROLES: { readonly [phase in AgentPhase]: 'reads the node' | 'changes the node' | 'has a token' } = {
  place: 'reads the node',
  drain: 'has a token',
  apply: 'changes the node',
  prove: 'has a token',
  settle: 'changes the node',
  hold: 'has a token',
};

function container(installer: DaemonSetIntent, phase: AgentPhase): Container {
  const withToken = ROLES[phase] === 'has a token';
  return {
    name: phase,
    image: installer.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/agent/agent.cjs', phase],
    ...(withToken && { env: IDENTITY }),
    ...(phase === 'place' && installer.proxy !== undefined && { env: proxyVariables(installer.proxy) }),
    ...(phase === 'hold' && {
      ports: [{ name: 'ready', containerPort: AGENT_PORT, protocol: 'TCP' }],
      readinessProbe: { httpGet: { path: '/ready', port: AGENT_PORT }, periodSeconds: 5 },
    }),
    resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: withToken ? UNPRIVILEGED : onHost(installer),
    volumeMounts: [
      { name: 'agent', mountPath: '/agent', readOnly: true },
      { name: 'work', mountPath: '/work-dir' },
      ...(withToken ? [TOKEN] : hostMounts(installer, phase)),
    ],
  };
}

const TOKEN: VolumeMount = { name: 'token', mountPath: SERVICE_ACCOUNT, readOnly: true };

const IDENTITY: EnvVar[] = Object.entries({
  NODE_NAME: 'spec.nodeName',
  POD_NAME: 'metadata.name',
  POD_NAMESPACE: 'metadata.namespace',
}).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } }));

const LOCKED_DOWN: SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
const UNPRIVILEGED: SecurityContext = { ...LOCKED_DOWN, runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532 };

/** Root without any capability: it owns the files of the node, and systemd listens to it. */
const onHost = ({ seLinuxType }: DaemonSetIntent): SecurityContext => ({
  ...LOCKED_DOWN,
  runAsUser: 0,
  runAsGroup: 0,
  ...(seLinuxType !== undefined && { seLinuxOptions: { type: seLinuxType } }),
});

/** Node.js heeds the variables only when it is told to. */
const proxyVariables = ({ url, noProxy }: NonNullable<DaemonSetIntent['proxy']>): EnvVar[] => [
  { name: 'NODE_USE_ENV_PROXY', value: '1' },
  ...['HTTPS_PROXY', 'HTTP_PROXY'].map((name) =>
    url.valueFrom === undefined
      ? { name, value: url.value }
      : { name, valueFrom: url.valueFrom as EnvVar['valueFrom'] },
  ),
  ...(noProxy.length > 0 ? [{ name: 'NO_PROXY', value: noProxy.join(',') }] : []),
];

/** What is downloaded is unpacked where nothing but the store of shims can be written. */
function hostMounts(installer: DaemonSetIntent, phase: AgentPhase): VolumeMount[] {
  const changes = ROLES[phase] === 'changes the node';
  return hostDirectories(installer)
    .filter(({ forChanges }) => changes || !forChanges)
    .map(({ name, path, readOnly, isStore }) => ({
      name,
      mountPath: posix.join('/host', path),
      ...((readOnly || !(changes || isStore)) && { readOnly: true }),
    }));
}

const volumes = (installer: DaemonSetIntent, configMap: string): Volume[] => [
  { name: 'agent', configMap: { name: configMap, defaultMode: 0o444 } },
  { name: 'work', emptyDir: { sizeLimit: '1Gi' } },
  { name: 'token', projected: { sources: TOKEN_SOURCES } },
  ...hostDirectories(installer).map(hostVolume),
];

const hostVolume = ({ name, path, type }: HostDirectory): Volume => ({ name, hostPath: { path, type } });

const TOKEN_SOURCES = [
  { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
];
