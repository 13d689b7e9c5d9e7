import { cpus, loadavg, totalmem } from 'node:os';
import { containerdRecipe, KUBERNETES_VERSION, runcRecipe } from '../../test/e2e/tools';
import { processes } from './pod-memory';

/** Where and when: figures without it say nothing. */
export function conditions(loadBefore: readonly number[], othersBefore: number, minutes: number): string {
  const [cpu] = cpus();
  const load = (averages: readonly number[]) => averages.map((one) => one.toFixed(2)).join(', ');
  return [
    `Kubernetes ${KUBERNETES_VERSION}, containerd ${containerdRecipe.version}, runc ${runcRecipe.version}`,
    `shim: ${process.env.BENCH_SHIM ?? 'unknown'}`,
    `Node ${process.version}, ${process.platform} ${process.arch}`,
    `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `load average ${load(loadBefore)} before and ${load(loadavg())} after, a run of ${minutes.toFixed(1)} min`,
    `other clusters on the machine: ${othersBefore} before, ${otherClusters()} after`,
  ].join('; ');
}

/** They take CPU, and share pages with ours: an API server each, and the nsenter that waits for it. */
export const otherClusters = (): number =>
  processes().filter(({ command }) => /^(?!nsenter ).* kube-apiserver --/.test(command)).length - 1;
