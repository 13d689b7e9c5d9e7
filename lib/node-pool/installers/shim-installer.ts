import type { IShimInstaller } from './installer';
import { type PreinstalledOptions, preinstalled } from './preinstalled';

/** How shims get onto the nodes of a pool. */
export class ShimInstaller {
  /** They are there already: baked into the image, or installed by somebody else. */
  public static preinstalled(options: PreinstalledOptions = {}): IShimInstaller {
    return preinstalled(options);
  }

  private constructor() {}
}
