import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chart, Duration } from 'cdk8s';
import { Distribution, NodeProvisioner, ShimInstaller, ShimState, Taint, WasmNodePool, WasmRuntime } from '../../lib';
import { FakeSystemd } from '../agent/support/fake-systemd';
import { until } from '../conformance/machine/until';
import type { Json } from '../support/programs';
import { CONTROL_IP } from './cluster/control-plane';
import { rootfsImage, withLibraries } from './cluster/images';
import type { Lab, LabNode } from './lab';
import { guest, pushed } from './pods';

const AGENT =
  'docker.io/library/node:24-alpine@sha256:d32cdf619f63fe0471182d08996dd516c6275bb5fd31ae06e55a570bd9e1ad43';
const BINARY = 'containerd-shim-wasmtime-v1';

/** A shim as its project publishes it. */
export interface Archive {
  readonly url: string;
  readonly sha256: string;
}

/** What an installation finds around it: shims to download, the agent's image, and a systemd on every node. */
export class Surroundings {
  /** @param extra files of the agent's image besides Node.js: path in the image → file of this machine */
  public static async prepare(lab: Lab, nodes: readonly LabNode[], extra = {}): Promise<Surroundings> {
    const programs = { node: [process.execPath, '/usr/local/bin/node'], flock: ['/usr/bin/flock'], sh: ['/bin/sh'] };
    const files = Object.values(programs).map(([from = '', to = from]) => withLibraries(from, to));
    await lab.standIn(AGENT, rootfsImage(Object.assign({}, ...files, extra), ['/usr/local/bin/node']));
    await pushed(lab, 'command');
    const surroundings = new Surroundings();
    await new Promise<void>((resolve) => surroundings.server.listen(0, CONTROL_IP, resolve));
    for (const node of nodes) surroundings.managers.set(node.state.name, await systemdOf(node));
    return surroundings;
  }

  /** By the node's name. */
  public readonly managers = new Map<string, FakeSystemd>();
  private readonly folder = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-shims-'));
  private readonly server: Server = createServer((request, reply) => {
    const file = join(this.folder, String(request.url));
    if (existsSync(file)) reply.end(readFileSync(file));
    else reply.writeHead(404).end();
  });

  private constructor() {}

  /** Packs a program as a project packs its shim, and offers it. */
  public archive(name: string, program: string): Archive {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    copyFileSync(program, join(folder, BINARY));
    const packed = `${folder}.tar.gz`;
    execFileSync('tar', ['-C', folder, '-czf', packed, '--mode=0755', BINARY]);
    const sha256 = createHash('sha256').update(readFileSync(packed)).digest('hex');
    const { port } = this.server.address() as { port: number };
    return { url: `http://${CONTROL_IP}:${port}/${name}.tar.gz`, sha256 };
  }

  /** How often containerd was restarted, on one node or on all. */
  public restarts(node?: LabNode): number {
    const managers = node === undefined ? [...this.managers.values()] : [this.managers.get(node.state.name)];
    return managers.reduce((sum, manager) => sum + (manager?.restarted.length ?? 0), 0);
  }

  public async remove(): Promise<void> {
    for (const systemd of this.managers.values()) await systemd.stop();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Restarts containerd as the agent asks for it. */
async function systemdOf(node: LabNode): Promise<FakeSystemd> {
  mkdirSync(node.path('/run/systemd'), { recursive: true });
  const units = { 'containerd.service': { active: 'active', sub: 'running', since: 1 } };
  const systemd = await FakeSystemd.start(node.path('/run/systemd/private'), units);
  const { onRestart } = systemd;
  systemd.onRestart = (unit) => {
    unit.active = 'activating';
    node.restartContainerd().then(
      () => onRestart(unit),
      () => Object.assign(unit, { active: 'failed', sub: 'failed' }),
    );
  };
  return systemd;
}

export interface InstallationOptions {
  /** Of the pool. */
  readonly name: string;
  readonly handler: string;
  readonly nodes: readonly LabNode[];
  /** What the nodes have in common, and no other node. */
  readonly nodeSelector: Record<string, string>;
}

/** One handler on the nodes of one pool, brought there by the agent. */
export class Installation {
  private readonly label: string;

  public constructor(
    private readonly lab: Lab,
    private readonly options: InstallationOptions,
  ) {
    this.label = `cdk8s-wasm.dev/shim-${options.handler}`;
  }

  public pool(chart: Chart, shim: Archive, state = ShimState.PRESENT): WasmNodePool {
    const { name, handler, nodeSelector } = this.options;
    return new WasmNodePool(chart, name, {
      runtime: WasmRuntime.WASMTIME,
      taint: Taint.noSchedule('cdk8s-wasm.dev/pool', 'edge'), // of both nodes, whichever pool they are in
      handler,
      distribution: Distribution.KUBEADM,
      architectures: ['amd64'],
      provisioner: NodeProvisioner.existing({ nodeSelector }),
      installer: ShimInstaller.daemonSet({
        shims: [{ architecture: 'amd64', ...shim }],
        probe: { image: guest('command'), timeout: Duration.seconds(25) },
        systemdCgroup: false, // these nodes have no systemd that would own cgroups
        state,
      }),
    });
  }

  /** What each node says about the handler. */
  public labels(): Promise<(string | undefined)[]> {
    return Promise.all(this.options.nodes.map(async (node) => (await this.metadata(node)).labels[this.label]));
  }

  /** Why it is not there, of each node that says so. */
  public async reasons(): Promise<string[]> {
    const all = await Promise.all(this.options.nodes.map((node) => this.metadata(node)));
    return all.flatMap(({ annotations = {} }) => annotations[`${this.label}-reason`] ?? []);
  }

  /** @param value undefined: no label. @throws with what the agents have said when it takes too long */
  public labelled(value: string | undefined, seconds = 150): Promise<unknown> {
    return until(`every node says ${value}`, seconds, async () => {
      return (await this.labels()).every((label) => label === value) || undefined;
    }).catch(async (error: unknown) => {
      const said = await Promise.all((await this.agents()).map((pod) => this.said(pod)));
      throw new Error(
        [String(error), ...(await this.reasons()), ...said, await this.lab.describe('kube-system')].join('\n'),
      );
    });
  }

  public agents(): Promise<Json[]> {
    const labels = { 'app.kubernetes.io/name': 'shim-installer', 'cdk8s-wasm.dev/pool': this.options.name };
    return this.lab.pods('kube-system', labels);
  }

  /** New agents now: they wait longer after each failure, and a new pod does not. */
  public async again(): Promise<void> {
    const before = await this.agents();
    for (const pod of before) await this.lab.remove(pod);
    await until('the agents from before are gone', 60, async () => {
      const left = await this.agents();
      return left.every(({ metadata }) => before.every((pod) => pod.metadata.uid !== metadata.uid)) || undefined;
    });
  }

  private async said({ metadata: { name, namespace }, spec }: Json): Promise<string> {
    const phases = [...spec.initContainers, ...spec.containers].map((container: Json) => container.name);
    const logs = phases.map(async (phase: string) => {
      const log = await this.lab.log(namespace, name, phase).catch(() => ''); // it has not run yet
      return `--- ${name} ${phase}\n${log}`;
    });
    return (await Promise.all(logs)).join('\n');
  }

  private async metadata(node: LabNode): Promise<Json> {
    return (await this.lab.get(`/api/v1/nodes/${node.state.name}`)).metadata;
  }
}
