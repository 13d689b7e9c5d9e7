import { ApiObject, Chart, Lazy, Testing } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Manifest, type ManifestProps, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../lib';
import { all, findingsOf, httpImage, type Json, objectsOf, only, platform } from '../support/programs';

const chartOf = (namespace: string | undefined = 'shop') => new Chart(Testing.app(), 'shop', { namespace });

/** A ConfigMap under a construct, as a library construct emits its objects. */
function configMap(chart: Chart, data: unknown = {}, props: Partial<ManifestProps> = {}, id = 'settings'): Manifest {
  const content = { render: () => ({ data }) };
  return new Manifest(new Construct(chart, id), 'Resource', { apiVersion: 'v1', kind: 'ConfigMap', content, ...props });
}

const dataOf = (data: unknown): Json => (configMap(chartOf(), data).toJson() as Json).data;

describe('rendering', () => {
  test('an object is rendered when the app is synthesised, after everything was said', () => {
    const chart = chartOf();
    const data: Record<string, string> = {};
    configMap(chart, data);
    data.said = 'later';
    expect(only(chart, 'ConfigMap').data).toEqual({ said: 'later' });
  });

  test('nothing is rendered before', () => {
    const render = jest.fn(() => ({}));
    const chart = chartOf();
    configMap(chart, {}, { content: { render } });
    expect(render).not.toHaveBeenCalled();
    objectsOf(chart);
    expect(render).toHaveBeenCalledTimes(1);
  });

  test('identity comes first, whatever the renderer writes', () => {
    expect(Object.keys(configMap(chartOf()).toJson() as Json)).toEqual(['apiVersion', 'kind', 'metadata', 'data']);
  });

  test('empty lists and maps, 0, false, empty texts and null are values', () => {
    const data = { list: [], map: {}, zero: 0, no: false, text: '', nothing: null };
    expect(dataOf(data)).toEqual(data);
  });

  test('a field without a value is left out', () => {
    expect(dataOf({ here: 1, absent: undefined, deep: { absent: undefined } })).toEqual({ here: 1, deep: {} });
  });

  test('a list keeps its length and order', () => {
    expect(dataOf({ list: ['b', 'a', 'b'] }).list).toEqual(['b', 'a', 'b']);
  });

  test('values cdk8s produces late are resolved, also inside lists', () => {
    const late = Lazy.any({ produce: () => 'late' });
    expect(dataOf({ one: late, list: [{ deep: late }] })).toEqual({ one: 'late', list: [{ deep: 'late' }] });
  });

  test('two syntheses say the same', () => {
    const { chart, pool } = platform();
    new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
    expect(objectsOf(chart)).toEqual(objectsOf(chart));
  });
});

describe('names', () => {
  test.each([
    ['cart', 'cart'],
    ['ShoppingCart', 'shoppingcart'],
    ['cart_v2', 'cart-v2'],
    ['--a  b--', 'a-b'],
  ])('the id %s becomes the name %s', (id, name) => {
    expect(configMap(chartOf(), {}, {}, id).name).toBe(name);
  });

  test('an explicit name wins over a default name, and that over the id', () => {
    const chart = chartOf();
    const names = [{ name: 'said', defaultName: 'default' }, { defaultName: 'default' }, {}].map(
      (props, i) => configMap(chart, {}, props, `id${i}`).name,
    );
    expect(names).toEqual(['said', 'default', 'id2']);
  });

  test('the name is what is emitted', () => {
    const chart = chartOf();
    configMap(chart);
    expect(only(chart, 'ConfigMap').metadata.name).toBe('settings');
  });

  test('an id without a letter or digit is refused, since no name follows from it', () => {
    const chart = chartOf();
    configMap(chart, {}, {}, '___');
    expect(findingsOf(chart)).toEqual([
      '[shop/___/Resource] WASM0102: "" cannot name a ConfigMap: use at most 253 of a-z, 0-9, . and -, starting and ending with a letter or digit; set `name`',
    ]);
  });
});

/** A chart of somebody who has rules for names. */
class CorporateChart extends Chart {
  public override generateObjectName(object: ApiObject): string {
    return `acme-${object.node.path.split('/').slice(1).join('-').toLowerCase()}`;
  }
}

describe('a chart that names its objects itself', () => {
  function program() {
    const chart = new CorporateChart(Testing.app(), 'shop', { namespace: 'shop' });
    const pool = new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME });
    const service = new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), autoscaling: { maxReplicas: 4 } });
    return { chart, pool, service };
  }

  test('is asked for the name of every object, and the name is emitted', () => {
    const { chart } = program();
    const names = objectsOf(chart).map((object) => `${object.kind} ${object.metadata.name}`);
    expect(names.sort()).toEqual([
      'Deployment acme-cart-resource',
      'HorizontalPodAutoscaler acme-cart-horizontalpodautoscaler',
      'PodDisruptionBudget acme-cart-poddisruptionbudget',
      'RuntimeClass acme-edge-resource',
      'Service acme-cart-service',
      'ServiceAccount acme-cart-serviceaccount',
    ]);
  });

  test('is followed by references from pods to RuntimeClass and ServiceAccount', () => {
    const pod = only(program().chart, 'Deployment').spec.template.spec;
    expect([pod.runtimeClassName, pod.serviceAccountName]).toEqual(['acme-edge-resource', 'acme-cart-serviceaccount']);
  });

  test('is followed by the target of the autoscaler', () => {
    expect(only(program().chart, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'acme-cart-resource',
    });
  });

  test('is followed by what the constructs say about themselves', () => {
    const { pool, service } = program();
    expect([pool.runtimeClassName, service.name, service.serviceName]).toEqual([
      'acme-edge-resource',
      'acme-cart-resource',
      'acme-cart-service',
    ]);
  });

  test('gives way to an explicit name', () => {
    const { chart, pool } = program();
    new WasmMicroservice(chart, 'stock', { pool, image: httpImage(), name: 'inventory' });
    expect(all(chart, 'Deployment').map((object) => object.metadata.name)).toContain('inventory');
  });

  test('may override the method on one instance only', () => {
    const chart = chartOf();
    chart.generateObjectName = () => 'mine';
    configMap(chart);
    expect(only(chart, 'ConfigMap').metadata.name).toBe('mine');
  });
});

describe('namespaces', () => {
  test('an object gets the namespace of its chart', () => {
    const manifest = configMap(chartOf('shop'));
    expect([manifest.namespace, (manifest.toJson() as Json).metadata.namespace]).toEqual(['shop', 'shop']);
  });

  test('an object may live in another namespace than its chart', () => {
    const manifest = configMap(chartOf('shop'), {}, { namespace: 'kube-system' });
    expect((manifest.toJson() as Json).metadata.namespace).toBe('kube-system');
  });

  test('without a namespace in the chart there is none', () => {
    const manifest = configMap(new Chart(Testing.app(), 'shop'));
    expect((manifest.toJson() as Json).metadata).toEqual({ name: 'settings' });
  });

  test.each([
    ['node.k8s.io/v1', 'RuntimeClass'],
    ['karpenter.sh/v1', 'NodePool'],
    ['karpenter.k8s.aws/v1', 'EC2NodeClass'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
    ['v1', 'Namespace'],
  ])('a kind outside namespaces has none: %s %s', (apiVersion, kind) => {
    const manifest = configMap(chartOf('shop'), {}, { apiVersion, kind });
    expect((manifest.toJson() as Json).metadata).toEqual({ name: 'settings' });
    expect(manifest.namespace).toBeUndefined();
  });

  test('a kind of the same name in another API group has one', () => {
    const manifest = configMap(chartOf('shop'), {}, { apiVersion: 'acme.example/v1', kind: 'NodePool' });
    expect(manifest.namespace).toBe('shop');
  });
});

describe('labels and annotations', () => {
  const labelled = () => {
    const chart = new Chart(Testing.app(), 'shop', { labels: { team: 'shop', tier: 'chart' } });
    return configMap(chart, {}, { labels: { tier: 'object' }, annotations: { 'acme.example/owner': 'us' } });
  };

  test('the labels of the chart are kept, and those of the object win', () => {
    expect((labelled().toJson() as Json).metadata.labels).toEqual({ team: 'shop', tier: 'object' });
  });

  test('annotations are emitted', () => {
    expect((labelled().toJson() as Json).metadata.annotations).toEqual({ 'acme.example/owner': 'us' });
  });

  test('labels that are added later through cdk8s are emitted too', () => {
    const manifest = labelled();
    manifest.metadata.addLabel('late', 'yes');
    manifest.metadata.addAnnotation('late', '');
    const { labels, annotations } = (manifest.toJson() as Json).metadata;
    expect([labels.late, annotations.late]).toEqual(['yes', '']);
  });

  test('an empty label value is a value', () => {
    const manifest = configMap(chartOf(), {}, { labels: { 'node-role.example/edge': '' } });
    expect((manifest.toJson() as Json).metadata.labels).toEqual({ 'node-role.example/edge': '' });
  });

  test('the objects of a pool carry the labels of the chart beside the recommended ones', () => {
    const chart = new Chart(Testing.app(), 'shop', { labels: { team: 'platform' } });
    new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME });
    expect(only(chart, 'RuntimeClass').metadata.labels).toEqual({
      team: 'platform',
      'app.kubernetes.io/name': 'edge',
      'app.kubernetes.io/component': 'node-pool',
      'app.kubernetes.io/part-of': 'shop',
      'app.kubernetes.io/managed-by': 'cdk8s-wasm',
    });
  });

  test('a chart whose id is no label value leaves part-of out', () => {
    const chart = new Chart(Testing.app(), 'the shop');
    new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME });
    expect(only(chart, 'RuntimeClass').metadata.labels).not.toHaveProperty(['app.kubernetes.io/part-of']);
    expect(findingsOf(chart)).toEqual([]);
  });
});

describe('values not known yet', () => {
  const later = (value: string) => Lazy.any({ produce: () => value });

  test('are names and labels of an object', () => {
    const { metadata } = configMap(chartOf(), {}, { name: later('known'), labels: { a: later('b') } }).toJson() as Json;
    expect(metadata).toMatchObject({ name: 'known', labels: { a: 'b' } });
  });

  test('are not judged and not compared', () => {
    const chart = chartOf();
    configMap(chart, {}, { name: later('A B'), labels: { a: later('b c') } }, 'one');
    configMap(chart, {}, { name: later('A B') }, 'two');
    expect(findingsOf(chart)).toEqual([]);
  });
});

describe('finding the objects of a construct', () => {
  const service = () => {
    const { chart, pool } = platform();
    return new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), replicas: 1 });
  };

  test('all() lists them in the order of declaration', () => {
    expect(Manifest.all(service()).map((manifest) => manifest.kind)).toEqual([
      'ServiceAccount',
      'Deployment',
      'Service',
    ]);
  });

  test('find() gives the one of a kind', () => {
    expect(Manifest.find(service(), 'Service').name).toBe('cart');
  });

  test('find() refuses a kind that is not emitted, and says which are', () => {
    expect(() => Manifest.find(service(), 'PodDisruptionBudget')).toThrow(
      'WASM0104: shop/cart emits no PodDisruptionBudget, only ServiceAccount, Deployment, Service; ask for one of these, or set the prop that makes the construct emit it',
    );
  });

  test('the error of find() carries its code', () => {
    expect(() => Manifest.find(service(), 'Ingress')).toThrow(
      expect.objectContaining({ name: 'WasmError', code: 'WASM0104' }),
    );
  });

  test('the default child is the main object, as ApiObject.of() expects', () => {
    const { chart, pool } = platform();
    const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
    expect([ApiObject.of(pool).kind, ApiObject.of(cart).kind]).toEqual(['RuntimeClass', 'Deployment']);
  });

  test('objects of others are not ours to find', () => {
    const chart = chartOf();
    new ConfigMap(chart, 'theirs');
    expect(Manifest.all(chart)).toEqual([]);
  });
});
