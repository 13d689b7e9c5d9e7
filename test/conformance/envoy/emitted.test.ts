import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Namespaces } from 'cdk8s-plus-28';
import { MeshIdentity, WasmJob, WasmMesh, WasmMicroservice, WasmPayload } from '../../../lib';
import { all, httpImage, imageOf, type Json, platform, podOf } from '../../support/programs';
import { describeWithTool } from '../describe-with-tool';
import { envoyRecipe } from '../envoy.recipe';

/** Deployments and a Job of a program with a mesh, each with the ConfigMap its sidecar mounts. */
function members(): ReadonlyArray<{
  readonly name: string;
  readonly envoy: Json;
  readonly data: Record<string, string>;
}> {
  const { chart, pool } = platform();
  const identity = MeshIdentity.certManager({ issuer: 'mesh-ca' });
  const mesh = new WasmMesh(chart, 'mesh', { trustDomain: 'shop.example', identity });
  const service = (id: string) =>
    new WasmMicroservice(chart, id, {
      pool,
      mesh,
      image: httpImage(id),
      healthPath: id === 'cart' ? '/healthz' : undefined,
    });
  const [gateway, cart, inventory] = [service('gateway'), service('cart'), service('inventory')];
  gateway.allowIngressFrom(Namespaces.select(chart, 'ingress', { names: ['ingress'] }));
  gateway.calls(cart);
  cart.calls(inventory, { methods: ['GET'] });
  new WasmJob(chart, 'restock', { pool, mesh, image: imageOf(WasmPayload.CLI_COMPONENT) }).calls(inventory);
  const configs = all(chart, 'ConfigMap');
  return [...all(chart, 'Deployment'), ...all(chart, 'Job')].map((workload) => {
    const { initContainers, volumes } = podOf(workload);
    const mounted = volumes.find((volume: Json) => volume.configMap !== undefined).configMap.name;
    const { data } = configs.find((config) => config.metadata.name === mounted);
    return { name: workload.metadata.name, envoy: initContainers[0], data };
  });
}

describeWithTool(envoyRecipe, 'the sidecars a WasmMesh emits', (get) => {
  test('start with the files and arguments of their pod, as far as validation goes', () => {
    const refused = members().flatMap(({ name, envoy, data }) => {
      const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-emitted-'));
      const moved = (text: string) =>
        text.replaceAll('/etc/envoy-certs', join(scratch, 'certs')).replaceAll('/etc/envoy', join(scratch, 'config'));
      try {
        for (const directory of ['certs', 'config']) mkdirSync(join(scratch, directory));
        for (const [file, text] of Object.entries(data)) writeFileSync(join(scratch, 'config', file), moved(text));
        const parameters = [...envoy.args.map(moved), '--mode', 'validate'];
        const { status, stderr } = spawnSync(join(get(), 'envoy'), parameters, {
          encoding: 'utf8',
          env: {},
          timeout: 30_000,
        });
        return status === 0 ? [] : [`${name}: ${stderr}`];
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    });
    expect(refused).toEqual([]);
  }, 60_000);

  test('there are four of them', () => {
    expect(members().map(({ name }) => name)).toEqual(['gateway', 'cart', 'inventory', 'restock']);
  });
});
