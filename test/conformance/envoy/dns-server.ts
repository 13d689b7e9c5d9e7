import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A name server on loopback: every name under `shop.example` is 127.0.0.1, every other does not exist. */
export class DnsServer {
  public static async start({ answers = true } = {}): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket, answers);
  }

  /** What was asked, as `A cart.shop.example`. */
  public readonly questions: string[] = [];

  private constructor(
    private readonly socket: Socket,
    answers: boolean,
  ) {
    socket.on('message', (query, sender) => {
      const answer = this.answer(query);
      if (answers) socket.send(answer, sender.port, sender.address);
    });
  }

  public get port(): number {
    return this.socket.address().port;
  }

  public async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private answer(query: Buffer): Buffer {
    const { name, type, end } = questionOf(query);
    this.questions.push(`${TYPES.get(type) ?? type} ${name}`);
    const exists = name.endsWith('.shop.example');
    const records = exists && type === A ? [ADDRESS_RECORD] : [];
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(exists ? 0x8580 : 0x8583, 2); // an authoritative answer, or: no such name
    for (const [offset, count] of [
      [4, 1],
      [6, records.length],
      [8, 0],
      [10, 0],
    ]) {
      header.writeUInt16BE(count, offset);
    }
    return Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]);
  }
}

const HEADER_BYTES = 12;
const A = 1;
const TYPES = new Map([
  [A, 'A'],
  [28, 'AAAA'],
]);

/** The name of the question, class IN, 5 s, four bytes of address. */
const ADDRESS_RECORD = Buffer.from([0xc0, HEADER_BYTES, 0, A, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1]);

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let offset = HEADER_BYTES;
  for (let length = query[offset]; length > 0; length = query[offset]) {
    labels.push(query.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(offset + 1), end: offset + 5 };
}
