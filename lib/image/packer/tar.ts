import { gzipSync } from 'fflate';

const BLOCK = 512;

/**
 * A ustar archive with one executable file that belongs to root and has no age.
 * The bit for execution is not for the kernel: a shim that sees a file without it may decline the container.
 */
export function tarOf(name: string, bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  const field = (offset: number, text: string) => header.write(text, offset, 'latin1');
  field(0, name);
  field(100, '0000755\0'); // mode
  field(108, '0000000\0'); // uid
  field(116, '0000000\0'); // gid
  field(124, `${bytes.length.toString(8).padStart(11, '0')}\0`);
  field(136, '00000000000\0'); // mtime
  field(148, '        '); // the checksum counts itself as spaces
  field(156, '0'); // a regular file
  field(257, 'ustar\x0000');
  field(265, 'root');
  field(297, 'root');
  const sum = header.reduce((total, byte) => total + byte, 0);
  field(148, `${sum.toString(8).padStart(6, '0')}\0 `);

  const padded = Math.ceil(bytes.length / BLOCK) * BLOCK;
  const archive = new Uint8Array(BLOCK + padded + 2 * BLOCK); // two empty blocks end it
  archive.set(header);
  archive.set(bytes, BLOCK);
  return archive;
}

/**
 * gzip whose bytes are the same everywhere; zlib's differ between builds of Node. `mem` is fixed too: the default
 * is computed from a logarithm, whose last digit is the machine's.
 */
export const gzip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 6, mem: 8, mtime: 0 });
