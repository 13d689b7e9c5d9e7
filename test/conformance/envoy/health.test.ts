import type { EnvoyBootstrap } from '../../../lib/mesh/envoy';
import { freePorts } from '../machine/free-ports';
import { until } from '../machine/until';
import { describeWithEnvoys } from './describe-with-envoys';
import { HealthApp } from './health-app';
import { send } from './http-client';
import type { Lab, Program } from './lab';

/** A program with a health path, and an edge to reach it by. */
async function cart(lab: Lab, name = 'cart', change?: (one: EnvoyBootstrap) => EnvoyBootstrap) {
  const [port, edge, selfPort] = await freePorts(3);
  const app = await HealthApp.start(port);
  app.usual = 500;
  const intent = { app: { port, healthPath: '/healthz', edge: { port: edge, timeoutSeconds: 5 } } };
  const program = await lab.start(name, { intent, selfPort, change });
  return { ...program, app, edge };
}

const becomes = (program: Program, path: string, status: number) =>
  until(`${path} is ${status}`, 10, async () => ((await program.health(path)) === status ? true : undefined));

describeWithEnvoys('how a program is that says how it is', cart, (get, lab) => {
  afterAll(() => get().app.stop());

  test('is started, but not ready, while it listens and says that it is not well', async () => {
    await get().healthy('/started');
    await get().app.asked(2);
    expect(await get().health('/ready')).toBe(503);
    expect(await get().health('/app')).toBe(503);
    expect(await get().health('/live')).toBe(200);
  });

  test.each([200, 399])('is ready within 4 s of its first %d', async (status) => {
    get().app.usual = 500;
    await becomes(get(), '/ready', 503);
    get().app.usual = status;
    expect(await get().healthy('/ready')).toBeLessThan(4);
    expect(await get().health('/app')).toBe(200);
  });

  test('it is asked with an address as its host, once a second or two', async () => {
    const { app, intent } = get();
    const before = app.questions.length;
    const start = Date.now();
    await app.asked(3);
    expect(Date.now() - start).toBeLessThan(8_000);
    expect(new Set(app.questions.slice(before).map(({ host }) => host))).toEqual(
      new Set([`127.0.0.1:${intent.app?.port}`]),
    );
  }, 15_000);

  test('is still ready after one failure, and no more after two', async () => {
    const { app } = get();
    app.usual = 200;
    await get().healthy('/ready');
    app.next.push(503);
    await app.asked(2);
    expect(await get().health('/ready')).toBe(200);
    app.next.push(503, 404);
    await app.asked(2);
    await becomes(get(), '/ready', 503);
    await get().healthy('/ready');
  }, 20_000);

  test('is not ready when it hangs', async () => {
    const { app } = get();
    await get().healthy('/ready');
    app.usual = 'nothing';
    await becomes(get(), '/ready', 503);
    app.usual = 200;
    await get().healthy('/ready');
  }, 30_000);

  test('goes on getting requests: who asks for /ready leads callers elsewhere', async () => {
    get().app.usual = 500;
    await becomes(get(), '/ready', 503);
    expect(await send(get().edge, '/')).toMatchObject({ status: 200, body: 'works' });
  }, 15_000);

  test('and would be lost after one failure, were it not counted', async () => {
    const hasty = await cart(lab(), 'hasty', (one) =>
      JSON.parse(JSON.stringify(one).replace(/,"retriable_statuses":\[[^\]]*\]/, '')),
    );
    hasty.app.usual = 200;
    await hasty.healthy('/ready');
    hasty.app.next.push(503);
    await hasty.app.asked(1);
    await becomes(hasty, '/ready', 503);
    await hasty.app.stop();
  }, 20_000);
});
