import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FixtureNode } from '../../agent/support/fixture-node';
import { NODE_SHAPES, type NodeShape } from '../../agent/support/node-shapes';
import { settingsFor } from '../../agent/support/settings';
import { ShimServer } from '../../agent/support/shim-server';
import { handlerTables, type TomlTable, tableAt, tomlDocument } from '../../agent/support/toml-document';
import { describeWithContainerds } from './containerd';
import { CONTAINERD_MINORS } from './containerd.recipe';

const KUBEADM_EDITS = { pause: 'registry.example/pause:9', cgroups: true };

describeWithContainerds('real containerd', (get) => {
  let server: ShimServer;
  let configurations = 0;
  beforeAll(async () => {
    server = await ShimServer.start();
  });
  afterAll(async () => {
    await server.stop();
    console.info(`configurations read by a real containerd: ${configurations}`);
  });

  test.each(CONTAINERD_MINORS)('%s is of that version, and the kubeadm fixture is its own default', (minor) => {
    expect(get(minor).version()).toContain(` v${minor}.`);
    const edited = get(minor)
      .defaults()
      .replace('SystemdCgroup = false', `SystemdCgroup = ${KUBEADM_EDITS.cgroups}`)
      .replace(/(sandbox(?:_image)? = )['"]registry\.k8s\.io\/pause:[\d.]+['"]/, `$1"${KUBEADM_EDITS.pause}"`);
    const fixture = join(__dirname, '..', '..', 'agent', 'nodes', `kubeadm-${minor}.toml`);
    expect(readFileSync(fixture, 'utf8')).toBe(edited);
  });

  describe.each(NODE_SHAPES.map((shape) => [shape.name, shape] as const))('%s', (_name, shape) => {
    const dump = (node: FixtureNode): TomlTable => {
      configurations += 1;
      return tomlDocument(get(shape.containerd).dump(onThisMachine(node)));
    };

    test.each([true, false])(
      'reads the handler with SystemdCgroup = %s, and nothing else has changed',
      async (cgroups) => {
        const node = new FixtureNode(shape);
        const before = dump(node);
        await node.run(settingsFor(shape, { shims: [server.archive('one')], systemdCgroup: cgroups }), () => true);
        const after = dump(node);
        expect(handlerOf(after, 'wasmtime')).toMatchObject({
          runtime_type: 'io.containerd.wasmtime.v1',
          runtime_path: '/opt/cdk8s-wasm/wasmtime/bin/containerd-shim-wasmtime-v1',
          options: { SystemdCgroup: cgroups },
        });
        expect(handlerOf(after, 'runc')).toMatchObject({
          runtime_type: 'io.containerd.runc.v2',
          options: { SystemdCgroup: true },
        });
        expect(JSON.stringify(after)).toContain('"registry.example/pause:9"');
        expect(withoutHandler(after, 'wasmtime')).toEqual(before);
        node.remove();
      },
    );

    test('two handlers, one of which is taken away again', async () => {
      const node = new FixtureNode(shape);
      const before = dump(node);
      const first = settingsFor(shape, { shims: [server.archive('one')] });
      const second = { ...first, handler: 'wasmtime-next', binary: first.binary };
      await node.run(first, () => true);
      await node.run(second, () => true);
      const both = dump(node);
      await node.run({ ...first, state: 'absent' }, () => true);
      await node.run({ ...second, state: 'absent' }, () => true);
      expect(dump(node)).toEqual(before);
      expect(handlerOf(both, 'wasmtime')).toBeDefined();
      expect(handlerOf(both, 'wasmtime-next')).toBeDefined();
      node.remove();
    });
  });

  test('the check can fail: a table of the wrong plugin is not read', async () => {
    const shape = NODE_SHAPES.find(({ name }) => name === 'kind with containerd 2.1') as NodeShape;
    const node = new FixtureNode(shape);
    await node.run(settingsFor(shape, { shims: [server.archive('one')] }), () => true);
    const wrong = (node.read(shape.home) ?? '').replaceAll(
      '"io.containerd.cri.v1.runtime"',
      '"io.containerd.grpc.v1.cri"',
    );
    node.write(shape.home, wrong);
    const dumped = tomlDocument(get(shape.containerd).dump(onThisMachine(node)));
    expect(handlerOf(dumped, 'wasmtime')).toBeUndefined();
    node.remove();
  });
});

/** The node's files where this machine's containerd finds them: only the path of its own import is changed. */
function onThisMachine(node: FixtureNode): string {
  const directory = join(node.root, 'for-dump');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'drop-ins'), { recursive: true });
  const [main = '', ...dropIns] = node.effective();
  const file = join(directory, 'config.toml');
  const dropInGlob = JSON.stringify([join(directory, 'drop-ins', '*.toml')]);
  writeFileSync(file, main.replace(/^imports = \[.*\*\.toml.*\]$/m, `imports = ${dropInGlob}`));
  for (const [index, text] of dropIns.entries()) writeFileSync(join(directory, 'drop-ins', `${index}.toml`), text);
  return file;
}

function handlerOf(dump: TomlTable, handler: string): TomlTable | undefined {
  const [table, ...others] = Object.values(handlerTables([dump], handler) ?? {});
  expect(others).toEqual([]);
  return table as TomlTable | undefined;
}

function withoutHandler(dump: TomlTable, handler: string): TomlTable {
  const copy = structuredClone(dump);
  for (const plugin of Object.keys(tableAt(copy, 'plugins') ?? {})) {
    delete tableAt(copy, 'plugins', plugin, 'containerd', 'runtimes')?.[handler];
  }
  return copy;
}
