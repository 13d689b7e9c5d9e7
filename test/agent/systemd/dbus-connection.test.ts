import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DbusConnection } from '../../../agent/systemd/dbus-connection';
import { testWith } from '../support/programs';
import { newScratch } from '../support/scratch';

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

let scratch: string;
beforeEach(() => {
  scratch = newScratch();
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

// libdbus drops whoever sends it a message that is not exactly as the specification says.
testWith('dbus-daemon', 'the reference implementation of D-Bus understands every kind of call', async () => {
  const { daemon, socket } = await startDaemon();
  try {
    const connection = await DbusConnection.open(socket);
    const call = (member: string, ...parameters: string[]) => connection.call({ ...BUS, member, parameters });
    const name = await call('Hello');
    expect(name).toMatch(/^:1\.\d+$/);
    expect(await call('GetNameOwner', 'org.freedesktop.DBus')).toBe('org.freedesktop.DBus');
    expect(await call('GetConnectionUnixProcessID', String(name))).toBe(process.pid);
    expect(await call('NameHasOwner', 'org.example.Nobody')).toBe(0);
    expect(await call('NameHasOwner', `org.example.${'x'.repeat(200)}`)).toBe(0); // all paddings come by
    await expect(call('GetNameOwner', 'org.example.Nobody')).rejects.toMatchObject({
      errorName: 'org.freedesktop.DBus.Error.NameHasNoOwner',
      message: expect.stringContaining('org.example.Nobody'),
    });
    await expect(call('NoSuchMethod')).rejects.toMatchObject({
      errorName: 'org.freedesktop.DBus.Error.UnknownMethod',
    });
    for (let length = 1; length < 20; length++) {
      expect(await call('NameHasOwner', `org.${'y'.repeat(length)}`)).toBe(0);
    }
    connection.close();
  } finally {
    daemon.kill();
    await once(daemon, 'exit');
  }
});

test('a server that does not let it in is named with its answer', async () => {
  const socket = join(scratch, 'socket');
  const server = createServer((peer) => peer.once('data', () => peer.end('REJECTED ANONYMOUS\r\n'))).listen(socket);
  await once(server, 'listening');
  await expect(DbusConnection.open(socket)).rejects.toThrow(/^systemd does not let uid \d+ in: REJECTED ANONYMOUS$/);
  server.close();
});

test('a server that hangs up is an error, not a wait for ever', async () => {
  const socket = join(scratch, 'socket');
  const server = createServer((peer) => peer.once('data', () => peer.end('OK 0\r\n'))).listen(socket);
  await once(server, 'listening');
  const connection = await DbusConnection.open(socket);
  const call = connection.call({ ...BUS, member: 'Hello', parameters: [] });
  await expect(call).rejects.toThrow('systemd has closed the connection');
  server.close();
});

/** A bus of its own, for this process alone. */
async function startDaemon(): Promise<{ readonly daemon: ChildProcess; readonly socket: string }> {
  const socket = join(scratch, 'bus');
  const config = join(scratch, 'bus.conf');
  const policy =
    '<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy>';
  writeFileSync(config, `<busconfig><type>session</type><listen>unix:path=${socket}</listen>${policy}</busconfig>`);
  const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(daemon.stdout, 'data');
  return { daemon, socket };
}
