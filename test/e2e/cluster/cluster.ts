import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { shimRecipe } from '../shim.recipe';
import { kubernetesRecipe } from '../tools';
import { ControlPlane, program } from './control-plane';
import { Node } from './node';

/** What another process has to know. */
export interface ClusterState {
  readonly scratch: string;
  /** Of a user with every right. */
  readonly token: string;
  readonly kubeconfig: string;
  /** File of the authority that the API server's certificate is from. */
  readonly ca: string;
  /** Process whose network is the control plane's. */
  readonly control: number;
  readonly nodes: readonly NodeState[];
}

export interface NodeState {
  readonly name: string;
  readonly ip: string;
  readonly cgroup: string;
  /** First process of its namespaces. */
  readonly pid: number;
  readonly scratch: string;
}

const SHIM = 'containerd-shim-wasmtime-v1';

/** A control plane with three real nodes. */
export class Cluster {
  public static async start(say: (line: string) => void): Promise<Cluster> {
    const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-'));
    const begin = Date.now();
    const guard = watch(scratch);
    try {
      const plane = await ControlPlane.start(join(scratch, 'control'));
      say(`control plane after ${((Date.now() - begin) / 1000).toFixed(1)} s`);
      plane.startCertManager();
      plane.startMetricsServer();
      await plane.startKwok();
      const shim = shimProgram();
      const handlers = { wasmtime: { type: 'io.containerd.wasmtime.v1', program: shim.path } };
      const nodes = await Promise.all([
        ...[1, 2].map((number) =>
          Node.start(plane, join(scratch, `wasm-${number}`), {
            name: `wasm-${number}`,
            number: 10 + number,
            labels: { 'cdk8s-wasm.dev/pool': 'edge' },
            taints: ['cdk8s-wasm.dev/pool=edge:NoSchedule'],
            handlers,
          }),
        ),
        Node.start(plane, join(scratch, 'linux-1'), {
          name: 'linux-1',
          number: 13,
          labels: { 'cdk8s-wasm.dev/shim-wasmtime': 'ready' },
          handlers,
        }),
      ]);
      say(`${nodes.length} nodes after ${((Date.now() - begin) / 1000).toFixed(1)} s; shim: ${shim.said}`);
      return new Cluster(scratch, plane, nodes, guard, shim.said);
    } catch (error) {
      throw new Error(`the cluster did not come up: ${String(error)}\n${logsOf(scratch)}`);
    }
  }

  private constructor(
    public readonly scratch: string,
    public readonly plane: ControlPlane,
    /** Two that only Wasm pods of the pool `edge` go to, and one for everything else, which has a shim too. */
    public readonly nodes: readonly Node[],
    private readonly guard: number,
    /** Which shim its Wasm nodes have. */
    public readonly shim: string,
  ) {}

  /** For the processes that judge it. */
  public get state(): ClusterState {
    const { plane, scratch } = this;
    const nodes = this.nodes.map(({ options, ip, namespaces, cgroup }) => ({
      name: options.name,
      ip,
      cgroup,
      pid: namespaces.pid,
      scratch: namespaces.scratch,
    }));
    const { token, kubeconfig } = plane.admin;
    return { scratch, token, kubeconfig, ca: plane.pki.path('ca.crt'), control: plane.namespaces.pid, nodes };
  }

  public get kubectlCommand(): string {
    const enter = `nsenter -t ${this.plane.namespaces.pid} -n`;
    return `${enter} ${program(kubernetesRecipe, 'kubernetes')} kubectl --kubeconfig=${this.plane.admin.kubeconfig}`;
  }

  /** Logs of every program and pod, and every object, in a folder that outlives the cluster. @returns the folder */
  public async saveEvidence(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-evidence-'));
    for (const file of logFiles(this.scratch))
      cpSync(join(this.scratch, file), join(folder, file.replaceAll('/', '-')));
    for (const { namespaces, options } of this.nodes) {
      const pods = join(namespaces.scratch, 'pods');
      if (existsSync(pods)) cpSync(pods, join(folder, `pods-${options.name}`), { recursive: true });
    }
    for (const kinds of ['all,events', 'nodes,runtimeclasses', 'configmaps,networkpolicies']) {
      const objects = await this.plane
        .kubectl('get', kinds, '-A', '-o', 'yaml')
        .catch((error: unknown) => String(error));
      writeFileSync(join(folder, `${kinds.replaceAll(',', '-')}.yaml`), objects);
    }
    return folder;
  }

  /** Leaves it running after this process has ended. */
  public keep(): void {
    process.kill(this.guard, 'SIGKILL');
  }

  public stop(): void {
    destroy(this.scratch);
  }
}

/** The shim of the machine where there is one, else the project's own. */
export function shimProgram(): { readonly path: string; readonly said: string } {
  const found = (process.env.PATH ?? '')
    .split(':')
    .map((directory) => join(directory, SHIM))
    .find(existsSync);
  if (found !== undefined) return { path: found, said: found };
  return { path: program(shimRecipe, SHIM), said: `the project's own, on Wasmtime ${shimRecipe.version}` };
}

/** Ends the cluster when this process ends, however it ends. @returns the guard's process id */
function watch(scratch: string): number {
  const script = writeDestruction(scratch);
  const waiting = `while kill -0 ${process.pid} 2>/dev/null; do sleep 1; done; exec sh ${script}`;
  const guard = spawn('sh', ['-c', waiting], { stdio: 'ignore', detached: true });
  guard.unref();
  return guard.pid ?? 0;
}

/** A file, so that no command line has its patterns in it: it would be found by them. */
function writeDestruction(scratch: string): string {
  const file = `${scratch}.down.sh`;
  writeFileSync(
    file,
    `pkill -KILL -f 'unshare .*${scratch}/' # the first processes die, the kernel ends the rest
for i in 1 2 3 4 5 6 7 8 9 10; do pgrep -f '${scratch}/' >/dev/null || break; sleep 0.3; done
for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
  find "$tree/${basename(scratch)}" -depth -type d -exec rmdir {} ';' 2>/dev/null
done
rm -rf '${scratch}' '${file}'
`,
  );
  return file;
}

/** Whatever is left of a cluster, from whichever process. */
export function destroy(scratch: string): void {
  execFileSync('sh', [writeDestruction(scratch)], { stdio: 'ignore' });
}

const logFiles = (scratch: string): string[] =>
  readdirSync(scratch, { recursive: true, encoding: 'utf8' }).filter((file) => /^[\w-]+\/[\w-]+\.log$/.test(file));

const logsOf = (scratch: string): string =>
  logFiles(scratch)
    .map((file) => `--- ${file}\n${execFileSync('tail', ['-n', '8', join(scratch, file)], { encoding: 'utf8' })}`)
    .join('\n');
