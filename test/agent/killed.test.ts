import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { FixtureNode, type NodePicture } from './support/fixture-node';
import { NODE_SHAPES, type NodeShape, shapeOf } from './support/node-shapes';
import { settingsFor } from './support/settings';
import { ShimServer } from './support/shim-server';

// The agent is killed after each of its steps and run again; then the node must be as it was, or as it should be.

type Works = (picture: NodePicture) => boolean;

/** A change of a node, and whether its outcome is the new or, since the new does not work, the old. */
interface Change {
  readonly name: string;
  readonly from?: (shape: NodeShape) => AgentSettings;
  readonly to: (shape: NodeShape) => AgentSettings;
  readonly works: Works;
  readonly starts?: Works;
  readonly ends: 'new' | 'old';
}

let server: ShimServer;
beforeAll(async () => {
  server = await ShimServer.start();
});
afterAll(() => server.stop());

const one = (shape: NodeShape) => settingsFor(shape, { shims: [server.archive('one')] });
const two = (shape: NodeShape) => settingsFor(shape, { shims: [server.archive('two')] });
const twoCgroupfs = (shape: NodeShape) => ({ ...two(shape), systemdCgroup: false });
const works: Works = ({ loaded, shim }) => loaded !== undefined && shim !== undefined;
const onlyOneWorks: Works = (picture) => works(picture) && picture.shim?.startsWith('one') === true;
const usesCgroupfs: Works = ({ loaded }) => JSON.stringify(loaded ?? {}).includes('"SystemdCgroup":false');

const CHANGES: readonly Change[] = [
  { name: 'a first install', to: one, works, ends: 'new' },
  { name: 'a first install that does not run', to: one, works: () => false, ends: 'old' },
  { name: 'a new shim', from: one, to: two, works, ends: 'new' },
  { name: 'a new shim that does not run', from: one, to: two, works: onlyOneWorks, ends: 'old' },
  { name: 'a new shim with another table', from: one, to: twoCgroupfs, works, ends: 'new' },
  { name: 'a new table that does not run', from: one, to: twoCgroupfs, works: onlyOneWorks, ends: 'old' },
  {
    name: 'a table on which containerd does not start',
    from: one,
    to: twoCgroupfs,
    works,
    starts: (picture) => !usesCgroupfs(picture),
    ends: 'old',
  },
  { name: 'an uninstall', from: one, to: (shape) => ({ ...one(shape), state: 'absent' }), works, ends: 'new' },
];

type Recovery = (node: FixtureNode, settings: AgentSettings, judge: Works) => Promise<boolean>;

const RECOVERIES: Readonly<Record<'in a new pod' | 'in the same pod' | 'after a reboot', Recovery>> = {
  'in a new pod': (node, settings, judge) => node.run(settings, judge),
  'in the same pod': (node, settings, judge) => node.runOn(settings, judge),
  'after a reboot': (node, settings, judge) => {
    node.restartContainerd();
    return node.run(settings, judge);
  },
};

/** Of every way of configuring containerd one goes through all recoveries; the others differ from it in their texts. */
const THOROUGH = [
  'kubeadm with containerd 1.7',
  'kubeadm with containerd 2.4',
  'k3s with containerd 2.1',
  'k0s with containerd 2.1',
];
const recoveriesOf = (shape: NodeShape) =>
  THOROUGH.includes(shape.name) ? Object.values(RECOVERIES) : [RECOVERIES['in a new pod']];

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Starts where the change starts from. */
async function nodeBefore({ from, works, starts }: Change, shape: NodeShape): Promise<FixtureNode> {
  const node = new FixtureNode(shape, starts);
  if (from !== undefined) await node.run(from(shape), works);
  return node;
}

/** What the change makes of a node when nobody is killed. */
async function undisturbed(change: Change, shape: NodeShape) {
  const node = await nodeBefore(change, shape);
  const before = node.picture();
  await node.run(change.to(shape), change.works);
  const after = { picture: node.picture(), steps: node.stepsTaken };
  node.remove();
  return { before, after: after.picture, steps: after.steps };
}

/** The settings name files of the node, and so does the table's path: a table without its shim is a node in between. */
function expectWhole({ configured, loaded, shim }: NodePicture): void {
  expect(loaded).toEqual(configured);
  expect(configured === undefined || shim !== undefined).toBe(true);
}

let cases = 0;
afterAll(() => console.info(`killed and run again: ${cases} cases`));

describe.each(NODE_SHAPES.map((shape) => [shape.name, shape] as const))('%s', (_name, shape) => {
  const possible = CHANGES.filter(({ starts }) => starts === undefined || shape.settings.style !== 'directory');
  test.each(possible.map((change) => [change.name, change] as const))(
    '%s, killed after each step',
    async (_, change) => {
      const { before, after, steps } = await undisturbed(change, shape);
      expect(after).toEqual(change.ends === 'old' ? before : expect.not.objectContaining(before));
      expect(steps).toBeGreaterThan(1);
      const killed = async (step: number, recover: Recovery) => {
        const node = await nodeBefore(change, shape);
        const settings = change.to(shape);
        expect(await node.run(settings, change.works, step)).toBe(false);
        const { configured, shim } = node.picture();
        expect(configured === undefined || shim !== undefined).toBe(true); // should the node restart now
        await recover(node, settings, change.works);
        expectWhole(node.picture());
        expect(node.picture()).toEqual(after);
        expect(node.undrainedRestarts).toBe(0);
        node.remove();
        cases += 1;
      };
      const all = upTo(steps).flatMap((step) => recoveriesOf(shape).map((recover) => killed(step, recover)));
      await Promise.all(all); // they share nothing
    },
  );
});

test('killed twice, at any two steps', async () => {
  const shape = shapeOf('kubeadm with containerd 2.4');
  for (const change of CHANGES) {
    const { after, steps } = await undisturbed(change, shape);
    for (let first = 1; first <= steps; first++) {
      for (let second = 1; ; second++) {
        const node = await nodeBefore(change, shape);
        const settings = change.to(shape);
        await node.run(settings, change.works, first);
        const ended = await node.run(settings, change.works, second);
        if (!ended) await node.run(settings, change.works);
        expectWhole(node.picture());
        expect(node.picture()).toEqual(after);
        expect(node.undrainedRestarts).toBe(0);
        node.remove();
        cases += 1;
        if (ended) break; // the second run has fewer steps
      }
    }
  }
}, 120_000);

test('killed, and told otherwise before it runs again: back to what was there', async () => {
  const shape = shapeOf('eks with containerd 1.7');
  const change = CHANGES.find(({ name }) => name === 'a new table that does not run');
  if (change === undefined) throw new Error('no such change');
  const { before, steps } = await undisturbed(change, shape);
  for (let step = 1; step <= steps; step++) {
    const node = await nodeBefore(change, shape);
    await node.run(change.to(shape), change.works, step);
    await node.run(one(shape), works);
    expect(node.picture()).toEqual(before);
    expectWhole(node.picture());
    node.remove();
    cases += 1;
  }
});
