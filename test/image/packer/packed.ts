import type { Blob } from '../../../lib/image/packer/oci';

/** The one blob of a media type. */
export function only(blobs: readonly Blob[], mediaType?: string): Blob {
  const found = blobs.filter((one) => mediaType === undefined || one.mediaType === mediaType);
  if (found.length !== 1) throw new Error(`${found.length} blobs of ${mediaType ?? 'any type'}`);
  return found[0];
}

export const json = ({ bytes }: Blob): Record<string, unknown> => JSON.parse(Buffer.from(bytes).toString('utf8'));
