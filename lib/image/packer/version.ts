/**
 * Two packers with one version make the same digests of the same bytes. It changes with every rule that goes into
 * a digest: manifests, configs, tar, annotations, what the inspector concludes for them, and the gzip of fflate 0.8.3.
 */
export const PACKER_VERSION = '1';
