import type { IConstruct } from 'constructs';
import type { Distribution, WasmRuntime } from '../runtime';
import type { KubernetesToleration } from './taint';

/** Nodes on which services can be put: a pool of this program, or one made elsewhere. */
export interface IWasmNodePool extends IConstruct {
  readonly runtime: WasmRuntime;
  /** Undefined where nothing is known about the nodes. */
  readonly distribution?: Distribution;
  /** Undefined where the runtime is a kubelet of its own. */
  readonly runtimeClassName?: string;
  /** What the RuntimeClass adds to the node selector of every pod. */
  readonly runtimeClassNodeSelector: Record<string, string>;
  /** What a pod has to add to its node selector itself. */
  readonly podNodeSelector: Record<string, string>;
  /** What a pod has to add to its tolerations itself. */
  readonly podTolerations: KubernetesToleration[];
  /** Undefined where it is recent enough for everything. */
  readonly kubernetesVersion?: string;
  /** Undefined where it is recent enough for everything. */
  readonly containerdVersion?: string;
}
