import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { FixtureNode, type NodePicture } from './support/fixture-node';
import { NODE_SHAPES } from './support/node-shapes';
import { settingsFor } from './support/settings';
import { ShimServer } from './support/shim-server';

const works = ({ loaded, shim }: NodePicture): boolean => loaded !== undefined && shim !== undefined;

describe.each(NODE_SHAPES.map((shape) => [shape.name, shape] as const))('%s', (_name, shape) => {
  let server: ShimServer;
  let node: FixtureNode;
  let first: AgentSettings;
  let second: AgentSettings;
  const reloadsItself = shape.settings.style === 'directory';

  beforeAll(async () => {
    server = await ShimServer.start();
    first = settingsFor(shape, { shims: [server.archive('one')] });
    second = settingsFor(shape, { shims: [server.archive('two')] });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    node = new FixtureNode(shape);
  });
  afterEach(() => node.remove());

  test('a fresh node gets handler, shim and one restart', async () => {
    await node.run(first, works);
    expect(node.lastVerdict).toEqual({ proven: true });
    expect(node.restarts).toBe(1);
    const [table] = Object.values(node.picture().loaded ?? {});
    expect(table).toEqual({
      runtime_type: 'io.containerd.wasmtime.v1',
      runtime_path: '/opt/cdk8s-wasm/wasmtime/bin/containerd-shim-wasmtime-v1',
      options: { SystemdCgroup: true },
    });
    expect(node.picture().shim).toMatch(/^one/);
  });

  test('the table is in the one file where it belongs, without a version, and all other lines are as they were', async () => {
    await node.run(first, works);
    const written = node.read(shape.home) ?? '';
    const before = shape.files[shape.home] ?? (shape.home.endsWith('.tmpl') ? '{{ template "base" . }}\n' : '');
    expect(written.startsWith(before)).toBe(true);
    expect(written.slice(before.length)).not.toMatch(/^\s*version/m);
    for (const [path, content] of Object.entries(shape.files))
      if (path !== shape.home) expect(node.read(path)).toBe(content);
  });

  test('a second run changes nothing and restarts nothing', async () => {
    await node.run(first, works);
    const before = { picture: node.picture(), home: node.read(shape.home), hits: server.hits.length };
    node.said.length = 0;
    await node.run(first, works);
    expect(node.lastVerdict).toEqual({ proven: true });
    expect(node.restarts).toBe(1);
    expect({ picture: node.picture(), home: node.read(shape.home), hits: server.hits.length }).toEqual(before);
    expect(node.said).toEqual(['shim stored', 'attempt removed']);
  });

  test('a new shim takes the place of the old one without a restart', async () => {
    await node.run(first, works);
    await node.run(second, works);
    expect(node.lastVerdict).toEqual({ proven: true });
    expect(node.picture().shim).toMatch(/^two/);
    expect(node.restarts).toBe(1);
  });

  test('a changed table restarts once more', async () => {
    await node.run(first, works);
    await node.run({ ...first, systemdCgroup: false }, works);
    expect(node.restarts).toBe(2);
    expect(Object.values(node.picture().loaded ?? {})).toMatchObject([{ options: { SystemdCgroup: false } }]);
  });

  test('a probe that does not run takes everything back', async () => {
    const before = node.picture();
    await node.run(first, () => false);
    expect(node.lastVerdict).toEqual({ proven: false, phase: 'prove', reason: 'the probe did not run' });
    expect(node.picture()).toEqual(before);
    expect(node.restarts).toBe(2);
    for (const [path, content] of Object.entries(shape.files)) expect(node.read(path)).toBe(content);
  });

  test('a shim that does not run gives way to the one before, without a restart', async () => {
    await node.run(first, works);
    const before = node.picture();
    await node.run(second, ({ shim = '' }) => shim.startsWith('one'));
    expect(node.lastVerdict).toMatchObject({ proven: false, phase: 'prove' });
    expect(node.picture()).toEqual(before);
    expect(node.restarts).toBe(1);
  });

  test('uninstalling leaves the node as it was found', async () => {
    await node.run(first, works);
    await node.run({ ...first, state: 'absent' }, works);
    expect(node.lastVerdict).toEqual({ proven: true });
    expect(node.picture()).toEqual({ configured: undefined, loaded: undefined, shim: undefined });
    expect(node.restarts).toBe(2);
    expect(node.read(shape.home)).toBe(shape.files[shape.home]);
    await node.run({ ...first, state: 'absent' }, works);
    expect(node.restarts).toBe(2);
  });

  if (!reloadsItself) {
    test('a containerd that does not start gets its configuration back', async () => {
      node.remove();
      node = new FixtureNode(shape, ({ loaded }) => loaded === undefined);
      await node.run(first, works);
      expect(node.lastVerdict).toEqual({
        proven: false,
        phase: 'apply',
        reason: 'containerd.service does not start; the previous configuration is in place again',
      });
      expect(node.picture()).toEqual({ configured: undefined, loaded: undefined, shim: undefined });
      for (const [path, content] of Object.entries(shape.files)) expect(node.read(path)).toBe(content);
    });
  }
});
