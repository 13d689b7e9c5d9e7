import { join } from 'node:path';
import { spiffe } from '../../mesh/envoy/intents';
import { freePorts } from '../machine/free-ports';
import { Authority } from './authority';
import { describeWithEnvoys } from './describe-with-envoys';
import { CUT_OFF, echoOf, refusalOf, send } from './http-client';
import type { Lab } from './lab';

/** A gateway that is open to the outside and calls the cart; the cart knows the gateway and an auditor. */
async function shop(lab: Lab) {
  const [edge, toCart, toImpostor, cartApp, cartPort, gatewayApp, gatewayPort] = await freePorts(7);
  const call = { name: 'cart', host: 'cart.shop.example', port: cartPort, identity: spiffe('cart'), timeoutSeconds: 5 };
  await lab.startApp(cartApp);
  await lab.startApp(gatewayApp);
  const cart = await lab.start('cart', {
    intent: {
      app: {
        port: cartApp,
        inbound: {
          port: cartPort,
          callers: [{ identity: spiffe('gateway') }, { identity: spiffe('auditor'), methods: ['GET'] }],
          timeoutSeconds: 5,
        },
      },
    },
  });
  const gateway = await lab.start('gateway', {
    intent: {
      app: {
        port: gatewayApp,
        inbound: { port: gatewayPort, callers: [], timeoutSeconds: 5 },
        edge: { port: edge, timeoutSeconds: 5 },
      },
      egress: [
        { ...call, listenPort: toCart, methods: ['GET', 'POST'] },
        { ...call, name: 'impostor', listenPort: toImpostor, identity: spiffe('inventory') },
      ],
    },
  });
  await Promise.all([cart.healthy('/ready'), gateway.healthy('/ready')]);
  return { cart, gateway, edge, toCart, toImpostor, cartPort, gatewayPort };
}

describeWithEnvoys('who may talk to whom', shop, (get, lab) => {
  const issue = (name: string) => lab().authority.issue(spiffe(name));

  test('a declared call goes through both Envoys', async () => {
    const answer = await send(get().toCart, '/items?token=secret', { headers: { traceparent: TRACEPARENT } });
    expect(answer.status).toBe(200);
    const { headers, ...seen } = echoOf(answer);
    expect(seen).toEqual({ method: 'GET', url: '/items?token=secret' });
    expect(headers.host).toBe('cart.shop.example');
    expect(headers.traceparent).toBe(TRACEPARENT);
    expect(headers['x-forwarded-client-cert']).toMatch(
      /^By=spiffe:\/\/shop\.example\/ns\/shop\/sa\/cart;Hash=[0-9a-f]{64};URI=spiffe:\/\/shop\.example\/ns\/shop\/sa\/gateway$/,
    );
  });

  test('what a caller says about itself is replaced by what its certificate says', async () => {
    const forged = { 'x-forwarded-client-cert': `URI=${spiffe('admin')}`, x_forwarded_client_cert: 'URI=admin' };
    const throughEnvoy = echoOf(await send(get().toCart, '/', { headers: forged }));
    const direct = echoOf(await send(get().cartPort, '/', { headers: forged, as: issue('gateway') }));
    for (const { headers } of [throughEnvoy, direct]) {
      expect(headers['x-forwarded-client-cert']).toContain(`URI=${spiffe('gateway')}`);
      expect(JSON.stringify(headers)).not.toContain('admin');
    }
  });

  test('nothing of it comes in at the edge, nor a header that sets timeouts', async () => {
    const { headers } = echoOf(
      await send(get().edge, '/', {
        headers: { 'x-forwarded-client-cert': 'URI=a', x_forwarded_client_cert: 'URI=a', 'x-envoy-max-retries': '9' },
      }),
    );
    const names = Object.keys(headers);
    expect(names).toContain('x-forwarded-for');
    expect(names.filter((name) => /client.cert|x-envoy-max/.test(name))).toEqual([]);
  });

  test('nobody without a certificate', async () => {
    expect(await refusalOf(send(get().cartPort, '/', { as: 'none' }))).toMatch(/certificate required/);
    expect(await refusalOf(send(get().cartPort, '/'))).toMatch(CUT_OFF);
  });

  test('nobody of another authority or another trust domain', async () => {
    const other = new Authority(join(lab().scratch, 'other-authority'));
    const { certificate, key } = other.issue(spiffe('gateway'));
    const untrusted = { certificate, key, ca: lab().authority.ca };
    const elsewhere = ['spiffe://other.example/ns/shop/sa/gateway', 'spiffe://shop.example.evil/ns/shop/sa/gateway'];
    for (const as of [untrusted, ...elsewhere.map((id) => lab().authority.issue(id))]) {
      expect(await refusalOf(send(get().cartPort, '/', { as }))).toMatch(CUT_OFF);
    }
  });

  test('of the trust domain only those that are named', async () => {
    expect(await send(get().cartPort, '/', { as: issue('gateway') })).toMatchObject({ status: 200 });
    expect(await send(get().cartPort, '/', { as: issue('stranger') })).toMatchObject(DENIED);
    expect(await send(get().cartPort, '/', { as: issue('gateway-2') })).toMatchObject(DENIED);
  });

  test('nobody at all where no caller is declared', async () => {
    expect(await send(get().gatewayPort, '/', { as: issue('cart') })).toMatchObject(DENIED);
    expect(await send(get().gatewayPort, '/', { as: issue('gateway') })).toMatchObject(DENIED);
  });

  test('with the methods that are named, judged by the callee', async () => {
    const as = issue('auditor');
    expect(await send(get().cartPort, '/', { as })).toMatchObject({ status: 200 });
    expect(await send(get().cartPort, '/', { as, method: 'DELETE' })).toMatchObject(DENIED);
    expect(await send(get().cartPort, '/', { as, method: 'HEAD' })).toMatchObject({ status: 403 });
  });

  test('and before it by the caller’s own Envoy', async () => {
    expect(await send(get().toCart, '/', { method: 'POST' })).toMatchObject({ status: 200 });
    expect(await send(get().toCart, '/', { method: 'DELETE' })).toMatchObject(DENIED);
  });

  test('a callee that is somebody else is not talked to', async () => {
    expect((await send(get().toImpostor, '/')).status).toBe(503);
    const refused = await get().gateway.stat('envoy_cluster_ssl_fail_verify_san', '"egress_impostor"');
    expect(refused).toBeGreaterThan(0);
  });

  test('DNS is asked for IPv4, for the whole name and for no other', async () => {
    const { questions } = await lab().nameServer();
    expect(new Set(questions)).toEqual(new Set(['A cart.shop.example']));
  });

  test('the log is JSON with the trace and without the query', async () => {
    await send(get().toCart, '/logged?token=secret', { headers: { traceparent: TRACEPARENT } });
    await new Promise((resolve) => setTimeout(resolve, 1_200)); // Envoy writes once a second
    const lines = (program: 'cart' | 'gateway') =>
      get()
        [program].envoy.log.split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line): Record<string, unknown> => JSON.parse(line));
    const logged = { path: '/logged', status: 200, traceparent: TRACEPARENT };
    expect(lines('gateway')).toContainEqual(expect.objectContaining({ ...logged, listener: 'egress_cart' }));
    expect(lines('cart')).toContainEqual(
      expect.objectContaining({ ...logged, listener: 'inbound', peer: spiffe('gateway') }),
    );
    expect(get().gateway.envoy.log + get().cart.envoy.log).not.toContain('secret');
  });
});

const DENIED = { status: 403, body: 'RBAC: access denied' };
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
