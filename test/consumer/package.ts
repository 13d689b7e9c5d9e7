import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'node:zlib';
import { runWell } from '../examples/child';
import { CLONE } from '../examples/places';

/** The package as `npm publish` would send it. */
export interface PackedPackage {
  readonly file: string;
  /** Bytes of the tarball. */
  readonly sizeBytes: number;
  /** Path in the package → content. */
  readonly contents: ReadonlyMap<string, string>;
}

/** Runs `npm pack`, which only collects: what it collects must have been compiled before. */
export async function packPackage(into: string): Promise<PackedPackage> {
  requireCompiled();
  const { stdout } = await runWell('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', into], {
    cwd: CLONE,
  });
  const [{ filename, size }] = JSON.parse(stdout);
  const file = join(into, filename);
  return { file, sizeBytes: size, contents: untar(unzipSync(readFileSync(file))) };
}

/** @throws Error when there is nothing to pack; what is compiled may still be of older sources */
export function requireCompiled(): void {
  const missing = ['build/index.js', 'build/index.d.ts', '.jsii'].filter((file) => !existsSync(join(CLONE, file)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} missing: run npx projen compile`);
}

/** @see https://www.gnu.org/software/tar/manual/html_node/Standard.html npm needs no more of the format */
function untar(archive: Buffer): Map<string, string> {
  const BLOCK = 512;
  const field = (header: Buffer, from: number, length: number) =>
    header.toString('utf8', from, from + length).replace(/\0.*/s, '');
  const contents = new Map<string, string>();
  for (let at = 0; at < archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + BLOCK);
    const type = field(header, 156, 1);
    if (type !== '0') throw new Error(`entry of type ${type} at byte ${at}`);
    const name = [field(header, 345, 155), field(header, 0, 100)].filter((part) => part !== '').join('/');
    const size = Number.parseInt(field(header, 124, 12), 8);
    contents.set(name.replace(/^package\//, ''), archive.toString('utf8', at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return contents;
}
