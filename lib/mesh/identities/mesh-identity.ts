import { type CertManagerOptions, certManager } from './cert-manager';
import type { IMeshIdentity } from './identity';

/** Where the certificates of a mesh come from. */
export class MeshIdentity {
  /** A Certificate of cert-manager for each service. */
  public static certManager(options: CertManagerOptions): IMeshIdentity {
    return certManager(options);
  }

  private constructor() {}
}
