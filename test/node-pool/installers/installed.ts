import {
  type DaemonSetInstallerOptions,
  Distribution,
  NodeProvisioner,
  ShimInstaller,
  type WasmNodePoolProps,
} from '../../../lib';
import { moduleImage, platform } from '../../support/programs';

export const SHA256 = { amd64: 'a'.repeat(64), arm64: 'b'.repeat(64) };

export const shim = (architecture: 'amd64' | 'arm64') => ({
  architecture,
  url: `https://shims.example/containerd-shim-wasmtime-${architecture}.tar.gz`,
  sha256: SHA256[architecture],
});

export const daemonSet = (more: Partial<DaemonSetInstallerOptions> = {}) =>
  ShimInstaller.daemonSet({ shims: [shim('amd64'), shim('arm64')], probe: { image: moduleImage('probe') }, ...more });

/** A pool of nodes that exist, on which a DaemonSet installs the shim. */
export const installed = (more: Partial<DaemonSetInstallerOptions> = {}, props: Partial<WasmNodePoolProps> = {}) =>
  platform({
    distribution: Distribution.KUBEADM,
    provisioner: NodeProvisioner.existing({ nodeSelector: { 'example.com/pool': 'edge' } }),
    installer: daemonSet(more),
    ...props,
  });
