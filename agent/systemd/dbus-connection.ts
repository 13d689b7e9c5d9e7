import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import {
  decode,
  ERROR,
  encodeCall,
  firstValue,
  METHOD_RETURN,
  type Message,
  type MethodCall,
  messageLength,
} from './dbus-message';

/** What the other side answers to a call that it refuses. */
export class DbusError extends Error {
  public constructor(
    /** Such as `org.freedesktop.systemd1.NoSuchUnit`. */
    public readonly errorName: string,
    message: string,
  ) {
    super(message);
  }
}

/** A peer-to-peer connection, one call after the other: systemd's private socket has no bus behind it. */
export class DbusConnection {
  public static async open(path: string): Promise<DbusConnection> {
    const socket = createConnection(path);
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`${path} does not answer`)));
    await once(socket, 'connect');
    const connection = new DbusConnection(socket);
    await connection.authenticate();
    return connection;
  }

  private readonly chunks: AsyncIterator<Buffer>;
  private received: Buffer = Buffer.alloc(0);
  private serial = 0;

  private constructor(private readonly socket: Socket) {
    this.chunks = socket[Symbol.asyncIterator]();
  }

  /** @throws DbusError when it is refused */
  public async call(call: MethodCall): Promise<string | number> {
    const serial = ++this.serial;
    this.socket.write(encodeCall(serial, call));
    for (;;) {
      const message = await this.next();
      if (message.replySerial !== serial) continue; // a signal
      if (message.type === METHOD_RETURN) return resultOf(message);
      if (message.type === ERROR) throw new DbusError(message.errorName ?? '', String(resultOf(message)));
    }
  }

  public close(): void {
    this.socket.destroy();
  }

  /** As the uid that the kernel tells the other side anyway. */
  private async authenticate(): Promise<void> {
    const uid = String(process.getuid?.() ?? 0);
    this.socket.write(`\0AUTH EXTERNAL ${Buffer.from(uid).toString('hex')}\r\n`);
    const answer = await this.line();
    if (!answer.startsWith('OK ')) throw new Error(`systemd does not let uid ${uid} in: ${answer}`);
    this.socket.write('BEGIN\r\n');
  }

  private async line(): Promise<string> {
    for (;;) {
      const end = this.received.indexOf('\r\n');
      if (end !== -1)
        return this.take(end + 2)
          .toString('latin1')
          .trimEnd();
      await this.more();
    }
  }

  private async next(): Promise<Message> {
    for (;;) {
      const length = messageLength(this.received);
      if (length !== undefined && this.received.length >= length) return decode(this.take(length));
      await this.more();
    }
  }

  private async more(): Promise<void> {
    const { done, value } = await this.chunks.next();
    if (done) throw new Error('systemd has closed the connection');
    this.received = Buffer.concat([this.received, value]);
  }

  private take(count: number): Buffer {
    const taken = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return taken;
  }
}

const resultOf = (message: Message): string | number => (message.signature === '' ? '' : firstValue(message));

const SILENCE_MS = 60_000;
