import { JsonPatch, Lazy } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-28';
import { Manifest, WasmMicroservice } from '../../lib';
import { merged, type PlainValue } from '../../lib/manifest/override';
import { guestOf, httpImage, only, platform, podOf } from '../support/programs';

/** A service and a way to see its Deployment. */
function cart() {
  const { chart, pool } = platform();
  const environment = { LOG_LEVEL: EnvValue.fromValue('info'), REGION: EnvValue.fromValue('eu') };
  const service = new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), environment });
  return { deployment: Manifest.find(service, 'Deployment'), emitted: () => only(chart, 'Deployment') };
}

describe('overrides of an object', () => {
  test('a container is found by its name, and the rest of it stays', () => {
    const { deployment, emitted } = cart();
    const before = guestOf(emitted());
    deployment.override({ spec: { template: { spec: { containers: [{ name: 'cart', imagePullPolicy: 'Never' }] } } } });
    expect(guestOf(emitted())).toEqual({ ...before, imagePullPolicy: 'Never' });
  });

  test('a container of another name is added', () => {
    const { deployment, emitted } = cart();
    deployment.override({ spec: { template: { spec: { containers: [{ name: 'debug', image: 'busybox' }] } } } });
    expect(podOf(emitted()).containers.map((one: { name: string }) => one.name)).toEqual(['cart', 'debug']);
  });

  test('a variable is replaced by its name and keeps its place', () => {
    const { deployment, emitted } = cart();
    const env = [{ name: 'LOG_LEVEL', value: 'debug' }];
    deployment.override({ spec: { template: { spec: { containers: [{ name: 'cart', env }] } } } });
    expect(guestOf(emitted()).env).toEqual([
      { name: 'LOG_LEVEL', value: 'debug' },
      { name: 'REGION', value: 'eu' },
    ]);
  });

  test('null removes a field', () => {
    const { deployment, emitted } = cart();
    deployment.override({ spec: { template: { spec: { topologySpreadConstraints: null } } } });
    expect(podOf(emitted())).not.toHaveProperty('topologySpreadConstraints');
  });

  test('fields nobody knows and quantities as people write them survive', () => {
    const { deployment, emitted } = cart();
    const resources = { limits: { 'acme.example/gpu': '1', memory: '0.1Gi' } };
    deployment.override({
      spec: {
        template: { spec: { containers: [{ name: 'cart', resources }], fieldOfTomorrow: { deep: [0, false, ''] } } },
      },
    });
    expect(guestOf(emitted()).resources.limits).toEqual({ 'acme.example/gpu': '1', memory: '0.1Gi' });
    expect(podOf(emitted()).fieldOfTomorrow).toEqual({ deep: [0, false, ''] });
  });

  test('overrides and JSON patches are applied in the order they were given', () => {
    const { deployment, emitted } = cart();
    deployment.override({ spec: { replicas: 3 } });
    deployment.addJsonPatch(JsonPatch.test('/spec/replicas', 3), JsonPatch.replace('/spec/replicas', 4));
    deployment.override({ spec: { paused: true } });
    deployment.addJsonPatch(JsonPatch.remove('/spec/paused'), JsonPatch.add('/spec/minReadySeconds', 0));
    expect(emitted().spec).toMatchObject({ replicas: 4, minReadySeconds: 0 });
    expect(emitted().spec).not.toHaveProperty('paused');
  });

  test('the later of two overrides wins', () => {
    const { deployment, emitted } = cart();
    deployment.override({ spec: { replicas: 3 } });
    deployment.override({ spec: { replicas: 0 } });
    expect(emitted().spec.replicas).toBe(0);
  });

  test('metadata can be overridden too, and the labels of the chart stay', () => {
    const { deployment, emitted } = cart();
    deployment.override({ metadata: { labels: { extra: 'yes' }, finalizers: ['acme.example/keep'] } });
    expect(emitted().metadata).toMatchObject({
      finalizers: ['acme.example/keep'],
      labels: { extra: 'yes', 'app.kubernetes.io/name': 'cart' },
    });
  });

  test('a value cdk8s produces late may be part of an override', () => {
    const { deployment, emitted } = cart();
    deployment.override({ spec: { replicas: Lazy.any({ produce: () => 7 }) } });
    expect(emitted().spec.replicas).toBe(7);
  });

  test('what was given is never written to: a second synthesis says the same', () => {
    const { deployment, emitted } = cart();
    const patch = { spec: { template: { spec: { tolerations: [{ key: 'a' }] } } } };
    deployment.override(patch);
    deployment.addJsonPatch(JsonPatch.add('/spec/template/spec/tolerations/-', { key: 'b' }));
    expect(podOf(emitted()).tolerations).toEqual([{ key: 'a' }, { key: 'b' }]);
    expect(podOf(emitted()).tolerations).toEqual([{ key: 'a' }, { key: 'b' }]);
    expect(patch.spec.template.spec.tolerations).toEqual([{ key: 'a' }]);
  });
});

describe('the merge', () => {
  const cases: ReadonlyArray<readonly [title: string, target: PlainValue, patch: PlainValue, result: PlainValue]> = [
    ['maps are merged', { a: 1, b: { c: 2 } }, { b: { d: 3 } }, { a: 1, b: { c: 2, d: 3 } }],
    ['a map replaces a value', { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
    ['a value replaces a map', { a: { b: 2 } }, { a: 0 }, { a: 0 }],
    ['null removes, also what is not there', { a: 1 }, { a: null, z: null }, {}],
    ['null inside something new removes itself', {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    ['lists without names are replaced', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    ['an empty list replaces', { env: [{ name: 'A' }] }, { env: [] }, { env: [] }],
    ['an empty list is replaced', { env: [] }, { env: [{ name: 'A' }] }, { env: [{ name: 'A' }] }],
    ['false, 0 and empty text replace', { a: 1, b: 2, c: 3 }, { a: false, b: 0, c: '' }, { a: false, b: 0, c: '' }],
    [
      'null removes a field of a named item',
      { env: [{ name: 'A', value: 'x' }] },
      { env: [{ name: 'A', value: null, valueFrom: {} }] },
      { env: [{ name: 'A', valueFrom: {} }] },
    ],
    [
      'a volume that is mounted twice keeps both mounts',
      {
        volumeMounts: [
          { name: 'config', mountPath: '/a' },
          { name: 'config', mountPath: '/b' },
        ],
      },
      { volumeMounts: [{ name: 'config', mountPath: '/b', readOnly: true }] },
      {
        volumeMounts: [
          { name: 'config', mountPath: '/a' },
          { name: 'config', mountPath: '/b', readOnly: true },
        ],
      },
    ],
    [
      'another mount of the same volume is added',
      { volumeMounts: [{ name: 'config', mountPath: '/a' }] },
      { volumeMounts: [{ name: 'config', mountPath: '/b' }] },
      {
        volumeMounts: [
          { name: 'config', mountPath: '/a' },
          { name: 'config', mountPath: '/b' },
        ],
      },
    ],
    [
      'a list in which a name occurs twice is replaced, since nobody knows which is meant',
      { headers: [{ name: 'A' }, { name: 'A' }] },
      { headers: [{ name: 'A', value: 'x' }] },
      { headers: [{ name: 'A', value: 'x' }] },
    ],
  ];

  test.each(cases)('%s', (_title, target, patch, result) => {
    expect(merged(target, patch)).toEqual(result);
  });

  test('a key that every object inherits is a key like another', () => {
    const result = merged({}, JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'));
    expect(Object.keys(result as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
