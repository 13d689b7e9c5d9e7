import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ShimStore } from '../../../agent/shim/shim-store';
import type { AgentShim } from '../../../lib/node-pool/installers/agent-settings';
import { FixtureNode } from '../support/fixture-node';
import { shapeOf } from '../support/node-shapes';
import { newScratch } from '../support/scratch';
import { settingsFor } from '../support/settings';
import { BINARY, elf, ShimServer } from '../support/shim-server';

const shape = shapeOf('kubeadm with containerd 2.4');

describe('the store of shims', () => {
  let server: ShimServer;
  let node: FixtureNode;
  beforeAll(async () => {
    server = await ShimServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    node = new FixtureNode(shape);
  });
  afterEach(() => node.remove());

  const storeOf = (...shims: AgentShim[]) => new ShimStore(settingsFor(shape, { shims }), node.locations('pod'));
  const directory = () => join(node.root, 'opt/cdk8s-wasm/wasmtime/bin');
  const stored = (version: string) => readFileSync(join(directory(), version, BINARY));

  test('keeps the binary of a gzipped tar under the first digits of the digest, executable', async () => {
    const shim = server.archive('one');
    const version = await storeOf(shim).place('amd64');
    expect(version).toBe(shim.sha256.slice(0, 12));
    expect(stored(version)).toEqual(elf('one'));
    expect(statSync(join(directory(), version, BINARY)).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(directory(), version))).toEqual([BINARY]);
  });

  test('takes a binary that is not packed, or packed without a tar', async () => {
    const plain = server.serve('/plain', elf('plain'));
    const gzipped = server.serve('/gzipped', gzipSync(elf('gzipped')));
    expect(stored(await storeOf(plain).place('amd64'))).toEqual(elf('plain'));
    expect(stored(await storeOf(gzipped).place('amd64'))).toEqual(elf('gzipped'));
  });

  test.each(['ustar', 'gnu', 'pax'])('finds it in a %s archive, also behind a very long name', async (format) => {
    const scratch = newScratch();
    const deep = join('a'.repeat(90), format === 'ustar' ? 'b'.repeat(50) : join('b'.repeat(90), 'c'.repeat(40)));
    mkdirSync(join(scratch, deep), { recursive: true });
    writeFileSync(join(scratch, deep, 'big'), Buffer.alloc(3_000_000, 7));
    writeFileSync(join(scratch, deep, BINARY), elf(format));
    const file = join(scratch, 'x.tar');
    execFileSync('tar', ['-C', scratch, `--format=${format}`, '-cf', file, join(deep, 'big'), join(deep, BINARY)]);
    const shim = server.serve(`/${format}.tar`, readFileSync(file));
    expect(stored(await storeOf(shim).place('amd64'))).toEqual(elf(format));
  });

  test('asks for each only once', async () => {
    const shim = server.archive('once');
    await storeOf(shim).place('amd64');
    const { length } = server.hits;
    await storeOf(shim).place('amd64');
    expect(server.hits).toHaveLength(length);
  });

  test('takes the one for the node’s architecture', async () => {
    const arm = server.serve('/arm', elf('arm', 183), 'arm64');
    const version = await storeOf(server.archive('one'), arm).place('arm64');
    expect(version).toBe(arm.sha256.slice(0, 12));
  });

  test('has nothing for an architecture without a shim', async () => {
    await expect(storeOf(server.archive('one')).place('arm64')).rejects.toThrow(
      'this node is arm64, and the shims are for amd64',
    );
  });

  test('refuses what has another digest, and leaves nothing of it behind', async () => {
    const shim = server.archive('one');
    const sha256 = 'f'.repeat(64);
    await expect(storeOf({ ...shim, sha256 }).place('amd64')).rejects.toThrow(
      `${shim.url} has the sha256 ${shim.sha256}, not ${sha256}`,
    );
    expect(existsSync(directory())).toBe(false);
    expect(readdirSync(node.locations('pod').handOver)).toEqual([]);
  });

  test('does not look into what has another digest', async () => {
    const bomb = { ...server.serve('/bomb', Buffer.from([0x1f, 0x8b, 0, 0])), sha256: '0'.repeat(64) };
    await expect(storeOf(bomb).place('amd64')).rejects.toThrow('has the sha256');
  });

  test.each([
    ['a program for another processor', () => gzipSync(elf('arm', 183)), 'the shim is not a program for amd64'],
    [
      'a script',
      () => Buffer.from('#!/bin/sh\necho a shim of more than twenty bytes\n'),
      'the shim is not an ELF program',
    ],
    ['nothing', () => Buffer.alloc(0), 'the shim is not an ELF program'],
  ])('refuses %s', async (name, content, message) => {
    const shim = server.serve(`/${name.replaceAll(' ', '-')}`, content());
    await expect(storeOf(shim).place('amd64')).rejects.toThrow(message);
    const left = existsSync(directory()) ? readdirSync(directory(), { recursive: true, encoding: 'utf8' }) : [];
    expect(left.filter((file) => file.includes(BINARY))).toEqual([]);
  });

  test('names what an archive holds instead', async () => {
    const scratch = newScratch();
    writeFileSync(join(scratch, 'other'), 'x');
    execFileSync('tar', ['-C', scratch, '-cf', join(scratch, 'x.tar'), 'other']);
    const shim = server.serve('/other.tar', readFileSync(join(scratch, 'x.tar')));
    await expect(storeOf(shim).place('amd64')).rejects.toThrow(`the archive holds no ${BINARY}, but other`);
  });

  test('an archive that ends too early is refused, although its digest is right', async () => {
    const scratch = newScratch();
    writeFileSync(join(scratch, BINARY), elf('cut'));
    execFileSync('tar', ['-C', scratch, '-cf', join(scratch, 'x.tar'), BINARY]);
    const shim = server.serve('/cut.tar', readFileSync(join(scratch, 'x.tar')).subarray(0, 5_000));
    await expect(storeOf(shim).place('amd64')).rejects.toThrow('the archive ends too early');
    expect(await storeOf(shim).versions()).toEqual([]);
  });

  test('leads the link to a version, and away from all', async () => {
    const store = storeOf(server.archive('one'));
    expect(await store.linked()).toBeUndefined();
    const version = await store.place('amd64');
    await store.relink(version);
    expect(await store.linked()).toBe(version);
    expect(readFileSync(join(directory(), BINARY))).toEqual(elf('one'));
    await store.relink(undefined);
    expect(await store.linked()).toBeUndefined();
  });
});
