export type { RuntimeClassReference } from './imported-node-pool';
export {
  type DaemonSetInstallerOptions,
  type DownloadProxy,
  type ShimBinary,
  type ShimProbe,
  ShimState,
} from './installers/daemon-set.options';
export type { IShimInstaller } from './installers/installer';
export type { KrustletBootstrapToken, KrustletInstallerOptions } from './installers/krustlet.options';
export type { PreinstalledOptions } from './installers/preinstalled';
export { ShimInstaller } from './installers/shim-installer';
export { WasmNodePool } from './node-pool';
export type { NodePoolIntent } from './node-pool.intent';
export type { PodOverhead, WasmNodePoolProps } from './node-pool.props';
export type { IWasmNodePool } from './placement';
export type { ExistingNodesOptions } from './provisioners/existing';
export type { KarpenterNodeClass, KarpenterOptions, KarpenterRequirement } from './provisioners/karpenter.options';
export { NodeProvisioner } from './provisioners/node-provisioner';
export { type INodeProvisioner, NodeGate } from './provisioners/provisioner';
export { type KubernetesTaint, type KubernetesToleration, Taint, TaintEffect } from './taint';
