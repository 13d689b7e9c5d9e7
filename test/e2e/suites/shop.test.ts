import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { MeshMode } from '../../../lib';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { issueCertificates } from '../authority';
import { Lab } from '../lab';

/** The example as it is: it synthesises when it is loaded. */
function example(): App {
  process.env.CDK8S_OUTDIR = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-shop-'));
  return (require('../../../examples/polyglot-shop/main') as { app: App }).app;
}

const lab = Lab.connect();
let objects: Json[];

beforeAll(async () => {
  await lab.furnish();
  for (const image of MeshMode.envoy().images) await lab.standIn(image);
  await issueCertificates(lab, 'mesh-ca');
  objects = await lab.deploy(example());
}, 120_000);

describe('the example, unchanged manifests', () => {
  test.each(['inventory', 'cart', 'gateway'])('%s becomes ready with its Envoy', async (name) => {
    await lab.rollout('shop', name);
    const pods = await lab.pods('shop', { 'app.kubernetes.io/name': name });
    expect(pods.length).toBeGreaterThanOrEqual(2);
    for (const { spec, status } of pods) {
      expect(spec.nodeName).toMatch(/^wasm-/);
      expect(status.initContainerStatuses[0]).toMatchObject({ name: 'envoy', ready: true });
    }
  });

  test('images were pulled by the digests of the manifests', async () => {
    const pulled = await lab.node('wasm-1').ctr('images', 'ls', '-q');
    for (const { spec } of objects.filter(({ kind }) => kind === 'Deployment')) {
      expect(pulled).toContain(spec.template.spec.containers[0].image);
    }
  });

  test('the one-off worker completes and says what it should', async () => {
    const [pod] = await until('the report', 60, async () => {
      const pods = await lab.pods('shop', { 'app.kubernetes.io/name': 'report' });
      return pods[0]?.status.phase === 'Succeeded' ? pods : undefined;
    });
    expect(await lab.log('shop', pod.metadata.name, 'report')).toBe(
      '{"title":"Opening stock","items":{"apple":3,"pear":12},"total":15}\n',
    );
  });
});
