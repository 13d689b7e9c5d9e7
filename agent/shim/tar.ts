import { Refusal } from '../refusal';

export interface TarEntry {
  readonly name: string;
  readonly isFile: boolean;
  /** Read it before going on, or not at all. */
  content(): AsyncGenerator<Buffer>;
}

/** The entries of a tar (ustar, GNU long names, pax paths), one after the other, without holding any file in memory. */
export async function* tarEntries(archive: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const input = new BlockReader(archive);
  let longName: string | undefined;
  for (;;) {
    const header = await input.exactly(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) return;
    const size = sizeOf(header);
    const type = header.toString('latin1', 156, 157);
    if (type === 'L' || type === 'x') {
      const text = ((await input.exactly(padded(size))) ?? Buffer.alloc(0)).toString('utf8', 0, size);
      longName = type === 'L' ? upToNul(text) : (text.match(/(?:^|\n)\d+ path=([^\n]*)\n/)?.[1] ?? longName);
      continue;
    }
    let left = size;
    yield {
      name: longName ?? nameOf(header),
      isFile: type === '0' || type === '\0',
      async *content() {
        for (; left > 0; ) {
          const chunk = await input.some(left);
          left -= chunk.length;
          yield chunk;
        }
      },
    };
    longName = undefined;
    await input.skip(left + padded(size) - size);
  }
}

const BLOCK = 512;
const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;
const upToNul = (text: string): string => text.split('\0', 1)[0] ?? '';

function nameOf(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? upToNul(header.toString('utf8', 345, 500)) : '';
  const name = upToNul(header.toString('utf8', 0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

function sizeOf(header: Buffer): number {
  const size = Number.parseInt(upToNul(header.toString('latin1', 124, 136)).trim(), 8);
  if (!Number.isSafeInteger(size)) throw new Refusal('what was downloaded is not a tar archive');
  return size;
}

/** Chunks of any size, read in sizes of one's own. */
class BlockReader {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  public constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Undefined at the very end. */
  public async exactly(count: number): Promise<Buffer | undefined> {
    while (this.rest.length < count) {
      const { done, value } = await this.source.next();
      if (done) {
        if (this.rest.length === 0) return undefined;
        throw new Refusal('the archive ends too early');
      }
      this.rest = Buffer.concat([this.rest, value]);
    }
    return this.take(count);
  }

  /** At least one byte and at most `count`. */
  public async some(count: number): Promise<Buffer> {
    if (this.rest.length === 0) {
      const { done, value } = await this.source.next();
      if (done) throw new Refusal('the archive ends too early');
      this.rest = value;
    }
    return this.take(Math.min(count, this.rest.length));
  }

  public async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.some(left)).length;
  }

  private take(count: number): Buffer {
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return taken;
  }
}
