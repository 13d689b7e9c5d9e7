import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../../test/e2e/lab';

/** Memory of one pod, MiB. */
export interface PodMemory {
  /** PSS of processes in the pod's cgroup: guest, pause. */
  readonly inside: number;
  /** PSS of the others, which only the RuntimeClass' overhead stands for: the shim and what it starts. */
  readonly outside: number;
  /** What the cgroup counts, without file pages that nobody used for a while: what the kubelet calls working set. */
  readonly workingSet: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly cgroup: string;
}

/** @param uids of pods on the node. PSS: a page that n processes share counts 1/n for each */
export function memoryOf(node: LabNode, uids: readonly string[]): readonly PodMemory[] {
  const all = processes();
  return uids.map((uid) => {
    const inside = all.filter(({ cgroup }) => cgroup.includes(`pod${uid}`));
    const sandbox = sandboxOf(inside, all);
    const outside = all.filter((one) => !inside.includes(one) && belongs(one, sandbox, all));
    return { inside: pss(inside), outside: pss(outside), workingSet: workingSet(node, uid) };
  });
}

/** Its shim has it on its command line. */
function sandboxOf(inside: readonly Process[], all: readonly Process[]): string {
  for (const one of inside) {
    for (const ancestor of ancestors(one, all)) {
      const [, id] = /containerd-shim\S* .*-id ([0-9a-f]{64})/.exec(ancestor.command) ?? [];
      if (id !== undefined) return id;
    }
  }
  throw new Error(`no shim among the ancestors of ${inside.map(({ command }) => command).join(', ')}`);
}

const belongs = (one: Process, sandbox: string, all: readonly Process[]): boolean =>
  [one, ...ancestors(one, all)].some(({ command }) => command.includes(`-id ${sandbox}`));

function ancestors({ parent }: Process, all: readonly Process[]): Process[] {
  const found = all.find(({ pid }) => pid === parent);
  return found === undefined ? [] : [found, ...ancestors(found, all)];
}

/** Of the whole machine. */
export function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
      try {
        const [, parent = '0'] = /\) \S (\d+)/.exec(read('stat')) ?? [];
        const command = read('cmdline').replaceAll('\0', ' ');
        return [{ pid: Number(pid), parent: Number(parent), command, cgroup: read('cgroup') }];
      } catch {
        return []; // it ended in the meantime
      }
    });
}

function pss(of: readonly Process[]): number {
  const sizes = of.map(({ pid }) => /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
  return sizes.reduce((sum, kilobytes) => sum + Number(kilobytes) / 1024, 0);
}

/** In either version of cgroups. */
function workingSet(node: LabNode, uid: string): number {
  const trees = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'].map((tree) => join(tree, node.state.cgroup, 'kubepods'));
  for (const tree of trees) {
    for (const quality of ['besteffort', 'burstable', '']) {
      const folder = join(tree, quality, `pod${uid}`);
      const usage = text(join(folder, 'memory.usage_in_bytes')) ?? text(join(folder, 'memory.current'));
      if (usage === undefined) continue;
      const [, unused = '0'] = /^(?:total_)?inactive_file (\d+)/m.exec(text(join(folder, 'memory.stat')) ?? '') ?? [];
      return (Number(usage) - Number(unused)) / 2 ** 20;
    }
  }
  throw new Error(`pod ${uid} has no cgroup`);
}

function text(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
