import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { download } from '../../../agent/shim/download';
import { newScratch } from '../support/scratch';

const CONTENT = Buffer.from('a shim');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let server: Server;
let answer: RequestListener;
let requests = 0;
const file = join(newScratch(), 'shim');
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/shim`;

beforeAll(async () => {
  server = createServer((request, reply) => {
    requests += 1;
    answer(request, reply);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  requests = 0;
});

test('follows redirects', async () => {
  answer = ({ url: path }, reply) =>
    path === '/other' ? reply.end(CONTENT) : reply.writeHead(302, { location: '/other' }).end();
  await download(url(), SHA256, file);
  expect(readFileSync(file)).toEqual(CONTENT);
});

test('tries again after an error of the server', async () => {
  answer = (_, reply) => (requests < 3 ? reply.writeHead(503).end('busy') : reply.end(CONTENT));
  await download(url(), SHA256, file, [1, 1]);
  expect(requests).toBe(3);
  expect(readFileSync(file)).toEqual(CONTENT);
});

test('says what the last error was', async () => {
  answer = (_, reply) => reply.writeHead(404).end('not the shim');
  await expect(download(url(), SHA256, file, [1])).rejects.toThrow(`${url()} cannot be fetched: HTTP 404`);
  expect(requests).toBe(2);
});

test('a line that breaks is an error, not a short file', async () => {
  answer = (_, reply) => {
    reply.writeHead(200, { 'content-length': '1000' }).write('half');
    setTimeout(() => reply.destroy(), 10);
  };
  await expect(download(url(), SHA256, file, [])).rejects.toThrow(`${url()} cannot be fetched: `);
});

test('another digest is final', async () => {
  answer = (_, reply) => reply.end('another shim');
  await expect(download(url(), SHA256, file, [1, 1])).rejects.toThrow(/has the sha256 [0-9a-f]{64}, not /);
  expect(requests).toBe(1);
});

test('nobody there: the address and the reason', async () => {
  await expect(download('http://127.0.0.1:1/shim', SHA256, file, [])).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1\/shim cannot be fetched: fetch failed: /,
  );
});
