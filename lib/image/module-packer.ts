import { ImageFormat } from '../runtime/vocabulary';
import { once } from './once';
import { packArtifact } from './packer/artifact';
import { type ImagePackable, packImage } from './packer/image';
import { type PackedImage, sha256 } from './packer/oci';

/** The formats a module can be packed in. */
export const PACKED_FORMATS: readonly ImageFormat[] = [ImageFormat.ARTIFACT, ImageFormat.IMAGE];

/** Packs one module. Everything is computed once, when it is first needed: an artifact costs one hash of the module. */
export interface ModulePacker {
  moduleDigest(): string;
  /** @param format one of `PACKED_FORMATS` */
  packed(format: ImageFormat): PackedImage;
}

export function modulePacker(packable: ImagePackable): ModulePacker {
  const moduleDigest = once(() => sha256(packable.bytes));
  const artifact = once(() => packArtifact({ ...packable, digest: moduleDigest() }));
  const image = once(() => packImage(packable));
  return { moduleDigest, packed: (format) => (format === ImageFormat.ARTIFACT ? artifact() : image()) };
}
