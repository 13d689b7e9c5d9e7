import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HandOver, type Verdict } from '../../../agent/hand-over';
import type { HostAgent } from '../../../agent/host-agent';
import type { Locations } from '../../../agent/locations';
import { NodeState } from '../../../agent/node-state';
import { apply } from '../../../agent/phases/apply';
import { place } from '../../../agent/phases/place';
import { settle } from '../../../agent/phases/settle';
import { Refusal } from '../../../agent/refusal';
import { guarded, reported } from '../../../agent/run-phase';
import { ShimStore } from '../../../agent/shim/shim-store';
import type { AgentSettings } from '../../../lib/node-pool/installers/agent-settings';
import type { NodeShape } from './node-shapes';
import { newScratch } from './scratch';
import { handlerTables, tomlDocument } from './toml-document';

/** What a node is once everything has come to rest; two states are the same when these are. */
export interface NodePicture {
  /** The handler's table as the files have it, by plugin. */
  readonly configured: unknown;
  /** The same as containerd read it when it was last started. */
  readonly loaded: unknown;
  /** The shim that a new pod would get. */
  readonly shim: string | undefined;
}

/** A directory tree shaped like a node, with a containerd that is only as real as its last reading of its files. */
export class FixtureNode {
  public readonly root = newScratch();
  /** The agent's steps, and its failures as it says them. */
  public readonly said: string[] = [];
  public readonly refusals: string[] = [];
  public restarts = 0;
  /** Start of the oldest pod under the handler, as a probe finds it. */
  public oldestPod: number | undefined;
  public drains: 'well' | 'in vain' = 'well';
  private drained = false;
  /** Restarts of containerd under pods that nobody had asked to go. */
  public undrainedRestarts = 0;
  public lastVerdict: Verdict | undefined;
  private loaded: unknown;
  private handOver = new HandOver(this.locations('first'));
  private killAt: number | undefined;
  private steps = 0;

  public constructor(
    public readonly shape: NodeShape,
    /** What containerd thinks of a table when it starts. */
    private readonly starts: (picture: NodePicture) => boolean = () => true,
  ) {
    for (const [path, content] of Object.entries(shape.files)) this.write(path, content);
    this.loaded = this.configured();
  }

  /**
   * All phases, as the pods of one DaemonSet revision would run them. @param works whether the probe runs
   * @param killAt the step after which the process is gone
   */
  public async run(
    settings: AgentSettings,
    works: (picture: NodePicture) => boolean,
    killAt?: number,
  ): Promise<boolean> {
    this.newPod();
    return this.runPhases(['place', 'drain', 'apply', 'prove', 'settle'], settings, works, killAt);
  }

  /** As the kubelet does it: the container that was killed again, in the same pod, and then the others. */
  public async runOn(settings: AgentSettings, works: (picture: NodePicture) => boolean): Promise<boolean> {
    const phases = ['place', 'drain', 'apply', 'prove', 'settle'];
    return this.runPhases(phases.slice(phases.indexOf(this.phase)), settings, works);
  }

  public picture(): NodePicture {
    return { configured: this.configured(), loaded: this.loaded, shim: this.shim() };
  }

  public read(path: string): string | undefined {
    const file = join(this.root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  public readBytes(path: string): Buffer | undefined {
    const file = join(this.root, path);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  public write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  public effective(): string[] {
    return this.shape.effective((path) => this.read(path));
  }

  /** As a reboot or somebody else's restart does it. */
  public restartContainerd(): void {
    this.loaded = this.configured();
  }

  public get stepsTaken(): number {
    return this.steps;
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  public locations(pod: string): Locations {
    const handOver = join(this.root, 'hand-over', pod);
    mkdirSync(handOver, { recursive: true });
    return {
      settings: '',
      hostRoot: this.root,
      handOver,
      serviceAccount: '',
      apiServer: '',
      node: 'node-1',
      pod,
      namespace: 'kube-system',
      port: 0,
      restartSettleMs: 0,
    };
  }

  private phase = 'place';
  private pods = 0;

  private newPod(): void {
    this.handOver = new HandOver(this.locations(`pod-${++this.pods}`));
  }

  /** @returns whether all phases came to their end */
  private async runPhases(
    phases: readonly string[],
    settings: AgentSettings,
    works: (picture: NodePicture) => boolean,
    killAt?: number,
  ): Promise<boolean> {
    this.steps = 0;
    this.killAt = killAt;
    for (const phase of phases) {
      this.phase = phase;
      if (await this.isKilledIn(this.runPhase(phase, settings, works))) return false;
    }
    this.lastVerdict = await this.handOver.verdict();
    return true;
  }

  private killed: () => void = () => undefined;

  /** A process that is killed does nothing any more, no `finally` either: the phase waits for ever at its step. */
  private isKilledIn(work: Promise<void>): Promise<boolean> {
    const killed = new Promise<boolean>((resolve) => {
      this.killed = () => resolve(true);
    });
    return Promise.race([work.then(() => false), killed]);
  }

  private async runPhase(phase: string, settings: AgentSettings, works: (p: NodePicture) => boolean): Promise<void> {
    const agent = this.agent(settings);
    const tell = (line: string) => void this.refusals.push(line);
    if (phase === 'place') await guarded('place', this.handOver, () => place(agent), tell);
    if (phase === 'drain') await guarded('drain', this.handOver, () => this.drain(), tell);
    if (phase === 'apply') await guarded('apply', this.handOver, () => apply(agent), tell);
    if (phase === 'prove') await guarded('prove', this.handOver, () => this.prove(settings, works), tell);
    if (phase === 'settle') await reported('settle', this.handOver, () => settle(agent), tell);
  }

  private async drain(): Promise<void> {
    this.drained = (await this.handOver.plan())?.restartsContainerd === true;
    if (this.drained && this.drains === 'in vain') throw new Refusal('a pod does not go');
  }

  private async prove(settings: AgentSettings, works: (picture: NodePicture) => boolean): Promise<void> {
    if (this.drains === 'in vain') throw new Error('the probe ran on a node that was not drained');
    if (settings.state === 'present' && !works(this.picture())) throw new Refusal('the probe did not run');
    const { oldestPod } = this;
    await this.handOver.writeVerdict({ proven: true, ...(oldestPod !== undefined && { oldestPod }) });
  }

  private agent(settings: AgentSettings): HostAgent {
    const locations = this.locations(`pod-${this.pods}`);
    return {
      settings,
      locations,
      handOver: this.handOver,
      store: new ShimStore(settings, locations),
      state: new NodeState(settings, locations),
      architecture: 'amd64',
      alone: (work) => work(),
      restart: async () => {
        this.restarts += 1;
        if (!this.drained) this.undrainedRestarts += 1;
        this.loaded = undefined;
        const picture = { ...this.picture(), loaded: this.configured() };
        if (!this.starts(picture)) throw new Refusal('containerd.service does not start');
        this.loaded = picture.loaded;
      },
      step: async (what) => {
        this.said.push(what);
        if (++this.steps !== this.killAt) return;
        this.killed();
        await new Promise(() => undefined);
      },
    };
  }

  private configured(): unknown {
    return handlerTables(this.effective().map(tomlDocument), 'wasmtime');
  }

  private shim(): string | undefined {
    const link = join(this.root, '/opt/cdk8s-wasm/wasmtime/bin/containerd-shim-wasmtime-v1');
    try {
      return readFileSync(join(dirname(link), readlinkSync(link)), 'latin1')
        .slice(64, 80)
        .split('\0')[0];
    } catch {
      return undefined;
    }
  }
}
