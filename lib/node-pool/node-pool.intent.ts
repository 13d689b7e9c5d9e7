import type { Distribution, WasmRuntime } from '../runtime';
import type { KubernetesTaint, KubernetesToleration, Taint } from './taint';

/** What a pool comes to, for those who make its nodes and those who install its shims. */
export interface NodePoolIntent {
  /** Name of the pool, a DNS label. */
  readonly name: string;
  readonly runtime: WasmRuntime;
  readonly distribution?: Distribution;
  /** containerd handler; undefined where the runtime is a kubelet. */
  readonly handler?: string;
  /** Undefined where the runtime needs none. */
  readonly runtimeClassName?: string;
  /** Labels that nodes of the pool register with. */
  readonly labels: Record<string, string>;
  /** The taint that keeps other pods away. */
  readonly taint: Taint;
  /** Taints that somebody takes off when the shim runs; empty where nobody would. */
  readonly startupTaints: Taint[];
  /** What every node of the pool carries from the start, shim or no shim; empty where nothing tells it apart. */
  readonly memberSelector: Record<string, string>;
  /** What leads pods to these nodes. */
  readonly nodeSelector: Record<string, string>;
  readonly tolerations: KubernetesToleration[];
  /** Kubernetes names: `amd64`, `arm64`. */
  readonly architectures: string[];
  /** Memory a pod costs outside its cgroup, MiB. */
  readonly overheadMemoryMiB?: number;
  /** CPU a pod costs outside its cgroup, as a Kubernetes quantity. */
  readonly overheadCpu?: string;
  readonly kubernetesVersion?: string;
  readonly containerdVersion?: string;
}

/** Keys of labels and taints that are ours. Nodes may not label themselves in a domain of Kubernetes. */
export const POOL_LABEL = 'cdk8s-wasm.dev/pool';
export const readyLabels = (handler: string): Record<string, string> => ({
  [`cdk8s-wasm.dev/shim-${handler}`]: 'ready',
});

export const toKubernetes = (taints: readonly Taint[]): KubernetesTaint[] =>
  taints.map((taint) => taint.toKubernetes());
