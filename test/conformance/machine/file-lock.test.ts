import { spawnSync } from 'node:child_process';
import { lstatSync, lutimesSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withFileLock } from './file-lock';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'file-lock-test-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('one works, the other waits', async () => {
  const events: string[] = [];
  const worker = (name: string) =>
    withFileLock(join(directory, 'lock'), async () => {
      events.push(`${name} begins`);
      await delay(20);
      events.push(`${name} ends`);
    });
  await Promise.all([worker('a'), worker('b')]);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('the lock of a process that died is taken over, without a word', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  symlinkSync(String(dead), join(directory, 'lock'));
  const waiting = jest.fn();
  expect(await withFileLock(join(directory, 'lock'), async () => 'worked', waiting)).toBe('worked');
  expect(waiting).not.toHaveBeenCalled();
});

test('so is a lock that nobody touched for long, though a process of that id runs', async () => {
  const lock = join(directory, 'lock');
  symlinkSync(String(process.pid), lock);
  const aMinuteAgo = new Date(Date.now() - 60_000);
  lutimesSync(lock, aMinuteAgo, aMinuteAgo);
  expect(await withFileLock(lock, async () => 'worked')).toBe('worked');
});

test('a lock that is held is touched', async () => {
  const lock = join(directory, 'lock');
  await withFileLock(lock, async () => {
    const taken = lstatSync(lock).mtimeMs;
    await delay(1_500);
    expect(lstatSync(lock).mtimeMs).toBeGreaterThan(taken);
  });
});

test('work that fails gives the lock back', async () => {
  const fails = () => Promise.reject(new Error('no'));
  await expect(withFileLock(join(directory, 'lock'), fails)).rejects.toThrow('no');
  expect(readdirSync(directory)).toEqual([]);
});
