import { createHash } from 'node:crypto';
import { Chart, Duration } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-28';
import { Distribution, ImageFormat, ShimState, Taint, WasmPayload, WasmPolicy, WasmRuntime } from '../../../lib';
import type { AgentSettings } from '../../../lib/node-pool/installers/agent-settings';
import { all, DIGEST, findingsOf, imageOf, type Json, objectsOf, only, podOf } from '../../support/programs';
import { karpenter } from '../installers';
import { daemonSet, installed } from './installed';

const daemonSetOf = (chart: Chart): Json => only(chart, 'DaemonSet');
const pod = (chart: Chart): Json => podOf(daemonSetOf(chart));
const containersOf = (chart: Chart): Json[] => [...pod(chart).initContainers, ...pod(chart).containers];
const phase = (chart: Chart, name: string): Json => containersOf(chart).find((one) => one.name === name);
const settingsOf = (chart: Chart): AgentSettings => JSON.parse(only(chart, 'ConfigMap').data['settings.json']);
const mountsOf = (container: Json): string[] =>
  container.volumeMounts.map(({ mountPath, readOnly }: Json) => `${mountPath}${readOnly ? ' (ro)' : ''}`);
const ON_HOST = ['place', 'apply', 'settle'];
const WITH_TOKEN = ['drain', 'prove', 'hold'];

describe('the objects', () => {
  test('come in the order in which they are needed, and the example has no finding', () => {
    const { chart } = installed();
    expect(findingsOf(chart)).toEqual([]);
    expect(
      objectsOf(chart).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '–'}/${metadata.name}`),
    ).toEqual([
      'RuntimeClass –/wasmtime-edge',
      'ServiceAccount kube-system/shim-installer-edge',
      'ClusterRole –/shim-installer-edge',
      'ClusterRoleBinding –/shim-installer-edge',
      'Role kube-system/shim-installer-edge',
      'RoleBinding kube-system/shim-installer-edge',
      'ValidatingAdmissionPolicy –/shim-installer-edge',
      'ValidatingAdmissionPolicyBinding –/shim-installer-edge',
      `ConfigMap kube-system/${only(chart, 'ConfigMap').metadata.name}`,
      'RuntimeClass –/shim-probe-wasmtime-edge',
      'DaemonSet kube-system/shim-installer-edge',
    ]);
  });

  test('are all in the namespace that is asked for', () => {
    const { chart } = installed({ namespace: 'wasm-system' });
    const namespaces = objectsOf(chart).flatMap(({ metadata }) => metadata.namespace ?? []);
    expect([...new Set(namespaces)]).toEqual(['wasm-system']);
    expect(all(chart, 'ClusterRoleBinding')[0].subjects).toEqual([
      { kind: 'ServiceAccount', name: 'shim-installer-edge', namespace: 'wasm-system' },
    ]);
  });

  test('of two pools do not meet', () => {
    const { chart } = installed();
    const names = objectsOf(chart).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const others = objectsOf(installed({}, { name: 'other' }).chart).map(
      ({ kind, metadata }) => `${kind} ${metadata.name}`,
    );
    expect(others.filter((name) => names.includes(name))).toEqual([]);
  });

  test('give no token to a pod that does not ask for it', () => {
    const { chart } = installed();
    expect(only(chart, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(pod(chart).automountServiceAccountToken).toBe(false);
  });
});

describe('the agent', () => {
  test('runs its phases one after the other, from a program that cannot be changed under it', () => {
    const { chart } = installed();
    expect(pod(chart).initContainers.map(({ command }: Json) => command)).toEqual(
      ['place', 'drain', 'apply', 'prove', 'settle'].map((name) => ['node', '/agent/agent.cjs', name]),
    );
    expect(pod(chart).containers.map(({ command }: Json) => command)).toEqual([['node', '/agent/agent.cjs', 'hold']]);
    expect(only(chart, 'ConfigMap')).toMatchObject({ immutable: true });
    expect(pod(chart).volumes[0]).toEqual({
      name: 'agent',
      configMap: { name: only(chart, 'ConfigMap').metadata.name, defaultMode: 0o444 },
    });
  });

  test('is told everything it has to know', () => {
    const { chart } = installed({
      drainTimeout: Duration.minutes(2),
      probe: { image: imageOf(WasmPayload.MODULE, {}, 'probe'), args: ['--once'], timeout: Duration.seconds(90) },
    });
    expect(settingsOf(chart)).toMatchInlineSnapshot(`
      {
        "binary": "containerd-shim-wasmtime-v1",
        "containerd": {
          "configFile": "/etc/containerd/config.toml",
          "style": "main",
          "units": [
            "containerd",
          ],
        },
        "drainTimeoutSeconds": 120,
        "handler": "wasmtime",
        "installDirectory": "/opt/cdk8s-wasm",
        "pool": "edge",
        "probe": {
          "args": [
            "--once",
          ],
          "command": [
            "/app.wasm",
          ],
          "image": "ghcr.io/acme/probe@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "imagePullSecrets": [],
          "runtimeClassName": "shim-probe-wasmtime-edge",
          "timeoutSeconds": 90,
        },
        "readyLabelKey": "cdk8s-wasm.dev/shim-wasmtime",
        "runtimeType": "io.containerd.wasmtime.v1",
        "shims": [
          {
            "architecture": "amd64",
            "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "url": "https://shims.example/containerd-shim-wasmtime-amd64.tar.gz",
          },
          {
            "architecture": "arm64",
            "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "url": "https://shims.example/containerd-shim-wasmtime-arm64.tar.gz",
          },
        ],
        "startupTaints": [],
        "state": "present",
        "systemdCgroup": true,
      }
    `);
  });

  test('is another object with other settings, and the same with the same', () => {
    const name = (chart: Chart) => only(chart, 'ConfigMap').metadata.name;
    expect(name(installed().chart)).toBe(name(installed().chart));
    expect(name(installed().chart)).not.toBe(name(installed({ drainTimeout: Duration.minutes(1) }).chart));
  });

  test('is a program of Node.js with no part missing', () => {
    const { data } = only(installed().chart, 'ConfigMap');
    const wanted = [...data['agent.cjs'].matchAll(/require\("([^"]+)"\)/g)].map(([, name]: string[]) => name);
    expect(wanted.length).toBeGreaterThan(5);
    expect(wanted.filter((name: string) => !/^(node:|util$)/.test(name))).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(256 * 1024); // kubectl keeps a copy in an annotation
  });

  test('has an image that cannot move', () => {
    const { chart } = installed();
    const images = new Set(containersOf(chart).map(({ image }) => image));
    expect([...images]).toEqual([expect.stringMatching(/^docker\.io\/library\/node:24-alpine@sha256:[0-9a-f]{64}$/)]);
    const image = `registry.example/node@${DIGEST}`;
    expect(new Set(containersOf(installed({ image }).chart).map((one) => one.image))).toEqual(new Set([image]));
  });

  test('takes secrets for the pull of its image and of the probe', () => {
    const { chart } = installed({ imagePullSecrets: [Secret.fromSecretName(installed().chart, 'pull', 'registry')] });
    expect(pod(chart).imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(settingsOf(chart).probe.imagePullSecrets).toEqual(['registry']);
  });
});

describe('privilege', () => {
  test('no phase has both the node and a token', () => {
    const { chart } = installed();
    for (const container of containersOf(chart)) {
      const seesNode = container.volumeMounts.some(({ mountPath }: Json) => mountPath.startsWith('/host/'));
      const hasToken = container.volumeMounts.some(({ mountPath }: Json) => mountPath.includes('serviceaccount'));
      expect([container.name, seesNode, hasToken]).toEqual([
        container.name,
        ON_HOST.includes(container.name),
        WITH_TOKEN.includes(container.name),
      ]);
    }
  });

  test('a phase on the node is root without a capability, and one with a token is nobody', () => {
    const { chart } = installed();
    expect(phase(chart, 'apply').securityContext).toMatchInlineSnapshot(`
      {
        "allowPrivilegeEscalation": false,
        "capabilities": {
          "drop": [
            "ALL",
          ],
        },
        "readOnlyRootFilesystem": true,
        "runAsGroup": 0,
        "runAsUser": 0,
      }
    `);
    expect(phase(chart, 'hold').securityContext).toMatchInlineSnapshot(`
      {
        "allowPrivilegeEscalation": false,
        "capabilities": {
          "drop": [
            "ALL",
          ],
        },
        "readOnlyRootFilesystem": true,
        "runAsGroup": 65532,
        "runAsNonRoot": true,
        "runAsUser": 65532,
      }
    `);
    for (const name of ON_HOST)
      expect(phase(chart, name).securityContext).toEqual(phase(chart, 'apply').securityContext);
    for (const name of WITH_TOKEN)
      expect(phase(chart, name).securityContext).toEqual(phase(chart, 'hold').securityContext);
  });

  test('the pod is not of the host, and no container is privileged', () => {
    const spec = pod(installed().chart);
    expect(spec).not.toHaveProperty('hostPID');
    expect(spec).not.toHaveProperty('hostNetwork');
    expect(spec.securityContext).toEqual({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(JSON.stringify(spec)).not.toContain('"privileged"');
  });

  test('what is downloaded is unpacked where only shims can be written', () => {
    expect(mountsOf(phase(installed().chart, 'place'))).toEqual([
      '/agent (ro)',
      '/work-dir',
      '/host/etc/containerd (ro)',
      '/host/opt/cdk8s-wasm',
    ]);
  });

  test('the phases that change the node see its configuration, its shims, a lock and systemd', () => {
    const { chart } = installed();
    for (const name of ['apply', 'settle']) {
      expect(mountsOf(phase(chart, name))).toEqual([
        '/agent (ro)',
        '/work-dir',
        '/host/etc/containerd',
        '/host/opt/cdk8s-wasm',
        '/host/run/lock',
        '/host/run/systemd/private',
      ]);
    }
  });

  test('the host paths are these, and none is made where it would be a sign of another kind of node', () => {
    const { chart } = installed({ installDirectory: '/var/lib/acme-wasm' });
    expect(pod(chart).volumes.flatMap(({ hostPath }: Json) => hostPath ?? [])).toEqual([
      { path: '/etc/containerd', type: 'Directory' },
      { path: '/var/lib/acme-wasm', type: 'DirectoryOrCreate' },
      { path: '/run/lock', type: 'DirectoryOrCreate' },
      { path: '/run/systemd/private', type: 'Socket' },
    ]);
    expect(settingsOf(chart).installDirectory).toBe('/var/lib/acme-wasm');
  });

  test('SELinux can be told that the phases on the node may touch it', () => {
    const { chart } = installed({ seLinuxType: 'spc_t' });
    for (const name of ON_HOST) expect(phase(chart, name).securityContext.seLinuxOptions).toEqual({ type: 'spc_t' });
    for (const name of WITH_TOKEN) expect(phase(chart, name).securityContext).not.toHaveProperty('seLinuxOptions');
    expect(phase(installed().chart, 'apply').securityContext).not.toHaveProperty('seLinuxOptions');
  });

  test('a proxy is for the download alone', () => {
    const url = EnvValue.fromSecretValue({
      secret: Secret.fromSecretName(installed().chart, 'proxy', 'proxy'),
      key: 'url',
    });
    const { chart } = installed({ proxy: { url, noProxy: ['.example', '10.0.0.0/8'] } });
    expect(phase(chart, 'place').env).toMatchInlineSnapshot(`
      [
        {
          "name": "NODE_USE_ENV_PROXY",
          "value": "1",
        },
        {
          "name": "HTTPS_PROXY",
          "valueFrom": {
            "secretKeyRef": {
              "key": "url",
              "name": "proxy",
            },
          },
        },
        {
          "name": "HTTP_PROXY",
          "valueFrom": {
            "secretKeyRef": {
              "key": "url",
              "name": "proxy",
            },
          },
        },
        {
          "name": "NO_PROXY",
          "value": ".example,10.0.0.0/8",
        },
      ]
    `);
    for (const { name, env = [] } of containersOf(chart).slice(1))
      expect([name, ...env.map((one: Json) => one.name)].join()).not.toContain('PROXY');
    expect(phase(installed().chart, 'place')).not.toHaveProperty('env');
  });
});

describe('nodes', () => {
  test('are told by the labels they carry already, by system and by architecture', () => {
    const spec = pod(installed({}, { architectures: ['arm64'] }).chart);
    expect(spec.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', 'example.com/pool': 'edge' });
    expect(spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
      { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] },
    ]);
  });

  test('that exist are gated by the label, which the agent sets; the probe goes to nodes without it', () => {
    const { chart } = installed();
    const [own, probe] = all(chart, 'RuntimeClass');
    expect(own.scheduling.nodeSelector).toEqual({
      'example.com/pool': 'edge',
      'cdk8s-wasm.dev/shim-wasmtime': 'ready',
    });
    expect(probe).toMatchInlineSnapshot(`
      {
        "apiVersion": "node.k8s.io/v1",
        "handler": "wasmtime",
        "kind": "RuntimeClass",
        "metadata": {
          "labels": {
            "app.kubernetes.io/component": "node-pool",
            "app.kubernetes.io/managed-by": "cdk8s-wasm",
            "app.kubernetes.io/name": "edge",
            "app.kubernetes.io/part-of": "shop",
          },
          "name": "shim-probe-wasmtime-edge",
        },
        "scheduling": {
          "nodeSelector": {
            "example.com/pool": "edge",
          },
          "tolerations": [
            {
              "effect": "NoSchedule",
              "key": "cdk8s-wasm.dev/pool",
              "operator": "Equal",
              "value": "edge",
            },
          ],
        },
      }
    `);
    expect(settingsOf(chart)).toMatchObject({
      readyLabelKey: 'cdk8s-wasm.dev/shim-wasmtime',
      startupTaints: [],
      probe: { runtimeClassName: probe.metadata.name },
    });
  });

  test('that Karpenter launches are gated by the startup taint, which the agent takes off', () => {
    const { chart } = installed({}, { provisioner: karpenter() });
    const taint = { key: 'readiness.k8s.io/wasm-wasmtime', effect: 'NoSchedule' };
    expect(findingsOf(chart)).toEqual([]);
    expect(only(chart, 'NodePool').spec.template.spec.startupTaints).toEqual([taint]);
    expect(settingsOf(chart).startupTaints).toEqual([taint]);
    expect(all(chart, 'RuntimeClass').map(({ scheduling }) => scheduling.nodeSelector)).toEqual([
      { 'cdk8s-wasm.dev/pool': 'edge' },
      { 'cdk8s-wasm.dev/pool': 'edge' },
    ]);
    expect(pod(chart).nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', 'cdk8s-wasm.dev/pool': 'edge' });
    expect(pod(chart).tolerations).toMatchInlineSnapshot(`
      [
        {
          "effect": "NoSchedule",
          "key": "cdk8s-wasm.dev/pool",
          "operator": "Equal",
          "value": "edge",
        },
        {
          "effect": "NoSchedule",
          "key": "readiness.k8s.io/wasm-wasmtime",
          "operator": "Exists",
        },
        {
          "key": "node.kubernetes.io/not-ready",
          "operator": "Exists",
        },
        {
          "effect": "NoSchedule",
          "key": "node.kubernetes.io/unschedulable",
          "operator": "Exists",
        },
      ]
    `);
  });

  test('may have another startup taint, for another autoscaler', () => {
    const startupTaint = Taint.noSchedule('startup-taint.cluster-autoscaler.kubernetes.io/wasm', 'true');
    const { chart } = installed({ startupTaint }, { provisioner: karpenter() });
    const taints = [{ key: startupTaint.key, value: 'true', effect: 'NoSchedule' }];
    expect(only(chart, 'NodePool').spec.template.spec.startupTaints).toEqual(taints);
    expect(settingsOf(chart).startupTaints).toEqual(taints);
    expect(pod(chart).tolerations).toContainEqual(startupTaint.toToleration());
  });

  test('are changed one after the other, and a failure stops the rollout', () => {
    const { spec } = daemonSetOf(installed().chart);
    expect(spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      minReadySeconds: 30,
    });
    expect(phase(installed().chart, 'hold').readinessProbe).toEqual({
      httpGet: { path: '/ready', port: 8099 },
      periodSeconds: 5,
    });
  });

  test('keep the agent when they are short of room', () => {
    expect(pod(installed().chart)).toMatchObject({
      priorityClassName: 'system-node-critical',
      terminationGracePeriodSeconds: 600,
    });
    for (const { resources } of containersOf(installed().chart))
      expect(resources).toEqual({ requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } });
  });
});

describe('kinds of nodes', () => {
  const KINDS: ReadonlyArray<readonly [Distribution, string, string, string[]]> = [
    [Distribution.KUBEADM, 'main', '/etc/containerd', ['containerd']],
    [Distribution.CLUSTER_API, 'main', '/etc/containerd', ['containerd']],
    [Distribution.EKS_AL2023, 'main', '/etc/containerd', ['containerd']],
    [Distribution.AKS, 'main', '/etc/containerd', ['containerd']],
    [Distribution.MICROK8S, 'main', '/var/snap/microk8s/current/args', ['snap.microk8s.daemon-containerd']],
    [Distribution.K3S, 'template', '/var/lib/rancher/k3s/agent/etc/containerd', ['k3s', 'k3s-agent']],
    [Distribution.RKE2, 'template', '/var/lib/rancher/rke2/agent/etc/containerd', ['rke2-server', 'rke2-agent']],
  ];
  test.each(KINDS.map(([one, ...more]) => [one.name, one, ...more] as const))(
    '%s',
    (_name, ...[distribution, style, directory, units]) => {
      const { chart } = installed({}, { distribution });
      expect(findingsOf(chart)).toEqual([]);
      expect(settingsOf(chart).containerd).toMatchObject({ style, units });
      expect(settingsOf(chart).containerd.configFile.startsWith(`${directory}/`)).toBe(true);
      expect(mountsOf(phase(chart, 'apply')).slice(2, 3)).toEqual([`/host${directory}`]);
      expect(settingsOf(chart).systemdCgroup).toBe(distribution !== Distribution.MICROK8S);
    },
  );

  test('k0s reloads a directory by itself: only that is written, and systemd is not asked', () => {
    const { chart } = installed({}, { distribution: Distribution.K0S });
    expect(settingsOf(chart).containerd).toEqual({
      style: 'directory',
      configFile: '/etc/k0s/containerd.toml',
      dropInDirectory: '/etc/k0s/containerd.d',
      units: ['k0sworker', 'k0scontroller'],
    });
    expect(mountsOf(phase(chart, 'apply')).slice(2)).toEqual([
      '/host/etc/k0s (ro)',
      '/host/etc/k0s/containerd.d',
      '/host/opt/cdk8s-wasm',
      '/host/run/lock',
    ]);
  });
});

describe('the probe', () => {
  const probeOf = (payload: WasmPayload, format: ImageFormat, runtime: WasmRuntime, more = {}) =>
    settingsOf(installed({ probe: { image: imageOf(payload, { format }), ...more } }, { runtime }).chart).probe;

  test('is started as the runtime wants it for the format of its image', () => {
    const image = `ghcr.io/acme/cart@${DIGEST}`;
    expect(probeOf(WasmPayload.MODULE, ImageFormat.ARTIFACT, WasmRuntime.WASMTIME)).toMatchObject({
      image,
      command: ['/app.wasm'],
    });
    expect(probeOf(WasmPayload.MODULE, ImageFormat.IMAGE, WasmRuntime.WASMEDGE)).toMatchObject({ image, command: [] });
    expect(probeOf(WasmPayload.SPIN_APP, ImageFormat.SPIN, WasmRuntime.SPIN)).toMatchObject({ image, command: ['/'] });
  });

  test('or as the program says', () => {
    const more = { command: ['/probe.wasm'], args: ['once'], format: ImageFormat.ARTIFACT };
    expect(probeOf(WasmPayload.MODULE, ImageFormat.ARTIFACT, WasmRuntime.WASMTIME, more)).toMatchObject({
      command: ['/probe.wasm'],
      args: ['once'],
      timeoutSeconds: 120,
    });
  });
});

test('uninstalling is the same DaemonSet with another order', () => {
  const { chart } = installed({ state: ShimState.ABSENT });
  expect(settingsOf(chart).state).toBe('absent');
  expect(objectsOf(chart).map(({ kind }) => kind)).toEqual(objectsOf(installed().chart).map(({ kind }) => kind));
  expect(podOf(daemonSetOf(chart)).initContainers).toEqual(podOf(daemonSetOf(installed().chart)).initContainers);
});

test('the hash in the name is that of the content', () => {
  const { metadata, data } = only(installed().chart, 'ConfigMap');
  const hash = createHash('sha256').update(JSON.stringify(data)).digest('hex');
  expect(hash.startsWith(metadata.name.split('-').at(-1))).toBe(true);
});

test('a WasmPolicy of the program exempts the namespace of the installer, whatever else it exempts', () => {
  const exempt = (namespace?: string) => {
    const { app, pool } = installed({ namespace });
    const policies = new Chart(app, 'policies');
    const props = { pools: [pool], repositories: ['ghcr.io/acme/'], exemptNamespaces: ['monitoring'] };
    return new WasmPolicy(policies, 'policy', props).exemptNamespaces;
  };
  expect(exempt()).toEqual(['kube-system', 'monitoring']);
  expect(exempt('wasm-system')).toEqual(['monitoring', 'wasm-system']);
});

test('the strategy may be shared: it remembers no pool', () => {
  const shared = daemonSet();
  const first = installed({}, { installer: shared });
  const second = installed({}, { installer: shared, name: 'other' });
  expect(daemonSetOf(first.chart).metadata.name).toBe('shim-installer-edge');
  expect(daemonSetOf(second.chart).metadata.name).toBe('shim-installer-other');
  expect(findingsOf(first.chart)).toEqual([]);
});
