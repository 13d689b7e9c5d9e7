import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../refusal';
import { tarEntries } from './tar';

type Chunks = AsyncIterable<Buffer>;

/** The shim in what was downloaded: a tar or the binary itself, either of them gzipped or not, told by their bytes. */
export async function unpack(file: string, binary: string, take: (content: Chunks) => Promise<void>): Promise<void> {
  const stream = createReadStream(file);
  try {
    const content = (await isGzip(file)) ? gunzipped(stream) : stream;
    const [head, whole] = await peeked(content, MAGIC_OFFSET + TAR.length);
    if (head.subarray(MAGIC_OFFSET).equals(TAR)) await takeFromTar(whole, binary, take);
    else await take(whole);
  } finally {
    stream.destroy();
  }
}

/** `pipe` alone does not pass errors on. */
function gunzipped(stream: Readable): Chunks {
  const unzip = createGunzip();
  stream.on('error', (error) => unzip.destroy(error));
  return stream.pipe(unzip);
}

/** The first bytes, at most `count`, and the same content from its start. */
async function peeked(content: Chunks, count: number): Promise<[Buffer, Chunks]> {
  const chunks = content[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  while (held.length < count) {
    const { done, value } = await chunks.next();
    if (done) break;
    held = Buffer.concat([held, value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield held;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  return [held.subarray(0, count), whole()];
}

const MAGIC_OFFSET = 257;
const TAR = Buffer.from('ustar');

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

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0);
    return bytesRead === GZIP.length && buffer.equals(GZIP);
  } finally {
    await file.close();
  }
}
