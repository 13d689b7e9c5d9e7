import { InspectionError } from './inspection-error';
import { LIMITS } from './limits';

// A byte order mark is part of a name here: names are compared byte by byte.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads forward through bytes nobody vouches for. Every read moves on, so the work is linear in the length. */
export class Reader {
  public position = 0;
  /** Reads may not go beyond this: the end of the section that is being read. */
  public limit: number;
  /** Reads so far, so that a test can see the work is bounded. */
  public reads = 0;
  private nameBytes = 0;

  public constructor(public readonly bytes: Uint8Array) {
    this.limit = bytes.length;
  }

  /** One byte. */
  public byte(expected: string): number {
    this.reads += 1;
    if (this.position >= this.limit) throw this.surprise(expected);
    return this.bytes[this.position++];
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  public u32(expected: string): number {
    const at = this.position;
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte(expected);
      value += (byte % 128) * factor;
      if (byte < 128) {
        if (value > 0xffffffff) throw this.surprise(`${expected} of at most 32 bits`, at);
        return value;
      }
      if (factor === 128 ** 4) throw this.surprise(`${expected} of at most 5 bytes`, at);
    }
  }

  /** A length of something that is kept: more than `most` is an error, whatever the file has room for. */
  public count(what: string, most: number): number {
    const at = this.position;
    const count = this.u32(`the number of ${what}`);
    if (count > most) throw new InspectionError(at, `at most ${most} ${what}`, String(count));
    return count;
  }

  /** Passes over a LEB128 number of any kind, up to 64 bits. */
  public skipNumber(expected: string): void {
    for (let length = 1; this.byte(expected) >= 128; length += 1) {
      if (length === 10) throw this.surprise(`${expected} of at most 10 bytes`);
    }
  }

  /** A name: its length, then UTF-8. */
  public name(what: string): string {
    const at = this.position;
    const length = this.u32(`the length of ${what}`);
    if (length > LIMITS.nameBytes) {
      throw new InspectionError(at, `${what} of at most ${LIMITS.nameBytes} bytes`, `${length} bytes`);
    }
    const end = this.position + length;
    if (end > this.limit) throw this.surprise(`${what} of ${length} bytes`, this.limit);
    this.nameBytes += length;
    if (this.nameBytes > LIMITS.namesBytes) {
      throw new InspectionError(at, `at most ${LIMITS.namesBytes} bytes of names`, 'more');
    }
    const start = this.position;
    this.position = end;
    try {
      return UTF8.decode(this.bytes.subarray(start, end));
    } catch {
      throw new InspectionError(start, `${what} in UTF-8`, 'other bytes');
    }
  }

  /** The error for what is at `at`. */
  public surprise(expected: string, at = this.position): InspectionError {
    return new InspectionError(at, expected, this.describe(at));
  }

  private describe(at: number): string {
    if (at >= this.bytes.length) return 'the end of the file';
    if (at >= this.limit) return 'the end of the section';
    return `byte 0x${this.bytes[at].toString(16).padStart(2, '0')}`;
  }
}
