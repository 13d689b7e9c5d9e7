import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The addresses of IPv4 on which processes with `argument` somewhere on their command line listen, as the kernel of
 * Linux tells: `127.0.0.1:15101`. An address of IPv6 stays hexadecimal.
 */
export function listening(argument: string): string[] {
  const inodes = new Set(processesWith(argument).flatMap(socketsOf));
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[STATE] === LISTEN && inodes.has(fields[INODE]))
    .map((fields) => readable(fields[LOCAL_ADDRESS]))
    .sort();
}

const LOCAL_ADDRESS = 1;
const STATE = 3;
const INODE = 9;
const LISTEN = '0A';

/** `0100007F:3AFD`: the bytes of the address backwards. */
function readable(hexadecimal: string): string {
  const [address, port] = hexadecimal.split(':');
  const bytes = address.length === 8 ? [...Buffer.from(address, 'hex')].reverse().join('.') : address;
  return `${bytes}:${Number.parseInt(port, 16)}`;
}

const processesWith = (argument: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => unlessGone(() => readFileSync(join('/proc', id, 'cmdline'), 'utf8'), '').includes(argument));

const socketsOf = (id: string): string[] => {
  const descriptors = join('/proc', id, 'fd');
  return unlessGone(() => readdirSync(descriptors), [])
    .map((one) => unlessGone(() => readlinkSync(join(descriptors, one)), ''))
    .flatMap((target) => target.match(/^socket:\[(\d+)\]$/)?.[1] ?? []);
};

/** Processes come and go while they are looked at. */
function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
