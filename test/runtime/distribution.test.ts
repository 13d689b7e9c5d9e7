import { Distribution } from '../../lib';

const ROWS = Object.values(Distribution)
  .filter((value): value is Distribution => value instanceof Distribution)
  .map((one) => [one.name, one.facts] as const);

const yes = (ask: (facts: Distribution['facts']) => boolean): string[] =>
  ROWS.filter(([, facts]) => ask(facts)).map(([name]) => name);

test('seventeen kinds of nodes are known, each under its own name', () => {
  expect(ROWS.length).toBe(17);
  expect(new Set(ROWS.map(([name]) => name)).size).toBe(17);
});

test.each(ROWS)('%s says of every fact where it was read and what it means', (_name, facts) => {
  const evidence = [facts.containerd, facts.configFile, facts.changeable, facts.systemdCgroup, facts.evidence];
  const optional = [facts.dropInDirectory, facts.bootHook, facts.retired].filter((fact) => fact !== undefined);
  for (const { status, source, note } of [...evidence, ...optional]) {
    expect(['observed', 'read']).toContain(status);
    expect([source, note]).not.toContain('');
  }
});

test.each(ROWS)('%s has absolute paths', (_name, facts) => {
  const paths = [facts.configFile.value, facts.dropInDirectory?.value ?? '/'];
  expect(paths.filter((path) => !path.startsWith('/'))).toEqual([]);
});

test('nodes that nothing in the cluster may change', () => {
  expect(yes((facts) => !facts.changeable.value)).toEqual([
    'GKE on Container-Optimized OS',
    'Bottlerocket',
    'Talos',
    'OpenShift',
    'AKS WASI node pools',
  ]);
});

test('nodes without containerd', () => {
  expect(yes((facts) => !facts.containerd.value)).toEqual(['OpenShift']);
});

test('platforms that were retired', () => {
  expect(yes((facts) => facts.retired !== undefined)).toEqual(['AKS WASI node pools']);
});

test('nodes whose pods are not in cgroups of systemd', () => {
  expect(yes((facts) => !facts.systemdCgroup.value)).toEqual(['microk8s', 'k3d']);
});

test('only k3s and its relatives find shims by themselves, and none of them knows WAMR', () => {
  const handlers = ['lunatic', 'slight', 'spin', 'wasmedge', 'wasmer', 'wasmtime', 'wws'];
  expect(yes((facts) => facts.autodetectedHandlers.length > 0)).toEqual(['k3s', 'k3d', 'rke2']);
  for (const { facts } of [Distribution.K3S, Distribution.K3D, Distribution.RKE2])
    expect([...facts.autodetectedHandlers].sort()).toEqual(handlers);
});

test('the same ones own RuntimeClasses of those names, and one for crun', () => {
  expect(yes((facts) => facts.ownRuntimeClasses.length > 0)).toEqual(['k3s', 'k3d', 'rke2']);
  for (const { facts } of [Distribution.K3S, Distribution.K3D, Distribution.RKE2])
    expect([...facts.ownRuntimeClasses].sort()).toEqual(['crun', ...[...facts.autodetectedHandlers].sort()].sort());
});

test('the units that have to be restarted', () => {
  const units = Object.fromEntries(ROWS.map(([name, facts]) => [name, facts.units.join(' ')]));
  expect(units).toMatchObject({
    kubeadm: 'containerd',
    microk8s: 'snap.microk8s.daemon-containerd',
    k3s: 'k3s k3s-agent',
    k3d: '',
    rke2: 'rke2-server rke2-agent',
    k0s: 'k0sworker k0scontroller',
    OpenShift: 'crio',
  });
});

test('the files that configure containerd', () => {
  const files = Object.fromEntries(ROWS.map(([name, facts]) => [name, facts.configFile.value]));
  expect(files).toMatchObject({
    kubeadm: '/etc/containerd/config.toml',
    kind: '/etc/containerd/config.toml',
    microk8s: '/var/snap/microk8s/current/args/containerd-template.toml',
    k3s: '/var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.tmpl',
    rke2: '/var/lib/rancher/rke2/agent/etc/containerd/config-v3.toml.tmpl',
    k0s: '/etc/k0s/containerd.toml',
    'EKS on Amazon Linux 2023': '/etc/containerd/config.toml',
  });
});

test('the directories whose files are merged', () => {
  const directories = ROWS.flatMap(([name, { dropInDirectory }]) =>
    dropInDirectory === undefined ? [] : [[name, dropInDirectory.value]],
  );
  expect(directories).toEqual([
    ['cluster-api image-builder', '/etc/containerd/conf.d'],
    ['k0s', '/etc/k0s/containerd.d'],
    ['Talos', '/etc/cri/conf.d'],
  ]);
});

test('EKS regenerates its configuration at every boot, so the boot hook is the way', () => {
  const { dropInDirectory, bootHook, changeable } = Distribution.EKS_AL2023.facts;
  expect(dropInDirectory).toBeUndefined();
  expect([bootHook?.value, changeable.value]).toEqual(['NodeConfig.spec.containerd.config', true]);
});

test('AKS and GKE have no boot hook', () => {
  for (const { facts } of [Distribution.AKS, Distribution.GKE_UBUNTU]) expect(facts.bootHook).toBeUndefined();
});
