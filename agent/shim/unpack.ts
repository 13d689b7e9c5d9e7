import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../refusal';
import { tarEntries } from './tar';

type Chunks = AsyncIterable<Buffer>;

/** The shim in what was downloaded: a gzipped tar, a plain tar, or the binary itself, told apart by their first bytes. */
export async function unpack(file: string, binary: string, take: (content: Chunks) => Promise<void>): Promise<void> {
  const gzipped = (await firstBytes(file, 2)).equals(GZIP);
  const stream = createReadStream(file);
  const content: Chunks = gzipped ? stream.pipe(createGunzip()).on('close', () => stream.destroy()) : stream;
  if (gzipped || (await looksLikeTar(file))) return takeFromTar(content, binary, take);
  await take(content);
}

async function takeFromTar(archive: Chunks, binary: string, take: (content: Chunks) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  for await (const entry of tarEntries(archive)) {
    if (entry.isFile && basename(entry.name) === binary) return take(entry.content());
    if (seen.length < 10) seen.push(entry.name);
  }
  throw new Refusal(`the archive holds no ${binary}, but ${seen.join(', ') || 'nothing'}`);
}

/** The content as it is, once its first bytes are those of a program for the architecture; else a Refusal. */
export async function* runningOn(architecture: string, content: Chunks): AsyncGenerator<Buffer> {
  let held: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of content) {
    if (held === undefined) {
      yield chunk;
      continue;
    }
    held = Buffer.concat([held, chunk]);
    if (held.length < ELF_HEADER) continue;
    assertProgramFor(architecture, held);
    yield held;
    held = undefined;
  }
  if (held !== undefined) throw new Refusal('the shim is not an ELF program');
}

function assertProgramFor(architecture: string, head: Buffer): void {
  if (!head.subarray(0, 4).equals(ELF)) throw new Refusal('the shim is not an ELF program');
  if (head.readUInt16LE(MACHINE_OFFSET) !== ELF_MACHINES[architecture]) {
    throw new Refusal(`the shim is not a program for ${architecture}`);
  }
}

const ELF_HEADER = 20;
const MACHINE_OFFSET = 18;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ELF = Buffer.from('\x7fELF', 'latin1');
const ELF_MACHINES: Readonly<Record<string, number>> = { amd64: 62, arm64: 183 };

async function looksLikeTar(file: string): Promise<boolean> {
  return (await firstBytes(file, 262)).subarray(257).toString('latin1') === 'ustar';
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    await file.read(bytes, 0, count, 0);
    return bytes;
  } finally {
    await file.close();
  }
}
