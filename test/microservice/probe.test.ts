import { Duration } from 'cdk8s';
import { Probe, WasmMicroservice, WasmPayload, WasmRuntime } from '../../lib';
import { findingsOf, guestOf, httpImage, imageOf, only, platform } from '../support/programs';

test('without a health path the probes only connect, and nothing restarts the guest', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  const guest = guestOf(only(chart, 'Deployment'));
  expect(guest.readinessProbe).toEqual({
    tcpSocket: { port: 8080 },
    periodSeconds: 1,
    timeoutSeconds: 1,
    failureThreshold: 3,
  });
  expect(guest.startupProbe).toEqual({
    tcpSocket: { port: 8080 },
    periodSeconds: 1,
    timeoutSeconds: 1,
    failureThreshold: 30,
  });
  expect(guest.livenessProbe).toBeUndefined();
});

test('a health path is asked by all three probes', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), healthPath: '/healthz' });
  const { startupProbe, readinessProbe, livenessProbe } = guestOf(only(chart, 'Deployment'));
  expect([startupProbe, readinessProbe, livenessProbe].map((probe) => probe.httpGet)).toEqual(
    Array(3).fill({ path: '/healthz', port: 8080 }),
  );
});

test('what is said about a probe wins, the rest keeps its default', () => {
  const { chart, pool } = platform();
  const readiness = Probe.http('/ready', { period: Duration.seconds(5) });
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), readiness });
  expect(guestOf(only(chart, 'Deployment')).readinessProbe).toEqual({
    httpGet: { path: '/ready', port: 8080 },
    periodSeconds: 5,
    timeoutSeconds: 1,
    failureThreshold: 3,
  });
});

test('the startup probe waits as long as a root filesystem may take to compile', () => {
  const { chart, pool } = platform({ runtime: WasmRuntime.WASMEDGE });
  const image = imageOf(WasmPayload.MODULE, {
    format: WasmRuntime.WASMEDGE.facts.guests['module:p1'].formats[0],
    sizeBytes: 10 * 1024 * 1024,
  });
  new WasmMicroservice(chart, 'cart', { pool, image, port: 9000 });
  expect(guestOf(only(chart, 'Deployment')).startupProbe.failureThreshold).toBe(110);
});

test('refuses an exec liveness probe where the runtime cannot exec', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), liveness: Probe.command(['true']) });
  expect(findingsOf(chart)).toEqual([
    '[shop/cart] WASM0312: the liveness probe runs a command, which wasmtime cannot; use Probe.http() or Probe.tcp()',
  ]);
});

test('accepts the same service with an http liveness probe', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), liveness: Probe.http('/healthz') });
  expect(findingsOf(chart)).toEqual([]);
});
