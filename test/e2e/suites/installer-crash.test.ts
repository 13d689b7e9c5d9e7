import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { App, Chart } from 'cdk8s';
import type { AgentPhase } from '../../../lib/node-pool/installers/agent-settings';
import { handlerTables, tomlDocument } from '../../agent/support/toml-document';
import { until } from '../../conformance/machine/until';
import { shimProgram } from '../cluster/cluster';
import { program } from '../cluster/control-plane';
import { type Archive, Installation, Surroundings } from '../installation';
import { Lab, type LabNode } from '../lab';
import { BY_HAND, pushed, wasmPod } from '../pods';
import { containerdRecipe } from '../tools';

// Each case installs another handler: a first install, on a node that has those of the cases before. A reboot is not
// among them: these nodes have no kernel of their own.

const lab = Lab.connect();
let surroundings: Surroundings;
let shim: Archive;
let command: string;

interface Crash {
  readonly phase: AgentPhase;
  /** The step after which it is killed. @default - as soon as it runs */
  readonly after?: string;
  /** The kubelet is killed, too, and comes back later. */
  readonly withKubelet?: true;
  /** What it comes to, both lives together. @default 1 */
  readonly restarts?: number;
}

const CRASHES: readonly Crash[] = [
  { phase: 'place', after: 'shim stored' },
  { phase: 'drain' },
  { phase: 'apply', after: 'attempt recorded' },
  { phase: 'apply', after: 'shim linked' },
  { phase: 'apply', after: 'config.toml written' },
  { phase: 'apply', after: 'config.toml written', withKubelet: true },
  { phase: 'apply', after: 'containerd restarted', restarts: 2 }, // nobody has written down that it was
  { phase: 'apply', after: 'restart recorded' },
  { phase: 'prove' },
  { phase: 'settle', after: 'success recorded' },
  { phase: 'settle', after: 'attempt removed' },
  { phase: 'hold' },
];

const titleOf = ({ phase, after, withKubelet }: Crash): string =>
  `${phase} ${after === undefined ? 'as soon as it runs' : `after "${after}"`}${withKubelet ? ', and the kubelet' : ''}`;

/** Two at a time, one a node: nodes of two pools do not wait for each other. */
const PAIRS = CRASHES.slice(0, CRASHES.length / 2).map((one, index) => {
  const other = CRASHES[index + CRASHES.length / 2] as Crash;
  return [titleOf(one), titleOf(other), index, [one, other]] as const;
});

const files = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-crash-'));

beforeAll(async () => {
  const [wrapper, hook] = [join(files, 'node'), join(files, 'freeze.cjs')];
  writeFileSync(wrapper, '#!/bin/sh\nexec /usr/local/bin/node.real --require /freeze.cjs "$@"\n', { mode: 0o755 });
  writeFileSync(hook, FREEZE);
  const nodes = ['wasm-1', 'wasm-2'].map((name) => lab.node(name));
  surroundings = await Surroundings.prepare(lab, nodes, {
    '/usr/local/bin/node': wrapper,
    '/usr/local/bin/node.real': process.execPath,
    '/freeze.cjs': hook,
  });
  shim = surroundings.archive('crash', shimProgram().path);
  command = await pushed(lab, 'command');
  await lab.api.apply(BY_HAND);
}, 120_000);

afterAll(async () => {
  await lab.undeploy(); // others have an installer, too
  await surroundings.remove();
  rmSync(files, { recursive: true, force: true });
  lab.close();
}, 60_000);

/** Where the node says after which step the agent is to stand still, and where the agent says that it does. */
const ORDER = '/opt/cdk8s-wasm/freeze';
const FROZEN = '/opt/cdk8s-wasm/frozen';

/** Stands still for ever after a step: what is killed then has done this much and no more. */
const FREEZE = `
const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (line, ...more) => {
  const written = write(line, ...more);
  const order = '/host${ORDER}';
  if (String(line).startsWith('step: ') && existsSync(order) && String(line).includes(readFileSync(order, 'utf8'))) {
    rmSync(order);
    writeFileSync('/host${FROZEN}', '');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  return written;
};
`;

test.each(PAIRS)(
  'killed in %s; in %s',
  async (_one, _other, index, crashes) => {
    const trials = crashes.map((crash, number) => new Trial(lab.node(`wasm-${number + 1}`), crash, `crash-${index}`));
    await Promise.all(trials.map((trial) => trial.run()));
  },
  120_000,
);

/** One crash on one node. */
class Trial {
  private readonly installation: Installation;
  /** What containerd would have read, had it started at that moment. */
  private readonly dumps: string[] = [];

  public constructor(
    private readonly node: LabNode,
    private readonly crash: Crash,
    private readonly handler: string,
  ) {
    const { name } = node.state;
    const nodeSelector = { 'kubernetes.io/hostname': name };
    this.installation = new Installation(lab, { name: `only-${name}`, handler, nodes: [node], nodeSelector });
  }

  public async run(): Promise<void> {
    const before = surroundings.restarts(this.node);
    await this.look();
    const ended = new AbortController();
    const watched = this.watch(ended.signal);
    await this.install();
    await this.kill();
    await this.installation.labelled('ready', 60);
    await this.look();
    ended.abort();
    await watched;
    expect(surroundings.restarts(this.node) - before).toBe(this.crash.restarts ?? 1);
    this.expectOldOrNew();
    await this.expectUsable();
  }

  private async install(): Promise<void> {
    const { after } = this.crash;
    mkdirSync(this.node.path('/opt/cdk8s-wasm'), { recursive: true });
    if (after !== undefined) writeFileSync(this.node.path(ORDER), after);
    const app = new App();
    this.installation.pool(new Chart(app, `${this.handler}-${this.node.state.name}`), shim);
    await lab.deploy(app);
    await this.installation.again(); // a rollout would wait for the pods of the case before
  }

  /** From the node, as the kernel does it when memory runs out. */
  private async kill(): Promise<void> {
    const { phase, after, withKubelet = false } = this.crash;
    if (after !== undefined) {
      await until(`it stands still after "${after}"`, 60, async () => existsSync(this.node.path(FROZEN)) || undefined);
      rmSync(this.node.path(FROZEN));
      await this.look();
    }
    const startKubelet = withKubelet ? await killKubelet(this.node) : undefined;
    await until(`${phase} is killed`, 60, () => killed(this.node, '-f', `/agent/agent.cjs ${phase}`));
    await startKubelet?.();
  }

  private async look(): Promise<void> {
    this.dumps.push(await this.node.run(program(containerdRecipe, 'containerd'), 'config', 'dump'));
  }

  private async watch(ended: AbortSignal): Promise<void> {
    for (; !ended.aborted; await delay(500)) await this.look();
  }

  /** All that was there, and of the new handler everything or nothing. */
  private expectOldOrNew(): void {
    const tables = [...new Set(this.dumps)].map((dump) => handlerTables([tomlDocument(dump)], this.handler));
    const table = {
      runtime_type: 'io.containerd.wasmtime.v1',
      runtime_path: `/opt/cdk8s-wasm/${this.handler}/bin/containerd-shim-wasmtime-v1`,
    };
    expect(tables).toEqual([undefined, { 'io.containerd.cri.v1.runtime': expect.objectContaining(table) }]);
  }

  /** Nothing is left of the attempt, and a pod of the handler that was always there starts. */
  private async expectUsable(): Promise<void> {
    const { name } = this.node.state;
    const { spec } = await lab.get(`/api/v1/nodes/${name}`);
    expect(spec.unschedulable).toBeUndefined();
    expect(existsSync(this.node.path(`/opt/cdk8s-wasm/${this.handler}/attempt.json`))).toBe(false);
    const other = wasmPod('crash', `other-${name}`, {
      image: command,
      spec: { nodeSelector: { 'kubernetes.io/hostname': name } },
    });
    expect(await lab.runToEnd(other)).toMatchObject({ code: 0 });
  }
}

/** @returns undefined while there is nothing to kill */
const killed = (node: LabNode, ...which: string[]): Promise<true | undefined> =>
  node.run('pkill', '-KILL', ...which).then(
    () => true,
    () => undefined,
  );

/** @returns what starts it again as it was */
async function killKubelet(node: LabNode): Promise<() => Promise<unknown>> {
  const numbers = (await node.run('pgrep', '-x', 'kubernetes')).trim().split('\n'); // kubelet and kube-proxy
  const programs = numbers.map((number) => ({ number, words: commandLine(node, number) }));
  const kubelet = programs.find(({ words }) => words.includes('kubelet'));
  if (kubelet === undefined) throw new Error('the node has no kubelet');
  await node.run('kill', '-KILL', kubelet.number);
  const log = join(node.state.scratch, 'kubelet.log');
  return () => node.run('sh', '-c', 'log=$1; shift; "$@" >>"$log" 2>&1 </dev/null &', 'sh', log, ...kubelet.words);
}

const commandLine = (node: LabNode, number: string): string[] =>
  readFileSync(node.path(`/proc/${number}/cmdline`), 'utf8')
    .split('\0')
    .filter((word) => word !== '');
