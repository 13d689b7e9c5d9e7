import { Size } from 'cdk8s';
import { ImageFormat, NodeProvisioner, Taint, WasmMicroservice, WasmPayload, WasmRuntime } from '../../lib';
import { DIGEST, findingsOf, imageOf, platform } from '../support/programs';

beforeEach(() => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const nodeClass = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };

test('labels for nodes that exist already are set by nobody', () => {
  const { chart } = platform({ labels: { team: 'shop' } });
  expect(findingsOf(chart)).toEqual([
    '[shop/edge] WASM0412: `labels` is set, and nobody labels nodes that exist already; select them by `nodeSelector`; remove it',
  ]);
});

test('labels for nodes that Karpenter launches are set by Karpenter', () => {
  const { chart } = platform({ labels: { team: 'shop' }, provisioner: NodeProvisioner.karpenter({ nodeClass }) });
  expect(findingsOf(chart)).toEqual([]);
});

test('Krustlet has no RuntimeClass that a taint, handler or overhead could be written into', () => {
  const { chart } = platform({
    runtime: WasmRuntime.krustlet(),
    taint: Taint.noSchedule('wasm'),
    handler: 'krustlet',
    overhead: { memory: Size.mebibytes(1) },
  });
  expect(findingsOf(chart)).toEqual(
    ['taint', 'handler', 'overhead'].map(
      (prop) =>
        `[shop/edge] WASM0412: \`${prop}\` is set, and krustlet registers its own nodes, without a RuntimeClass; remove it`,
    ),
  );
});

test('what Karpenter would refuse', () => {
  const { chart } = platform({
    labels: { 'example.com/tier': 'edge' },
    provisioner: NodeProvisioner.karpenter({
      nodeClass,
      weight: 0,
      requirements: [
        { key: 'karpenter.sh/capacity-type', operator: 'in', values: ['spot'] },
        { key: 'karpenter.k8s.aws/instance-family', operator: 'In' },
        { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Exists', minValues: 51 },
        { key: 'example.com/tier', operator: 'In', values: ['core'] },
      ],
    }),
  });
  expect(findingsOf(chart)).toEqual([
    '[shop/edge] WASM0411: `weight` is 0; use a whole number from 1 to 100',
    '[shop/edge] WASM0411: the requirement on karpenter.sh/capacity-type has operator in; use one of In, NotIn, Gt, Lt, Gte, Lte, Exists, DoesNotExist',
    '[shop/edge] WASM0411: the requirement on karpenter.k8s.aws/instance-family has operator In and no values; give it `values`',
    '[shop/edge] WASM0411: the requirement on karpenter.k8s.aws/instance-cpu has `minValues` 51; use a whole number from 1 to 50',
    '[shop/edge] WASM0410: `requirements` names example.com/tier, which follows from `labels` of the pool; remove it',
  ]);
});

test.each([
  ['1.6.20', true],
  ['1.6.25', false],
  ['1.7.6', true],
  ['containerd://1.7.27', false],
  ['1.6.20~ds1', true],
  ['2.0.0', false],
  ['2.4.2', false],
  ['1.5.18', true],
])('containerd %s is too old for an artifact: %s', (containerdVersion, tooOld) => {
  const { chart, pool } = platform({ containerdVersion });
  new WasmMicroservice(chart, 'cart', {
    pool,
    image: imageOf(WasmPayload.HTTP_COMPONENT, { format: ImageFormat.ARTIFACT }),
  });
  expect(findingsOf(chart)).toEqual(
    tooOld
      ? [
          `[shop/cart] WASM0334: ghcr.io/acme/cart@${DIGEST} as artifact needs containerd 1.6.25 or 1.7.7 or 2.0, and the pool says ${containerdVersion}; upgrade, or set \`format\` to ImageFormat.IMAGE`,
        ]
      : [],
  );
});
