import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Json } from '../support/programs';
import { review } from './review';
import { meshFindings } from './review.mesh';
import { Objects } from './review.objects';

/** Two services of which one calls the other, as small as a reviewer's eye needs them. */
function program(): Json[] {
  const service = (name: string, spec: { readonly env?: Json[]; readonly policy: Json }): Json[] => {
    const labels = { name };
    const metadata = { name, namespace: 'shop' };
    return [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              runtimeClassName: 'wasm',
              serviceAccountName: name,
              topologySpreadConstraints: [{ topologyKey: 'zone', labelSelector: { matchLabels: labels } }],
              containers: [
                {
                  image: `ghcr.io/acme/${name}@sha256:1`,
                  env: spec.env,
                  ports: [{ name: 'http', containerPort: 8080 }],
                  livenessProbe: { httpGet: { port: 8080 } },
                  volumeMounts: [{ name: 'files' }],
                },
              ],
              volumes: [{ name: 'files', configMap: { name: 'files' } }],
            },
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
      },
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { selector: { matchLabels: labels } } },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata,
        spec: { scaleTargetRef: { kind: 'Deployment', name } },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata,
        spec: { podSelector: { matchLabels: labels }, ...spec.policy },
      },
    ];
  };
  const peer = (name: string) => [{ podSelector: { matchLabels: { name } } }];
  const ports = [{ port: 8080 }];
  const dns = { ports: ['UDP', 'TCP'].map((protocol) => ({ port: 53, protocol })) };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'wasm' },
      scheduling: {
        nodeSelector: { pool: 'edge' },
        tolerations: [{ key: 'pool', value: 'edge', effect: 'NoSchedule' }],
      },
    },
    {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: 'edge' },
      spec: {
        template: {
          metadata: { labels: { pool: 'edge' } },
          spec: { taints: [{ key: 'pool', value: 'edge', effect: 'NoSchedule' }] },
        },
      },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files', namespace: 'shop' } },
    ...service('gateway', {
      env: [{ name: 'CART_URL', value: 'http://cart' }],
      policy: { policyTypes: ['Egress'], egress: [dns, { to: peer('cart'), ports }] },
    }),
    ...service('cart', { policy: { policyTypes: ['Ingress'], ingress: [{ from: peer('gateway'), ports }] } }),
  ];
}

const facts = {
  existingNodes: [],
  images: new Map(['gateway', 'cart'].map((name) => [`ghcr.io/acme/${name}`, `ghcr.io/acme/${name}@sha256:1`])),
};

test('a program that fits together passes the review', () => {
  expect(review(program(), facts)).toEqual([]);
});

test('a RuntimeClass for nodes that somebody else keeps passes the review when they have its labels', () => {
  const objects = program();
  find(objects, 'RuntimeClass', 'wasm').scheduling.nodeSelector = { machine: 'batch' };
  expect(review(objects, { ...facts, existingNodes: [{ machine: 'batch', disk: 'fast' }] })).toEqual([]);
  expect(review(objects, facts)).toEqual(['RuntimeClass wasm: no node has {"machine":"batch"}']);
});

test.each<[string, (find: (kind: string, name: string) => Json, objects: Json[]) => void, string]>([
  ['a name that is given twice', (get, all) => all.push(get('Service', 'cart')), 'Service shop/cart is there twice'],
  [
    'a namespace that nobody makes',
    (get) => (get('ConfigMap', 'files').metadata.namespace = 'shoo'),
    'ConfigMap shoo/files: its namespace is missing',
  ],
  [
    'a RuntimeClass that nobody makes',
    (get) => (podOf(get('Deployment', 'cart')).runtimeClassName = 'wasn'),
    'Deployment shop/cart: there is no RuntimeClass wasn',
  ],
  [
    'a pool without the label that is selected',
    (get) => (get('NodePool', 'edge').spec.template.metadata.labels = { pool: 'edgy' }),
    'RuntimeClass wasm: no node has {"pool":"edge"}',
  ],
  [
    'a taint that is not tolerated',
    (get) => (get('RuntimeClass', 'wasm').scheduling.tolerations[0].effect = 'NoExecute'),
    'RuntimeClass wasm: it does not tolerate pool=edge:NoSchedule',
  ],
  [
    'other bytes',
    (get) => (podOf(get('Deployment', 'cart')).containers[0].image = 'ghcr.io/acme/cart@sha256:2'),
    'Deployment shop/cart: ghcr.io/acme/cart@sha256:2 is not ghcr.io/acme/cart@sha256:1',
  ],
  [
    'an account that nobody makes',
    (get) => (podOf(get('Deployment', 'cart')).serviceAccountName = 'card'),
    'Deployment shop/cart: there is no ServiceAccount card',
  ],
  [
    'files that nobody makes',
    (get) => (podOf(get('Deployment', 'cart')).volumes[0].configMap.name = 'fields'),
    'Deployment shop/cart: there is no ConfigMap fields',
  ],
  [
    'a volume without a mount',
    (get) => (podOf(get('Deployment', 'cart')).containers[0].volumeMounts = undefined),
    'Deployment shop/cart: volume files is mounted nowhere',
  ],
  [
    'a Deployment that does not select its own pods',
    (get) => (get('Deployment', 'cart').spec.selector.matchLabels = { name: 'card' }),
    'Deployment shop/cart: its selector selects the pods of nobody',
  ],
  [
    'pods that are spread by the label of others',
    (get) =>
      (podOf(get('Deployment', 'cart')).topologySpreadConstraints[0].labelSelector.matchLabels = { name: 'gateway' }),
    'Deployment shop/cart: its spread over zone selects the pods of gateway',
  ],
  [
    'a budget for all pods',
    (get) => (get('PodDisruptionBudget', 'cart').spec.selector.matchLabels = {}),
    'PodDisruptionBudget shop/cart: its selector selects the pods of gateway and cart',
  ],
  [
    'a Service without pods',
    (get) => (get('Service', 'cart').spec.selector = { name: 'card' }),
    'Service shop/cart: its selector selects the pods of nobody',
  ],
  [
    'a Service to a port that is not open',
    (get) => (get('Service', 'cart').spec.ports[0].targetPort = 'https'),
    'Service shop/cart: its pods have no port https',
  ],
  [
    'an autoscaler of nothing',
    (get) => (get('HorizontalPodAutoscaler', 'cart').spec.scaleTargetRef.name = 'card'),
    'HorizontalPodAutoscaler shop/cart: there is no Deployment card',
  ],
  [
    'replicas beside an autoscaler',
    (get) => (get('Deployment', 'cart').spec.replicas = 1),
    'Deployment shop/cart: it sets the replicas that its autoscaler sets',
  ],
  [
    'a probe of a port that is not open',
    (get) => (podOf(get('Deployment', 'cart')).containers[0].livenessProbe.httpGet.port = 8081),
    'Deployment shop/cart: its livenessProbe asks port 8081',
  ],
  [
    'an address of nobody',
    (get) => (podOf(get('Deployment', 'gateway')).containers[0].env[0].value = 'http://card'),
    'Deployment shop/gateway: CART_URL names http://card, which leads to no Service',
  ],
  [
    'an address with a port that the Service has not',
    (get) => (podOf(get('Deployment', 'gateway')).containers[0].env[0].value = 'http://cart:8080'),
    'Deployment shop/gateway: CART_URL names port 8080',
  ],
  [
    'a call that is not let in',
    (get) => (get('NetworkPolicy', 'cart').spec.ingress = []),
    'gateway → cart:8080: leaves, but is not let in',
  ],
  [
    'a call that cannot leave',
    (get) => get('NetworkPolicy', 'gateway').spec.egress.pop(),
    'gateway → cart:8080: is called, but cannot leave',
  ],
  [
    'a caller that is let in and has no way out',
    (get) => get('NetworkPolicy', 'gateway').spec.egress.pop(),
    'gateway → cart:8080: is let in, but cannot leave',
  ],
  [
    'a port that differs at the two ends',
    (get) => (get('NetworkPolicy', 'cart').spec.ingress[0].ports = [{ port: 80 }]),
    'gateway → cart:80: is let in, but cannot leave',
  ],
  [
    'a way out that nobody needs',
    (get) => (podOf(get('Deployment', 'gateway')).containers[0].env = []),
    'gateway → cart:8080: leaves, but is not called',
  ],
  [
    'a caller that cannot look up names',
    (get) => get('NetworkPolicy', 'gateway').spec.egress[0].ports.pop(),
    'Deployment shop/gateway: it cannot ask for the address of whom it calls',
  ],
])('the review finds %s', (_, damage, finding) => {
  const objects = program();
  damage((kind, name) => find(objects, kind, name), objects);
  expect(review(objects, facts)).toContain(finding);
});

const podOf = (deployment: Json): Json => deployment.spec.template.spec;

function find(objects: readonly Json[], kind: string, name: string): Json {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

describe('between proxies', () => {
  const shop = (): Json[] =>
    parseAllDocuments(readFileSync(join(__dirname, 'polyglot-shop.golden.yaml'), 'utf8'))
      .map((document) => document.toJS())
      .filter(({ kind, metadata }: Json) => kind !== 'DaemonSet' && metadata.namespace === 'shop');
  const ofMesh = (objects: Json[]) => [...meshFindings(new Objects(objects))];
  const rewrite = (objects: Json[], name: string, change: (text: string) => string): void => {
    const { data } = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(name));
    data['bootstrap.json'] = change(data['bootstrap.json']);
  };

  test('the review finds nothing in the shop', () => {
    expect(ofMesh(shop())).toEqual([]);
  });

  test.each<[string, (objects: Json[]) => unknown, string[]]>([
    [
      'another identity than the callee has',
      (all) => rewrite(all, 'gateway-envoy', (text) => text.replaceAll('/sa/cart"', '/sa/card"')),
      [
        'Deployment shop/gateway: egress_cart-15101 expects spiffe://shop.example/ns/shop/sa/card, and meets spiffe://shop.example/ns/shop/sa/cart',
      ],
    ],
    [
      'a caller that is not let in',
      (all) => rewrite(all, 'cart-envoy', (text) => text.replaceAll('/sa/gateway"', '/sa/gate"')),
      [
        'Deployment shop/cart: it admits spiffe://shop.example/ns/shop/sa/gate, who does not call it',
        'Deployment shop/cart: it does not admit spiffe://shop.example/ns/shop/sa/gateway, who calls it',
      ],
    ],
    [
      'a Service that does not exist',
      (all) => rewrite(all, 'cart-envoy', (text) => text.replaceAll('inventory.shop.svc.cluster.local.', 'stock.')),
      ['Deployment shop/cart: egress_inventory-15101 leads nowhere'],
    ],
    [
      'a port that the Service has not',
      (all) => Object.assign(find(all, 'Service', 'inventory').spec.ports[0], { port: 8444 }),
      ['Deployment shop/cart: egress_inventory-15101 leads nowhere'],
    ],
    [
      'a proxy without a certificate',
      (all) => Object.assign(find(all, 'Certificate', 'gateway').spec, { secretName: 'other' }),
      ['Deployment shop/gateway: no Certificate gives its proxy an identity'],
    ],
  ])('the review finds %s', (_, damage, findings) => {
    const objects = shop();
    damage(objects);
    expect(ofMesh(objects).sort()).toEqual(expect.arrayContaining(findings));
  });
});
