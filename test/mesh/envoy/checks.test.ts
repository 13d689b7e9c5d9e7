import { bootstrap, bootstrapProblems, type EnvoyIntent, intentProblems } from '../../../lib/mesh/envoy';
import { bare, call, INTENTS, served, spiffe } from './intents';
import { changed, MISSED, MUTATED } from './mutations';

test.each(Object.entries(INTENTS))('%s has no problem', (_, intent) => {
  expect([...intentProblems(intent), ...bootstrapProblems(bootstrap(intent))]).toEqual([]);
});

test.each(MISSED)('finds $what', ({ change, says }) => {
  expect(bootstrapProblems(changed(bootstrap(MUTATED), change))).toEqual([expect.stringContaining(says)]);
});

test('finds two calls on one port, and a port that is none', () => {
  const intent = { ...served, egress: [call('a', 15101), call('b', 15101), call('c', 70000)] };
  expect(bootstrapProblems(bootstrap(intent))).toEqual([
    'listener egress_c has the port 70000',
    'listener egress_a and listener egress_b both want port 15101',
  ]);
});

test('a route that leads nowhere is found as well', () => {
  expect(bootstrapProblems(changed(bootstrap(MUTATED), ['"cluster":"local_app"', '"cluster":"app"']))).toEqual([
    'listener inbound refers to the cluster "app", which does not exist',
  ]);
});

test('one port on two addresses of loopback is no clash', () => {
  const moved = changed(bootstrap(MUTATED), ['"127.0.0.1","port_value":15101', '"::1","port_value":8081']);
  expect(bootstrapProblems(moved)).toEqual([]);
});

test('a bootstrap that lost everything is judged without an error', () => {
  expect(bootstrapProblems(JSON.parse('{}'))).toEqual([]);
  expect(bootstrapProblems(JSON.parse('{"static_resources":{"listeners":[null,{}],"clusters":{}}}'))).toEqual([
    'listener (without a name) has the port undefined',
  ]);
});

const WRONG: readonly (readonly [string, Partial<EnvoyIntent>, string])[] = [
  ['an identity of elsewhere', { identity: 'spiffe://other.example/a' }, 'is not a SPIFFE ID of the trust domain'],
  ['a trust domain that only begins alike', { identity: 'spiffe://shop.example.evil/a' }, 'is not a SPIFFE ID'],
  ['a trust domain that ends in nothing', { trustDomain: 'a.', identity: 'spiffe://a./b' }, 'is not a trust domain'],
  [
    'a trust domain with a path',
    { trustDomain: 'shop.example/ns', identity: 'spiffe://shop.example/ns/a' },
    'is not a trust',
  ],
  ['two calls of one name', { egress: [call('a'), call('a', 15102)] }, 'two calls are named "a"'],
  ['a name with a dot', { egress: [{ ...call('a'), name: 'a.b' }] }, 'other characters'],
  ['a host with its dot', { egress: [{ ...call('a'), host: 'a.shop.example.' }] }, 'which is not a DNS name'],
  ['a host that is an address', { egress: [{ ...call('a'), host: '10.0.0.1' }] }, 'which is not a DNS name'],
  ['a method in small letters', { egress: [{ ...call('a'), methods: ['get'] }] }, 'has the method "get"'],
  ['time that runs backwards', { egress: [{ ...call('a'), timeoutSeconds: -1 }] }, 'timeoutSeconds is -1'],
  [
    'so little time that it is rounded to no limit',
    { egress: [{ ...call('a'), timeoutSeconds: 0.0001 }] },
    'timeoutSeconds is 0.0001',
  ],
  ['connections for ever', { maxConnectionSeconds: 0 }, 'maxConnectionSeconds is 0'],
  ['a health path without its slash', { app: { port: 1, healthPath: 'healthz' } }, 'is not a path'],
  ['a health path that splits the request', { app: { port: 1, healthPath: '/a HTTP/1.1' } }, 'is not a path'],
  ['a drain path that is ready', { drainPath: '/ready' }, 'is a path of the health port already'],
  ['a drain path of two segments', { drainPath: '/a/b' }, 'is not one segment'],
  ['certificates among the configuration', { configDirectory: '/etc' }, 'are inside of configDirectory'],
  ['a relative folder', { configDirectory: 'envoy' }, '"envoy" is not an absolute folder'],
  ['an admin socket of nowhere', { adminPipe: 'admin.sock' }, 'is neither an absolute path nor @name'],
];

test.each(WRONG)('an intent with %s', (_, part, says) => {
  expect(intentProblems({ ...bare, ...part })).toEqual([expect.stringContaining(says)]);
});

test('an intent whose caller is a stranger or uses no method there is', () => {
  const callers = [{ identity: spiffe('a') }, { identity: 'cart' }, { identity: spiffe('b'), methods: ['GET', 'G T'] }];
  const intent = { ...bare, app: { port: 8081, inbound: { port: 8443, callers, timeoutSeconds: 15 } } };
  expect(intentProblems(intent)).toEqual([
    '"cart" is not a SPIFFE ID of the trust domain shop.example',
    'a caller has the method "G T"; methods are capitals',
  ]);
});

test('folders that only begin alike are no folder inside of another', () => {
  expect(intentProblems({ ...bare, configDirectory: '/etc/envoy' })).toEqual([]);
});
