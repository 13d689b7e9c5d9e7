import { chmodSync, existsSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { FixtureNode, type NodePicture } from './support/fixture-node';
import { shapeOf } from './support/node-shapes';
import { settingsFor } from './support/settings';
import { ShimServer } from './support/shim-server';

// What happens to a node in the course of its life, beside installs and upgrades that go well.

const MAIN = '/etc/containerd/config.toml';
const works = ({ loaded, shim }: NodePicture): boolean => loaded !== undefined && shim !== undefined;

describe('a node of EKS', () => {
  const shape = shapeOf('eks with containerd 2.1');
  let server: ShimServer;
  let node: FixtureNode;
  let one: AgentSettings;
  let two: AgentSettings;
  let three: AgentSettings;
  beforeAll(async () => {
    server = await ShimServer.start();
    [one, two, three] = ['one', 'two', 'three'].map((name) =>
      settingsFor(shape, { shims: [server.archive(name)] }),
    ) as [AgentSettings, AgentSettings, AgentSettings];
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    node = new FixtureNode(shape);
  });
  afterEach(() => node.remove());

  const versions = () =>
    readdirSync(join(node.root, 'opt/cdk8s-wasm/wasmtime/bin')).filter((name) => /^[0-9a-f]{12}$/.test(name));
  const versionOf = ({ shims }: AgentSettings) => shims[0]?.sha256.slice(0, 12);

  test('gets its handler back after a boot that has made the configuration anew', async () => {
    await node.run(one, works);
    node.write(MAIN, shape.files[MAIN] ?? '');
    node.restartContainerd();
    expect(node.picture().loaded).toBeUndefined();
    await node.run(one, works);
    expect(node.lastVerdict).toEqual({ proven: true });
    expect(node.picture().loaded).toBeDefined();
  });

  test('keeps an edit that somebody made after the install, also when the handler goes', async () => {
    await node.run(one, works);
    node.write(MAIN, `${node.read(MAIN)}\n[debug]\nlevel = "debug"\n`);
    await node.run({ ...one, state: 'absent' }, works);
    expect(node.read(MAIN)).toBe(`${shape.files[MAIN]}\n[debug]\nlevel = "debug"\n`);
  });

  test('keeps the file’s mode, and a copy of what was there', async () => {
    chmodSync(join(node.root, MAIN), 0o600);
    await node.run(one, works);
    expect(statSync(join(node.root, MAIN)).mode & 0o777).toBe(0o600);
    expect(node.read('/opt/cdk8s-wasm/wasmtime/backup/config.toml')).toBe(shape.files[MAIN]);
  });

  test('does not put a file where there is a symbolic link', async () => {
    renameSync(join(node.root, MAIN), join(node.root, 'etc/containerd/real.toml'));
    symlinkSync('real.toml', join(node.root, MAIN));
    await node.run(one, works);
    expect(node.lastVerdict).toEqual({ proven: false, phase: 'place', reason: `${MAIN} is a symbolic link` });
    expect(node.restarts).toBe(0);
  });

  test('keeps a shim as long as a pod may run on it', async () => {
    await node.run(one, works);
    node.oldestPod = Date.now() - 1;
    await node.run(two, works);
    expect(versions().sort()).toEqual([versionOf(one), versionOf(two)].sort());
    await node.run(three, works);
    expect(versions()).toHaveLength(3);
    node.oldestPod = Date.now() + 1_000; // all pods are of later than the last upgrade
    await node.run(three, works);
    expect(versions()).toEqual([versionOf(three)]);
  });

  test('keeps a shim that has failed while a pod may run on it', async () => {
    await node.run(one, works);
    await node.run(two, ({ shim = '' }) => shim.startsWith('one'));
    node.oldestPod = Date.now() - 60_000;
    await node.run(one, works);
    expect(versions().sort()).toEqual([versionOf(one), versionOf(two)].sort());
    node.oldestPod = undefined;
    await node.run(one, works);
    expect(versions()).toEqual([versionOf(one)]);
  });

  test('that cannot be drained is not touched', async () => {
    const before = node.picture();
    node.drains = 'in vain';
    await node.run(one, works);
    expect(node.lastVerdict).toEqual({ proven: false, phase: 'drain', reason: 'a pod does not go' });
    expect(node.picture()).toEqual(before);
    expect(node.restarts).toBe(0);
  });

  test('that was killed half way and then cannot be drained waits for a better day', async () => {
    for (let step = 1; step <= 7; step++) {
      const other = new FixtureNode(shape);
      await other.run(one, works, step);
      other.restarts = 0;
      other.drains = 'in vain';
      await other.run(one, works);
      expect(other.restarts).toBe(0);
      other.drains = 'well';
      await other.run(one, works);
      expect(other.lastVerdict).toEqual({ proven: true });
      expect(other.picture().loaded).toEqual(other.picture().configured);
      other.remove();
    }
  });

  test('whose containerd starts with neither configuration says both, and is tried again', async () => {
    let broken = true;
    node.remove();
    node = new FixtureNode(shape, () => !broken);
    await node.run(one, works);
    expect(node.lastVerdict).toEqual({
      proven: false,
      phase: 'apply',
      reason:
        'the previous configuration is in place again, but containerd.service does not start; ' +
        'settle: the previous configuration is in place again, but containerd.service does not start',
    });
    expect(node.read(MAIN)).toBe(shape.files[MAIN]);
    broken = false;
    await node.run(one, works);
    expect(node.lastVerdict).toEqual({ proven: true });
  });

  test('without a shim for it says so, and nothing has changed', async () => {
    await node.run({ ...one, shims: [] }, works);
    expect(node.lastVerdict).toEqual({
      proven: false,
      phase: 'place',
      reason: 'this node is amd64, and the shims are for nothing',
    });
    expect(existsSync(join(node.root, 'opt'))).toBe(false);
  });
});
