import { Chart } from 'cdk8s';
import { MeshIdentity, MeshMode, WasmMesh, WasmMicroservice, WasmPolicy } from '../../lib';
import { DIGEST, findingsOf, httpImage, platform } from '../support/programs';

function program(image: string, join: boolean) {
  const { app, chart, pool } = platform();
  const identity = MeshIdentity.certManager({ issuer: 'mesh-ca' });
  const mesh = new WasmMesh(chart, 'mesh', { trustDomain: 'shop.example', identity, mode: MeshMode.envoy({ image }) });
  const sidecars = join ? [] : [{ name: 'envoy', image }];
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), mesh: join ? mesh : undefined, sidecars });
  new WasmPolicy(new Chart(app, 'policies'), 'policy', { pools: [pool], repositories: ['ghcr.io/acme/'] });
  if (!join) chart.node.tryRemoveChild('mesh');
  return chart;
}

test('the policy admits the sidecar of a mesh without being told', () => {
  expect(findingsOf(program(`envoyproxy/envoy@${DIGEST}`, true))).toEqual([]);
});

test('the same image by hand, without a mesh, comes from no admitted repository', () => {
  expect(findingsOf(program(`envoyproxy/envoy@${DIGEST}`, false)).join('\n')).toContain('(rule wasm-image-repository)');
});
