import { sep } from 'node:path';
import { type Finding, LOCK_DISAGREES } from '../diagnostics';
import { ImageFormat, type WasmPayload } from '../runtime/vocabulary';
import { brokenOrigin } from './broken-origin';
import type { ImageOrigin } from './image-origin';
import type { Extern, Inspection } from './inspector/inspection';
import { type LockableModule, lockFindings } from './lock-check';
import { readModule } from './module-file';
import { annotationFindings, platformFindings } from './module-options.checks';
import { modulePacker, PACKED_FORMATS } from './module-packer';
import type { PackedImage } from './packer/oci';
import { DEFAULT_PLATFORMS, inOrder } from './packer/platform';
import { lastSegment, repositoryFindings } from './reference';
import type { WasmModuleOptions } from './wasm-module-options';

/** A module in a file: read and inspected now, packed in a format when somebody asks for its digest. */
export function moduleOrigin(path: string, options: WasmModuleOptions): ImageOrigin {
  const { repository, lock } = options;
  const platforms = inOrder(options.platforms ?? DEFAULT_PLATFORMS);
  const annotations = { ...options.annotations };
  const { module, findings: ofFile } = readModule(path);
  const ofRepository = repositoryFindings(repository);
  const findings = [...ofFile, ...ofRepository, ...platformFindings(platforms), ...annotationFindings(annotations)];
  // Without a name there is nothing to look up; what is wrong with the repository is said already.
  const name = options.lockName ?? (ofRepository.length === 0 ? lastSegment(repository) : undefined);
  const locked = lock === undefined || name === undefined ? undefined : { lock, name };
  const checked = (actual?: LockableModule): Finding[] =>
    locked === undefined ? findings : [...findings, ...lockFindings(locked.lock, locked.name, actual)];
  if (module === undefined) return brokenOrigin(path, checked());

  const { bytes, inspection } = module;
  const packer = modulePacker({ bytes, inspection, annotations, platforms });
  const actual = { source: path, platforms, packer };
  const recorded = (format: ImageFormat) => locked?.lock._entry(locked.name)?.formats.get(format)?.digest;
  const pack = (format: ImageFormat): PackedImage => {
    const packed = packer.packed(format);
    const digest = recorded(format) ?? packed.digest;
    if (locked === undefined || digest === packed.digest) return packed;
    const about = { lock: locked.lock._source, name: locked.name, source: path };
    throw LOCK_DISAGREES.error({ ...about, field: `${format} digest`, locked: digest, actual: packed.digest });
  };
  return {
    source: path,
    repository,
    guest: { ...describe(inspection), sizeBytes: bytes.length },
    formats: PACKED_FORMATS,
    findings: checked(findings.length === 0 ? actual : undefined),
    // What a lock says of the image is believed, because its other facts agree; `pack` computes and compares.
    digest: (format) => recorded(format) ?? pack(format).digest,
    pack,
    lockEntry: () => ({
      ...describe(inspection),
      payload: payloadOf(inspection, path),
      source: { path: path.split(sep).join('/'), sha256: packer.moduleDigest(), size: bytes.length },
      repository,
      formats: new Map([
        [ImageFormat.ARTIFACT, { digest: pack(ImageFormat.ARTIFACT).digest }],
        [ImageFormat.IMAGE, { digest: pack(ImageFormat.IMAGE).digest, platforms }],
      ]),
    }),
  };
}

function describe({ payload, kind, wasi, world, imports, exports, extensions, toolchain }: Inspection) {
  const names = (externs: readonly Extern[]) => externs.map(({ name }) => name);
  return { payload, kind, wasi, world, extensions, toolchain, imports: names(imports), exports: names(exports) };
}

/** Only images without errors are asked for their lock entry, and those have one. */
function payloadOf({ payload }: Inspection, path: string): WasmPayload {
  if (payload === undefined) throw new Error(`${path} has errors and no place in a lock`);
  return payload;
}
