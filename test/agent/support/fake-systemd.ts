import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A unit of the fake manager. */
export interface FakeUnit {
  active: string;
  sub: string;
  /** Microseconds; another figure after each start. */
  since: number;
}

/**
 * systemd's private socket as the agent knows it: D-Bus on a socket without a bus. It reads and writes the wire format
 * with code of its own, and of two kinds: calls may be signed `ss` or `s`, answers are `o`, `v` or errors.
 */
export class FakeSystemd {
  public static async start(path: string, units: Record<string, FakeUnit>): Promise<FakeSystemd> {
    const fake = new FakeSystemd(units);
    fake.server.listen(path);
    await once(fake.server, 'listening');
    return fake;
  }

  /** Names of units that were restarted, in order. */
  public readonly restarted: string[] = [];
  /** What a restart does. @default - another time stamp, active */
  public onRestart: (unit: FakeUnit) => void = (unit) => {
    Object.assign(unit, { active: 'active', sub: 'running', since: unit.since + 1_000_000 });
  };
  /** Said to a signal-minded client before each answer. */
  public noisy = false;
  public deaf = false;

  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly units: Record<string, FakeUnit>) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      this.serve(socket).catch(() => socket.destroy());
    });
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(socket: Socket): Promise<void> {
    let pending = Buffer.alloc(0);
    let authenticated = false;
    for await (const chunk of socket) {
      pending = Buffer.concat([pending, chunk as Buffer]);
      while (!authenticated && pending.includes('\r\n')) {
        const end = pending.indexOf('\r\n');
        const line = pending.toString('latin1', 0, end).replace('\0', '');
        pending = pending.subarray(end + 2);
        if (line.startsWith('AUTH EXTERNAL ')) {
          const uid = Buffer.from(line.slice('AUTH EXTERNAL '.length), 'hex').toString();
          socket.write(uid === String(process.getuid?.()) ? `OK ${'0'.repeat(32)}\r\n` : 'REJECTED EXTERNAL\r\n');
        }
        if (line === 'AUTH EXTERNAL') socket.write('DATA\r\n');
        if (line === 'DATA') socket.write(`OK ${'0'.repeat(32)}\r\n`);
        if (line === 'NEGOTIATE_UNIX_FD') socket.write('ERROR\r\n');
        authenticated = line === 'BEGIN';
      }
      while (authenticated && pending.length >= 16) {
        const headerEnd = Math.ceil((16 + pending.readUInt32LE(12)) / 8) * 8;
        const length = headerEnd + pending.readUInt32LE(4);
        if (pending.length < length) break;
        if (!this.deaf) this.answer(socket, pending.subarray(0, length), headerEnd);
        pending = pending.subarray(length);
      }
    }
  }

  private answer(socket: Socket, message: Buffer, bodyAt: number): void {
    const serial = message.readUInt32LE(8);
    const text = message.toString('latin1', 16, bodyAt);
    const body = strings(message.subarray(bodyAt));
    if (this.noisy) socket.write(packet(4, 0, 's', string('noise')));
    const path = /\/org\/freedesktop\/systemd1(?:\/unit\/[A-Za-z0-9_]+)?/.exec(text)?.[0] ?? '';
    const name = decodeURIComponent(path.split('/unit/')[1]?.replaceAll('_', '%') ?? '');
    const has = (member: string) => text.includes(`${member}\0`);
    if (has('Hello')) socket.write(packet(2, serial, 's', string(':1.1')));
    else if (has('ResetFailedUnit')) this.reset(socket, serial, body[0] ?? '');
    else if (has('GetUnit')) this.getUnit(socket, serial, body[0] ?? '');
    else if (has('RestartUnit')) this.restart(socket, serial, body);
    else if (has('Get')) this.get(socket, serial, name, body);
    else socket.write(error(serial, 'org.freedesktop.DBus.Error.UnknownMethod', text));
  }

  private getUnit(socket: Socket, serial: number, name: string): void {
    if (this.units[name] === undefined) {
      socket.write(error(serial, 'org.freedesktop.systemd1.NoSuchUnit', `Unit ${name} not loaded.`));
    } else socket.write(packet(2, serial, 'o', string(pathOf(name))));
  }

  private reset(socket: Socket, serial: number, name: string): void {
    const unit = this.units[name];
    if (unit?.active === 'failed') Object.assign(unit, { active: 'inactive', sub: 'dead' });
    socket.write(packet(2, serial, '', Buffer.alloc(0)));
  }

  private restart(socket: Socket, serial: number, [name = '', mode]: readonly string[]): void {
    const unit = this.units[name];
    if (unit === undefined || mode !== 'replace') {
      socket.write(error(serial, 'org.freedesktop.systemd1.NoSuchUnit', `Unit ${name} not found.`));
      return;
    }
    this.restarted.push(name);
    this.onRestart(unit);
    socket.write(packet(2, serial, 'o', string('/org/freedesktop/systemd1/job/1')));
  }

  private get(socket: Socket, serial: number, name: string, [, property = '']: readonly string[]): void {
    const unit = this.units[name];
    if (unit === undefined) socket.write(error(serial, 'org.freedesktop.DBus.Error.UnknownObject', name));
    else if (property === 'ActiveEnterTimestampMonotonic') {
      const value = Buffer.alloc(16); // `\1t\0`, five bytes of padding, eight of the value
      value.write('\x01t\0', 'latin1');
      value.writeBigUInt64LE(BigInt(unit.since), 8);
      socket.write(packet(2, serial, 'v', value));
    } else {
      const value = property === 'ActiveState' ? unit.active : unit.sub;
      socket.write(packet(2, serial, 'v', Buffer.concat([Buffer.from('\x01s\0\0', 'latin1'), string(value)])));
    }
  }
}

/** systemd's own way of writing a unit's name into an object path. */
const pathOf = (name: string): string =>
  `/org/freedesktop/systemd1/unit/${name.replace(/[^A-Za-z0-9]/g, (c) => `_${c.charCodeAt(0).toString(16)}`)}`;

function strings(body: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + 4 <= body.length; at = Math.ceil(at / 4) * 4) {
    const length = body.readUInt32LE(at);
    found.push(body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length + 1;
  }
  return found;
}

function string(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(`${text}\0`)]);
}

const error = (serial: number, name: string, text: string): Buffer => packet(3, serial, 's', string(text), name);

function packet(type: number, replySerial: number, signature: string, body: Buffer, errorName?: string): Buffer {
  const fields: Buffer[] = [];
  let size = 0;
  const add = (...parts: Buffer[]) => {
    const padding = Buffer.alloc((8 - (size % 8)) % 8);
    const field = Buffer.concat([padding, ...parts]);
    fields.push(field);
    size += field.length;
  };
  const serial = Buffer.alloc(4);
  serial.writeUInt32LE(replySerial);
  if (type === 4) {
    add(Buffer.from('\x01\x01o\0', 'latin1'), string('/a'));
    add(Buffer.from('\x02\x01s\0', 'latin1'), string('a.b'));
    add(Buffer.from('\x03\x01s\0', 'latin1'), string('C'));
  } else add(Buffer.from('\x05\x01u\0', 'latin1'), serial);
  if (errorName !== undefined) add(Buffer.from('\x04\x01s\0', 'latin1'), string(errorName));
  if (signature !== '') add(Buffer.from([8, 1, 'g'.charCodeAt(0), 0, signature.length]), Buffer.from(`${signature}\0`));
  const head = Buffer.alloc(16);
  head.write('l', 0, 'latin1');
  head.writeUInt8(type, 1);
  head.writeUInt8(1, 3);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(7, 8);
  head.writeUInt32LE(size, 12);
  const padding = Buffer.alloc((8 - ((16 + size) % 8)) % 8);
  return Buffer.concat([head, ...fields, padding, body]);
}
