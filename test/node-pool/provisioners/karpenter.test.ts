import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { all, findingsOf, only, platform } from '../../support/programs';
import { fakeInstaller, karpenter } from '../installers';

const nodePool = (options: Parameters<typeof karpenter>[0] = {}, props: Parameters<typeof platform>[0] = {}) =>
  only(platform({ provisioner: karpenter(options), ...props }).chart, 'NodePool');

test('a pool with nothing said', () => {
  const { apiVersion, metadata, spec } = nodePool();
  expect([apiVersion, metadata.name]).toEqual(['karpenter.sh/v1', 'edge']);
  expect(spec).toMatchInlineSnapshot(`
    {
      "template": {
        "metadata": {
          "labels": {
            "cdk8s-wasm.dev/pool": "edge",
          },
        },
        "spec": {
          "nodeClassRef": {
            "group": "karpenter.k8s.aws",
            "kind": "EC2NodeClass",
            "name": "default",
          },
          "requirements": [
            {
              "key": "kubernetes.io/arch",
              "operator": "In",
              "values": [
                "amd64",
                "arm64",
              ],
            },
            {
              "key": "kubernetes.io/os",
              "operator": "In",
              "values": [
                "linux",
              ],
            },
          ],
          "taints": [
            {
              "effect": "NoSchedule",
              "key": "cdk8s-wasm.dev/pool",
              "value": "edge",
            },
          ],
        },
      },
    }
  `);
});

test('a pool with everything said', () => {
  const { spec } = nodePool(
    {
      requirements: [
        { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'], minValues: 2 },
        { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values: ['3'] },
      ],
      cpuLimit: Cpu.units(100),
      memoryLimit: Size.gibibytes(400),
      expireAfter: Duration.days(7),
      consolidateAfter: Duration.minutes(5),
      weight: 10,
    },
    { installer: fakeInstaller(), labels: { tier: 'edge' }, architectures: ['arm64'] },
  );
  expect(spec).toMatchInlineSnapshot(`
    {
      "disruption": {
        "consolidateAfter": "300s",
        "consolidationPolicy": "WhenEmptyOrUnderutilized",
      },
      "limits": {
        "cpu": "100",
        "memory": "400Gi",
      },
      "template": {
        "metadata": {
          "labels": {
            "cdk8s-wasm.dev/pool": "edge",
            "tier": "edge",
          },
        },
        "spec": {
          "expireAfter": "604800s",
          "nodeClassRef": {
            "group": "karpenter.k8s.aws",
            "kind": "EC2NodeClass",
            "name": "default",
          },
          "requirements": [
            {
              "key": "kubernetes.io/arch",
              "operator": "In",
              "values": [
                "arm64",
              ],
            },
            {
              "key": "kubernetes.io/os",
              "operator": "In",
              "values": [
                "linux",
              ],
            },
            {
              "key": "karpenter.sh/capacity-type",
              "minValues": 2,
              "operator": "In",
              "values": [
                "spot",
                "on-demand",
              ],
            },
            {
              "key": "karpenter.k8s.aws/instance-cpu",
              "operator": "Gt",
              "values": [
                "3",
              ],
            },
          ],
          "startupTaints": [
            {
              "effect": "NoSchedule",
              "key": "readiness.k8s.io/wasm-wasmtime",
            },
          ],
          "taints": [
            {
              "effect": "NoSchedule",
              "key": "cdk8s-wasm.dev/pool",
              "value": "edge",
            },
          ],
        },
      },
      "weight": 10,
    }
  `);
});

test('a limit on CPU alone has no limit on memory', () => {
  expect(nodePool({ cpuLimit: Cpu.millis(1500) }).spec.limits).toEqual({ cpu: '1500m' });
});

test('a limit on memory in any unit is a quantity', () => {
  expect(nodePool({ memoryLimit: Size.kibibytes(1500) }).spec.limits).toEqual({ memory: '1500Ki' });
});

test('a limit of zero keeps Karpenter from launching anything', () => {
  expect(nodePool({ cpuLimit: Cpu.units(0) }).spec.limits).toEqual({ cpu: '0' });
});

test('consolidation at once is 0 s, not a missing field', () => {
  expect(nodePool({ consolidateAfter: Duration.seconds(0) }).spec.disruption).toEqual({
    consolidationPolicy: 'WhenEmptyOrUnderutilized',
    consolidateAfter: '0s',
  });
});

test('it lives in no namespace and carries the labels of the pool', () => {
  const { metadata } = nodePool();
  expect(metadata).toEqual({
    name: 'edge',
    labels: {
      'app.kubernetes.io/name': 'edge',
      'app.kubernetes.io/component': 'node-pool',
      'app.kubernetes.io/part-of': 'shop',
      'app.kubernetes.io/managed-by': 'cdk8s-wasm',
    },
  });
});

test('what was given is not written to, and not shared', () => {
  const requirements = [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] }];
  const { chart } = platform({ provisioner: karpenter({ requirements }) });
  all(chart, 'NodePool')[0].spec.template.spec.requirements[2].values.push('on-demand');
  expect(requirements[0].values).toEqual(['spot']);
});

test('refuses requirements that follow from something else', () => {
  const requirements = [
    { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
    { key: 'kubernetes.io/os', operator: 'In', values: ['windows'] },
    { key: 'cdk8s-wasm.dev/pool', operator: 'Exists' },
  ];
  expect(findingsOf(platform({ provisioner: karpenter({ requirements }) }).chart)).toEqual([
    '[shop/edge] WASM0410: `requirements` names kubernetes.io/arch, which follows from the pool; remove it and set `architectures`',
    '[shop/edge] WASM0410: `requirements` names kubernetes.io/os, which follows from the runtime, as Wasm shims run on Linux; remove it',
    '[shop/edge] WASM0410: `requirements` names cdk8s-wasm.dev/pool, which follows from the pool; remove it and set `name`',
  ]);
});

test('accepts requirements on anything else', () => {
  const requirements = [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['c7g.large'] }];
  expect(findingsOf(platform({ provisioner: karpenter({ requirements }) }).chart)).toEqual([]);
});
