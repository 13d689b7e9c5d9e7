import { daemonSet } from './daemon-set';
import type { DaemonSetInstallerOptions } from './daemon-set.options';
import type { IShimInstaller } from './installer';
import { krustlet } from './krustlet';
import type { KrustletInstallerOptions } from './krustlet.options';
import { type PreinstalledOptions, preinstalled } from './preinstalled';

/** How shims get onto the nodes of a pool. */
export class ShimInstaller {
  /**
   * A DaemonSet brings the shim to every node of the pool, configures containerd, proves that something runs under the
   * handler, and only then gives the node to pods. Without privileged containers; verified by sha256; a failure leaves
   * or restores what was there. The pool needs a `distribution`.
   *
   * Reported by the pool: WASM0413 – WASM0423, and what is wrong with the probe's image.
   */
  public static daemonSet(options: DaemonSetInstallerOptions): IShimInstaller {
    return daemonSet(options);
  }

  /** They are there already: baked into the image, or installed by somebody else. */
  public static preinstalled(options: PreinstalledOptions = {}): IShimInstaller {
    return preinstalled(options);
  }

  /**
   * What a Krustlet needs before it can join the cluster: the rights of its bootstrap token and, if wanted, the token.
   * Krustlet itself is started outside the cluster, on a machine of its own: it was never published as an image, and
   * there is no DaemonSet of it. Two things remain to be done by hand: `kubectl certificate approve HOSTNAME-tls` when
   * it starts, which nothing in a cluster does for it, and again within a year, as it renews no certificate.
   *
   * Reported by the pool: WASM0413, WASM0424, WASM0425.
   * @deprecated Krustlet is unmaintained since October 2023. Use `daemonSet()` with WasmRuntime.WASMTIME.
   */
  public static krustlet(options: KrustletInstallerOptions = {}): IShimInstaller {
    return krustlet(options);
  }

  private constructor() {}
}
