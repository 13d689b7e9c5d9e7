import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_PROGRAM } from '../../lib/node-pool/installers/agent-program';
import type { AgentPhase, AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { FakeSystemd } from './support/fake-systemd';
import { FixtureNode } from './support/fixture-node';
import { shapeOf } from './support/node-shapes';
import { newScratch } from './support/scratch';
import { settingsFor } from './support/settings';
import { BINARY, elf, ShimServer } from './support/shim-server';

// The bundle itself, in processes of its own, killed by the kernel: files, lock and systemd's socket as on a node.

const shape = shapeOf('kubeadm with containerd 2.4');
const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
const scratch = newScratch();
const program = join(scratch, 'agent.cjs');
const murderer = join(scratch, 'murderer.cjs');

let server: ShimServer;
beforeAll(async () => {
  server = await ShimServer.start();
  writeFileSync(program, AGENT_PROGRAM);
  writeFileSync(murderer, MURDERER);
});
afterAll(async () => {
  await server.stop();
});

test('installs, goes on after a SIGKILL at any step, and restarts containerd no more than needed', async () => {
  let killed = 0;
  for (let step = 1; ; step++) {
    const node = await RealNode.start();
    const settings = settingsFor(shape, { shims: [shim('one')] });
    const ended = await node.run(settings, step);
    if (!ended) await node.run(settings);
    expect(node.fixture.effective().join('\n')).toContain('runtime_path = "/opt/cdk8s-wasm/wasmtime/bin/');
    expect(node.linkedShim()).toEqual(elf('one', ELF_MACHINE));
    expect(node.systemd.restarted.length).toBeGreaterThanOrEqual(1);
    expect(node.systemd.restarted.length).toBeLessThanOrEqual(2); // killed after the restart, before it was recorded
    await node.stop();
    if (ended) break;
    killed += 1;
  }
  expect(killed).toBeGreaterThan(6);
  console.info(`killed by SIGKILL and run again: ${killed} cases`);
}, 120_000);

test('a containerd that does not come back has its old file again', async () => {
  const node = await RealNode.start();
  node.systemd.onRestart = (unit) => {
    const bad = node.fixture.effective().join('\n').includes('wasmtime');
    Object.assign(
      unit,
      bad ? { active: 'failed', sub: 'failed' } : { active: 'active', sub: 'running', since: unit.since + 1 },
    );
  };
  await node.run(settingsFor(shape, { shims: [shim('one')] }));
  expect(node.said).toContain(
    'apply: containerd.service does not start (failed, failed); the previous configuration is in place again',
  );
  expect(node.systemd.restarted).toHaveLength(2);
  expect(node.fixture.read('/etc/containerd/config.toml')).toBe(shape.files['/etc/containerd/config.toml']);
  expect(node.fixture.picture().shim).toBeUndefined();
  await node.stop();
}, 30_000);

test('two agents of one node wait for each other', async () => {
  const node = await RealNode.start();
  const one = settingsFor(shape, { shims: [shim('one')] });
  const other = { ...one, handler: 'wasmtime-next' };
  await node.phase('place', one, 'one');
  await node.phase('place', other, 'other');
  await Promise.all([node.phase('apply', one, 'one'), node.phase('apply', other, 'other')]);
  const text = node.fixture.effective().join('\n');
  expect(text).toContain('runtimes."wasmtime"]');
  expect(text).toContain('runtimes."wasmtime-next"]');
  expect(node.systemd.restarted).toHaveLength(2);
  await node.stop();
}, 30_000);

const ELF_MACHINE = architecture === 'arm64' ? 183 : 62;
const shim = (name: string) => server.serve(`/${name}`, elf(name, ELF_MACHINE), architecture);

/** Kills its process after so many lines that begin with `step: `, as they are written. */
const MURDERER = `
const write = process.stderr.write.bind(process.stderr);
let left = Number(process.env.STEPS_TO_LIVE);
process.stderr.write = (line, ...more) => {
  const written = write(line, ...more);
  if (String(line).startsWith('step: ') && --left === 0) process.kill(process.pid, 'SIGKILL');
  return written;
};
`;

class RealNode {
  public static async start(): Promise<RealNode> {
    const fixture = new FixtureNode(shape);
    mkdirSync(join(fixture.root, 'run/systemd'), { recursive: true });
    const units = { 'containerd.service': { active: 'active', sub: 'running', since: 1 } };
    return new RealNode(fixture, await FakeSystemd.start(join(fixture.root, 'run/systemd/private'), units));
  }

  public said = '';
  private steps = 0;

  private constructor(
    public readonly fixture: FixtureNode,
    public readonly systemd: FakeSystemd,
  ) {}

  /** The phases on the host; the probe in between always runs. @returns false when it was killed */
  public async run(settings: AgentSettings, killAt = 0): Promise<boolean> {
    this.steps = 0;
    for (const phase of ['place', 'apply', 'prove', 'settle'] as const) {
      if (phase === 'prove') this.prove();
      else if (!(await this.phase(phase, settings, 'pod', killAt))) return false;
    }
    return true;
  }

  public async phase(phase: AgentPhase, settings: AgentSettings, pod: string, killAt = 0): Promise<boolean> {
    const file = join(this.fixture.root, `settings-${pod}.json`);
    writeFileSync(file, JSON.stringify(settings));
    const { handOver, hostRoot } = this.fixture.locations(pod);
    const child = spawn('node', ['--require', murderer, program, phase], {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: {
        PATH: process.env.PATH,
        AGENT_ROOT: hostRoot,
        AGENT_HAND_OVER: handOver,
        AGENT_SETTINGS: file,
        AGENT_RESTART_SETTLE_MS: '50',
        STEPS_TO_LIVE: String(killAt - this.steps),
      },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
      this.steps += text.split('step: ').length - 1;
    });
    const [code, signal] = await once(child, 'close');
    if (signal === 'SIGKILL') return false;
    expect({ phase, code, said: this.said }).toMatchObject({ code: 0 });
    return true;
  }

  public linkedShim(): Buffer | undefined {
    return this.fixture.readBytes(`/opt/cdk8s-wasm/wasmtime/bin/${BINARY}`);
  }

  public async stop(): Promise<void> {
    await this.systemd.stop();
    this.fixture.remove();
  }

  private prove(): void {
    const { handOver } = this.fixture.locations('pod');
    writeFileSync(join(handOver, 'verdict.json'), JSON.stringify({ proven: true }));
  }
}
