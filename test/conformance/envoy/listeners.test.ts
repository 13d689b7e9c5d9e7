import { lstatSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { spiffe } from '../../mesh/envoy/intents';
import { freePorts } from '../machine/free-ports';
import { describeWithEnvoys } from './describe-with-envoys';
import { DnsServer } from './dns-server';
import { refusalOf, send } from './http-client';
import type { Lab } from './lab';
import { listening } from './listening';

async function everyListener(lab: Lab) {
  const [app, inbound, edge, egress] = await freePorts(4);
  const call = { name: 'inventory', listenPort: egress, host: 'inventory.shop.example', port: 1 };
  const cart = await lab.start('cart', {
    intent: {
      app: {
        port: app,
        inbound: { port: inbound, callers: [], timeoutSeconds: 5 },
        edge: { port: edge, timeoutSeconds: 2 },
      },
      drainSeconds: 1,
      egress: [{ ...call, identity: spiffe('inventory'), timeoutSeconds: 5 }],
    },
  });
  return { cart, app, inbound, edge, egress };
}

describeWithEnvoys('what Envoy listens on', everyListener, (get, lab) => {
  const stats = (path: string, method = 'GET') => send(get().cart.intent.statsPort, path, { method });
  const health = (path: string, method = 'GET') => send(get().cart.intent.healthPort, path, { method });

  test('is started and alive while the program is down, and ready within 3 s of its start', async () => {
    const { cart, app } = get();
    await cart.healthy('/started');
    await delay(500); // the first look of the health check is over by now
    expect(await cart.health('/live')).toBe(200);
    expect(await cart.health('/ready')).toBe(503);
    await lab().startApp(app);
    const took = await cart.healthy('/ready');
    expect(took).toBeLessThan(3);
    console.log(`ready ${took} s after the program`);
  });

  (process.platform === 'linux' ? test : test.skip)(
    'are these ports and no other; calls and nothing else only on loopback',
    () => {
      const { cart, inbound, edge, egress } = get();
      const { healthPort, statsPort } = cart.intent;
      const open = [inbound, edge, healthPort, statsPort].map((port) => `0.0.0.0:${port}`);
      expect(listening(cart.intent.configDirectory)).toEqual([...open, `127.0.0.1:${egress}`].sort());
    },
  );

  test('the admin interface is a socket of its owner', async () => {
    const { adminPipe } = get().cart.intent;
    expect(lstatSync(adminPipe).mode & 0o777).toBe(0o600);
    expect(await send(0, '/server_info', { socketPath: adminPipe })).toMatchObject({ status: 200 });
  });

  test('of the admin interface others see one page', async () => {
    const page = await stats('/stats/prometheus');
    expect(page.status).toBe(200);
    expect(page.body).toContain('envoy_server_live');
    const lines = page.body.split('\n').length;
    expect(lines).toBeLessThan(400);
    const refused = await Promise.all([
      stats('/stats/prometheus', 'POST'),
      ...['/stats/prometheus?filter=x', '/stats/prometheus/', '/stats/../stats/prometheus', '/stats', '/'].map((path) =>
        stats(path),
      ),
      stats('/quitquitquit', 'POST'),
      stats('/config_dump'),
    ]);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 404));
    console.log(`/stats/prometheus: ${lines} lines, ${page.body.length} bytes`);
  });

  test('it opens its listeners while DNS is silent', async () => {
    const silent = await DnsServer.start({ answers: false });
    const [listenPort, selfPort] = await freePorts(2);
    const call = { name: 'cart', listenPort, host: 'cart.shop.example', port: 1, identity: spiffe('cart') };
    const job = await lab().start('job', {
      intent: { egress: [{ ...call, timeoutSeconds: 5 }] },
      nameServer: silent,
      selfPort,
    });
    expect(await job.healthy('/started')).toBeLessThan(5);
    expect(silent.questions).toContain('A cart.shop.example');
    await silent.stop();
  });

  test('a request that never ends is ended at the edge', async () => {
    const endless = await refusalOf(
      send(get().edge, '/', { method: 'POST', headers: { 'content-length': '5' }, unfinished: true }),
    );
    expect(endless).toBe('answered 408');
  });

  test('the drain hook is one path and one method', async () => {
    const refused = await Promise.all([
      health('/drain'),
      health('/drain-3f9c2a/'),
      health('/drain-3f9c2a?x'),
      health('/drain-3f9c2a', 'POST'),
      health('/ready', 'POST'),
      health('/ready?x'),
    ]);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 404));
    const agent = new Agent({ keepAlive: true });
    expect((await send(get().edge, '/', { agent })).headers.connection).not.toBe('close');
    agent.destroy();
  });

  test('it ends keep-alive of callers, and every listener goes on answering', async () => {
    const { edge, egress, cart } = get();
    const agent = new Agent({ keepAlive: true });
    const slow = send(edge, '/slow', { agent });
    await delay(100);
    expect(await health('/drain-3f9c2a')).toMatchObject({ status: 200, body: 'draining\n' });
    expect((await slow).status).toBe(200);
    await delay(1_500); // more than the drain time of this program
    for (const _ of [1, 2]) {
      const answer = await send(edge, '/', { agent });
      expect(answer.status).toBe(200);
      expect(answer.headers.connection).toBe('close');
    }
    const toCallee = await send(egress, '/', { agent });
    expect(toCallee.status).toBe(503); // there is no callee; but the listener answers, and keeps the connection
    expect(toCallee.headers.connection).not.toBe('close');
    expect(await cart.health('/ready')).toBe(200);
    expect((await stats('/stats/prometheus')).status).toBe(200);
    agent.destroy();
  });
});
