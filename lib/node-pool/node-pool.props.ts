import type { Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';
import type { Distribution, WasmRuntime } from '../runtime';
import type { IShimInstaller } from './installers/installer';
import type { INodeProvisioner } from './provisioners/provisioner';
import type { Taint } from './taint';

/** What a pod costs on its node outside its own cgroup: the shim, its zygote, its helper. */
export interface PodOverhead {
  /** @default - none */
  readonly memory?: Size;
  /** @default - none */
  readonly cpu?: Cpu;
}

export interface WasmNodePoolProps {
  readonly runtime: WasmRuntime;
  /** Where the nodes come from. @default NodeProvisioner.existing() */
  readonly provisioner?: INodeProvisioner;
  /** How the shim gets onto them. @default ShimInstaller.preinstalled() */
  readonly installer?: IShimInstaller;
  /** What kind of nodes these are; strategies are checked against it. @default - unknown: nothing is checked */
  readonly distribution?: Distribution;
  /** Name of the pool, a DNS label. @default - the id */
  readonly name?: string;
  /** Name of the RuntimeClass. @default - `HANDLER-NAME`: another handler needs another object, since it is immutable */
  readonly runtimeClassName?: string;
  /** containerd handler. @default - the runtime's; runtime-class-manager calls Spin's `spin-v2` */
  readonly handler?: string;
  /** Keeps other pods off these nodes; the RuntimeClass tolerates it. @default - `cdk8s-wasm.dev/pool=NAME:NoSchedule` */
  readonly taint?: Taint;
  /** Labels of the nodes besides `cdk8s-wasm.dev/pool=NAME`. @default - none */
  readonly labels?: Record<string, string>;
  /** `amd64` and `arm64` are what shims are built for. @default - both */
  readonly architectures?: string[];
  /**
   * Added to what the scheduler counts for each pod; `{}` for none.
   * @default - the runtime's observed figure: 32 MiB for the shims of runwasi
   */
  readonly overhead?: PodOverhead;
  /** Kubernetes of the cluster, such as `1.30`. @default - recent enough for everything */
  readonly kubernetesVersion?: string;
  /** containerd of the nodes, such as `1.7.27`. @default - recent enough for everything */
  readonly containerdVersion?: string;
}
