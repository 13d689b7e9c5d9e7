import { App, Chart, Testing } from 'cdk8s';
import { NodeProvisioner, ShimState } from '../../../lib';
import { missingFrom } from '../../conformance/api/missing-from';
import { describeWithControlPlane } from '../../conformance/describe-with-control-plane';
import { findingsOf, objectsOf } from '../../support/programs';
import { karpenter } from '../installers';
import { everyOption } from './every-option';
import { installed } from './installed';

const everything = (): Chart => {
  const chart = new Chart(new App({ outdir: Testing.app().outdir }), 'platform');
  everyOption(chart);
  return chart;
};

test('the pool with every option has no finding', () => {
  expect(findingsOf(everything())).toEqual([]);
});

describeWithControlPlane(
  'a real API server stores as it was sent, without a warning,',
  (get) => {
    test.each([
      ['an installer that is told everything', everything],
      ['one that is told as little as possible', () => installed().chart],
      [
        'one of nodes that Karpenter launches',
        () => installed({}, { name: 'launched', provisioner: karpenter() }).chart,
      ],
      ['one that takes everything away again', () => installed({ state: ShimState.ABSENT }).chart],
    ])('%s', async (_what, program) => {
      const objects = objectsOf(program());
      expect(objects.length).toBeGreaterThanOrEqual(11);
      for (const object of objects) {
        const { warnings } = await get().apply(object);
        expect([object.kind, ...warnings, ...missingFrom(object, await get().get(object))]).toEqual([object.kind]);
      }
    });

    test('and a change of the settings, which is another ConfigMap and not a change of the one that is there', async () => {
      const nodes = NodeProvisioner.existing({ nodeSelector: { 'example.com/other': 'yes' } });
      for (const object of objectsOf(installed({ shims: [...SHIMS] }, { provisioner: nodes }).chart)) {
        await expect(get().apply(object)).resolves.toMatchObject({ warnings: [] });
      }
    });
  },
  { crds: ['karpenter'] },
);

const SHIMS = ['amd64', 'arm64'].map((architecture) => ({
  architecture,
  url: `https://shims.example/2/${architecture}`,
  sha256: 'c'.repeat(64),
}));
