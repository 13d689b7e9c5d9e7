// The part of the D-Bus wire format that systemd's manager interface needs, little-endian.
// https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol

export interface MethodCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Strings only; nothing else is sent. */
  readonly parameters: readonly string[];
}

export interface Message {
  readonly type: number;
  readonly replySerial?: number;
  readonly errorName?: string;
  readonly signature: string;
  readonly body: Buffer;
}

export const METHOD_RETURN = 2;
export const ERROR = 3;
const METHOD_CALL = 1;

export function encodeCall(serial: number, call: MethodCall): Buffer {
  const body = new Writer();
  for (const parameter of call.parameters) body.string(parameter);
  const fields = new Writer();
  fields.field(1, 'o', call.path);
  fields.field(2, 's', call.interface);
  fields.field(3, 's', call.member);
  fields.field(6, 's', call.destination);
  if (call.parameters.length > 0) fields.field(8, 'g', 's'.repeat(call.parameters.length));
  const head = new Writer();
  head.bytes(Buffer.from(['l'.charCodeAt(0), METHOD_CALL, 0, 1]));
  head.uint32(body.length);
  head.uint32(serial);
  head.uint32(fields.length);
  head.bytes(fields.toBuffer());
  head.align(8);
  return Buffer.concat([head.toBuffer(), body.toBuffer()]);
}

/** The length of the message at the start of `bytes`, or undefined while its fixed part is not there as a whole. */
export function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined;
  if (bytes[0] !== 'l'.charCodeAt(0)) throw new Error('a D-Bus message of the other byte order');
  return aligned(16 + bytes.readUInt32LE(12), 8) + bytes.readUInt32LE(4);
}

export function decode(bytes: Buffer): Message {
  const end = 16 + bytes.readUInt32LE(12);
  const reader = new Reader(bytes, 16);
  const fields = new Map<number, string | number>();
  while (reader.offset < end) {
    reader.align(8);
    const code = reader.byte();
    fields.set(code, reader.variant());
  }
  const serial = fields.get(5);
  const error = fields.get(4);
  return {
    type: bytes.readUInt8(1),
    ...(typeof serial === 'number' && { replySerial: serial }),
    ...(typeof error === 'string' && { errorName: error }),
    signature: String(fields.get(8) ?? ''),
    body: bytes.subarray(aligned(end, 8)),
  };
}

/** The first value of a body that is a string, an object path, a number or a variant of those. */
export function firstValue({ signature, body }: Message): string | number {
  const reader = new Reader(body, 0);
  return signature.startsWith('v') ? reader.variant() : reader.value(signature[0] ?? '');
}

const aligned = (offset: number, size: number): number => Math.ceil(offset / size) * size;

class Writer {
  private readonly parts: Buffer[] = [];
  public length = 0;

  public bytes(bytes: Buffer): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  public align(size: number): void {
    this.bytes(Buffer.alloc(aligned(this.length, size) - this.length));
  }

  public uint32(value: number): void {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.bytes(bytes);
  }

  public string(text: string): void {
    const bytes = Buffer.from(`${text}\0`);
    this.uint32(bytes.length - 1);
    this.bytes(bytes);
  }

  public signature(text: string): void {
    this.bytes(Buffer.from([text.length]));
    this.bytes(Buffer.from(`${text}\0`));
  }

  /** A header field: its code and a variant. */
  public field(code: number, type: 'o' | 's' | 'g', value: string): void {
    this.align(8);
    this.bytes(Buffer.from([code]));
    this.signature(type);
    if (type === 'g') this.signature(value);
    else this.string(value);
  }

  public toBuffer(): Buffer {
    return Buffer.concat(this.parts);
  }
}

class Reader {
  public constructor(
    private readonly bytes: Buffer,
    public offset: number,
  ) {}

  public align(size: number): void {
    this.offset = aligned(this.offset, size);
  }

  public byte(): number {
    return this.bytes.readUInt8(this.offset++);
  }

  public variant(): string | number {
    return this.value(this.text(this.byte()));
  }

  public value(type: string): string | number {
    switch (type) {
      case 's':
      case 'o':
        return this.text(this.uint32());
      case 'g':
        return this.text(this.byte());
      case 'u':
      case 'b':
        return this.uint32();
      case 't': {
        this.align(8);
        this.offset += 8;
        return Number(this.bytes.readBigUInt64LE(this.offset - 8));
      }
      default:
        throw new Error(`a D-Bus value of the type "${type}" was not expected`);
    }
  }

  private uint32(): number {
    this.align(4);
    this.offset += 4;
    return this.bytes.readUInt32LE(this.offset - 4);
  }

  private text(length: number): string {
    this.offset += length + 1;
    return this.bytes.toString('utf8', this.offset - length - 1, this.offset - 1);
  }
}
