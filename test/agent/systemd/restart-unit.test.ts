import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { restartUnit } from '../../../agent/systemd/restart-unit';
import { FakeSystemd, type FakeUnit } from '../support/fake-systemd';
import { run, testWith } from '../support/programs';
import { newScratch } from '../support/scratch';

const FAST = { timeoutMs: 1_000, settleMs: 60, pollMs: 10 };
const running = (): FakeUnit => ({ active: 'active', sub: 'running', since: 1_000 });

describe('restarting a unit', () => {
  let scratch: string;
  let socket: string;
  let systemd: FakeSystemd;
  let units: Record<string, FakeUnit>;
  beforeEach(async () => {
    scratch = newScratch();
    socket = join(scratch, 'private');
    units = { 'containerd.service': running(), 'k3s.service': { active: 'inactive', sub: 'dead', since: 0 } };
    systemd = await FakeSystemd.start(socket, units);
  });
  afterEach(async () => {
    await systemd.stop();
    rmSync(scratch, { recursive: true });
  });

  test('asks once and comes back when it is active again', async () => {
    await restartUnit(socket, ['containerd'], FAST);
    expect(systemd.restarted).toEqual(['containerd.service']);
  });

  test('takes the unit that runs, of those that there may be', async () => {
    units['k3s-agent.service'] = running();
    await restartUnit(socket, ['k3s', 'k3s-agent'], FAST);
    expect(systemd.restarted).toEqual(['k3s-agent.service']);
  });

  test('also a unit that has failed, as it is after a configuration that was bad', async () => {
    units['containerd.service'] = { active: 'failed', sub: 'failed', since: 1_000 };
    await restartUnit(socket, ['containerd'], FAST);
    expect(systemd.restarted).toEqual(['containerd.service']);
  });

  test('restarts nothing where none of them runs', async () => {
    await expect(restartUnit(socket, ['k3s', 'rke2-server'], FAST)).rejects.toThrow(
      'none of the systemd units k3s, rke2-server is active on this node',
    );
    expect(systemd.restarted).toEqual([]);
  });

  test('waits while the unit is activating', async () => {
    systemd.onRestart = (unit) => {
      Object.assign(unit, { active: 'activating', sub: 'start' });
      setTimeout(() => Object.assign(unit, { active: 'active', sub: 'running', since: 2_000 }), 150);
    };
    const start = Date.now();
    await restartUnit(socket, ['containerd'], FAST);
    expect(Date.now() - start).toBeGreaterThanOrEqual(150);
  });

  test('is not content with the active state from before the restart', async () => {
    systemd.onRestart = () => undefined;
    await expect(restartUnit(socket, ['containerd'], { ...FAST, timeoutMs: 200 })).rejects.toThrow(
      'containerd.service is not active after 0.2 s (active)',
    );
  });

  test.each([
    ['failed', 'failed'],
    ['activating', 'auto-restart'],
  ])('a unit that is %s (%s) did not start', async (active, sub) => {
    systemd.onRestart = (unit) => Object.assign(unit, { active, sub });
    await expect(restartUnit(socket, ['containerd'], FAST)).rejects.toThrow(
      `containerd.service does not start (${active}, ${sub})`,
    );
  });

  test('a unit that ends and is started anew a moment later does not stay', async () => {
    systemd.onRestart = (unit) => {
      unit.since = 2_000;
      setTimeout(() => Object.assign(unit, { since: 3_000 }), 20);
    };
    await expect(restartUnit(socket, ['containerd'], { ...FAST, settleMs: 100 })).rejects.toThrow(
      'does not stay active',
    );
  });

  test('signals in between do not confuse it', async () => {
    systemd.noisy = true;
    await restartUnit(socket, ['containerd'], FAST);
    expect(systemd.restarted).toEqual(['containerd.service']);
  });

  test('says so when there is no systemd', async () => {
    await expect(restartUnit(join(scratch, 'nothing'), ['containerd'], FAST)).rejects.toThrow(
      /^systemd cannot be reached: connect ENOENT/,
    );
  });

  // sd-bus, systemd's own D-Bus library, is a witness that the fake speaks as the real one does.
  testWith('busctl', 'is understood by systemd’s own client when it is the fake that answers', async () => {
    const busctl = (...call: string[]) => run('busctl', [`--address=unix:path=${socket}`, '--timeout=3', ...call]);
    const manager = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager'];
    const unit = '/org/freedesktop/systemd1/unit/containerd_2eservice';
    expect(await busctl('call', ...manager, 'GetUnit', 's', 'containerd.service')).toBe(`o "${unit}"\n`);
    await expect(busctl('call', ...manager, 'GetUnit', 's', 'no.service')).rejects.toThrow(
      'Unit no.service not loaded.',
    );
    await busctl('call', ...manager, 'RestartUnit', 'ss', 'containerd.service', 'replace');
    expect(systemd.restarted).toEqual(['containerd.service']);
    const property = ['get-property', 'org.freedesktop.systemd1', unit, 'org.freedesktop.systemd1.Unit'];
    expect(await busctl(...property, 'ActiveState')).toBe('s "active"\n');
    expect(await busctl(...property, 'ActiveEnterTimestampMonotonic')).toBe('t 1001000\n');
  });
});
