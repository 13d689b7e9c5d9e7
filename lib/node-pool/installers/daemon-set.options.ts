import type { Duration } from 'cdk8s';
import type { EnvValue, ISecret } from 'cdk8s-plus-28';
import type { WasmImage } from '../../image';
import type { ImageFormat } from '../../runtime';
import type { Taint } from '../taint';

/** What the installer brings about. */
export enum ShimState {
  /** The shim is on every node of the pool. */
  PRESENT = 'present',
  /**
   * It is taken away from every node again, after its pods have left. Synthesise this, wait until the DaemonSet is
   * ready, then remove the pool: deleting the DaemonSet alone leaves the nodes as they are.
   */
  ABSENT = 'absent',
}

/** A shim to download, for one architecture. */
export interface ShimBinary {
  /** Kubernetes' name of it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `https://…` or `http://…`: a tar, gzipped or not, with the binary in it, or the binary itself. WASM0419 otherwise. */
  readonly url: string;
  /** Of what the URL gives: 64 hexadecimal digits in lower case, checked before anything is unpacked. WASM0419 otherwise. */
  readonly sha256: string;
}

/**
 * Something that runs under the handler on a node before the node is given to pods. A handler that containerd lists
 * proves nothing: it lists those whose shim does not exist, too.
 */
export interface ShimProbe {
  /** Ends with exit code 0, or runs for five seconds. */
  readonly image: WasmImage;
  /** Image format to pull. @default - the first one that runtime and image both know */
  readonly format?: ImageFormat;
  /** @default - what the runtime wants for the image's format, else what the image says */
  readonly command?: string[];
  /** @default - what the image says */
  readonly args?: string[];
  /** From its creation to its end, pull and compilation included. @default Duration.minutes(2) */
  readonly timeout?: Duration;
}

/** A proxy for the download of shims. */
export interface DownloadProxy {
  /** Such as `http://proxy.example:3128`; may come from a Secret in the namespace of the installer. */
  readonly url: EnvValue;
  /** Hosts that are asked directly, as `NO_PROXY` has them. @default - none */
  readonly noProxy?: string[];
}

/**
 * A DaemonSet that installs a containerd shim on every node of the pool, proves that it runs, and only then lets pods
 * in. Nothing is restarted under a running Wasm pod: nodes whose handler table changes are drained first, one at a
 * time; a new version of a shim needs no restart.
 */
export interface DaemonSetInstallerOptions {
  /** One for each architecture of the pool. WASM0417 for one without, WASM0418 for one with two. */
  readonly shims: ShimBinary[];
  readonly probe: ShimProbe;
  /** @default ShimState.PRESENT */
  readonly state?: ShimState;
  /**
   * Where the installer and its probes run. It must admit host paths: Pod Security `privileged`. A WasmPolicy of the
   * program exempts it.
   * @default - `kube-system`
   */
  readonly namespace?: string;
  /** Node.js 22 or later with flock(1), as `name@sha256:…`; WASM0420 for a tag. @default - the official image, Node.js 24 */
  readonly image?: string;
  /** For the images of agent and probe; in the namespace of the installer. @default - none */
  readonly imagePullSecrets?: ISecret[];
  /**
   * Where shims are kept on the node; its file system must allow programs. WASM0422 for one that is shared.
   * @default - `/opt/cdk8s-wasm`
   */
  readonly installDirectory?: string;
  /**
   * How long a node's Wasm pods may take to leave before a restart of containerd. After that the node goes on as it
   * was and the installer tries again later.
   * @default Duration.minutes(5)
   */
  readonly drainTimeout?: Duration;
  /** @default - shims are downloaded directly */
  readonly proxy?: DownloadProxy;
  /**
   * Whether the kubelet's `cgroupDriver` is systemd; the shim has to agree, or pods have no metrics.
   * @default - what is usual for the distribution
   */
  readonly systemdCgroup?: boolean;
  /** SELinux type of the containers that change the node: `spc_t` where SELinux is enforced. @default - the runtime's */
  readonly seLinuxType?: string;
  /**
   * Keeps pods off new nodes until their shim runs, where a provisioner launches them. cluster-autoscaler wants a key
   * that begins with `startup-taint.cluster-autoscaler.kubernetes.io/`.
   * @default - `readiness.k8s.io/wasm-HANDLER:NoSchedule`, which Karpenter knows for a passing one
   */
  readonly startupTaint?: Taint;
}
