import { bootstrap, files } from '../../../lib/mesh/envoy';
import { call, INTENTS, served } from './intents';
import { schemaErrors } from './schema';

test.each(Object.entries(INTENTS))('the bootstrap and the secrets of: %s', (_, intent) => {
  const texts = files(intent);
  expect([
    ...schemaErrors(JSON.parse(texts['bootstrap.json']), 'Bootstrap'),
    ...schemaErrors(JSON.parse(texts['sds-cert.json']), 'SecretFile'),
    ...schemaErrors(JSON.parse(texts['sds-ca.json']), 'SecretFile'),
  ]).toEqual([]);
});

// The first that differs in the text, and what is said about it.
test.each([
  ['a field that is misspelt', '"stat_prefix"', '"stats_prefix"', 'has no field stats_prefix'],
  [
    'a message that is misspelt',
    'rbac.v3.RBAC',
    'rbac.v3.Rbac',
    'there is no message envoy.extensions.filters.http.rbac.v3.Rbac',
  ],
  [
    'a message in the wrong place',
    'DownstreamTlsContext',
    'UpstreamTlsContext',
    'has no field require_client_certificate',
  ],
  ['a number as text', '"port_value":8443', '"port_value":"8443"', '"8443" is no port'],
  ['text as a number', '"10000"', '10000', '10000 is no int64'],
  ['an exponent', '"15s"', '"1e-7s"', '"1e-7s" is no duration'],
  ['a value no enum has', '"SANITIZE_SET"', '"SET"', '"SET" is none of SANITIZE|SANITIZE_SET'],
  ['two of which one may be', '{"prefix":"/"}', '{"prefix":"/","path":"/"}', 'needs one of path, prefix'],
  [
    'something required',
    '"san_type":"URI","matcher":{"prefix":"spiffe://shop.example/"}',
    '"san_type":"URI"',
    'needs matcher',
  ],
  ['an empty name', '"stat_prefix":"inbound"', '"stat_prefix":""', '"" is no string'],
])('finds %s', (_, from, to, says) => {
  const text = JSON.stringify(bootstrap({ ...served, egress: [call('inventory')] }));
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  expect(schemaErrors(JSON.parse(changed), 'Bootstrap').join('\n')).toContain(says);
});
