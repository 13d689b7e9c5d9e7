import { ApiObject, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Files, NodeProvisioner, Taint, WasmJob, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../lib';
import { PolicyAction, PolicyEnforcer, WasmPolicy, type WasmPolicyProps } from '../../lib/policy';
import { RULES } from '../../lib/policy/rules';
import { installed } from '../node-pool/installers/installed';
import { everyProp } from '../support/every-prop';
import { all, DIGEST, findingsOf, httpImage, type Json, moduleImage, platform } from '../support/programs';
import { violations } from './violations';

const REPOSITORIES = ['ghcr.io/acme/'];

/** A program with a pool, a service and a policy. */
function governed(props: Partial<WasmPolicyProps> = {}, poolProps: Parameters<typeof platform>[0] = {}) {
  const { app, chart, pool } = platform(poolProps);
  const policies = new Chart(app, 'policies');
  const service = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  const policy = new WasmPolicy(policies, 'policy', { pools: [pool], repositories: REPOSITORIES, ...props });
  return { app, chart, pool, policies, service, policy };
}

const named = (chart: Chart, kind: string, name: string): Json =>
  all(chart, kind).find(({ metadata }) => metadata.name === name);
/** A parameter as it is written into a native policy. */
const parameterOf = (chart: Chart, rule: string, name: string): string =>
  named(chart, 'ValidatingAdmissionPolicy', rule).spec.variables.find((one: Json) => one.name === name).expression;
const deploymentOf = (chart: Chart): Json => all(chart, 'Deployment')[0];
const rulesIn = (findings: readonly string[]): string[] =>
  findings.map((finding) => /\(rule ([a-z-]+)\)/.exec(finding)?.[1] ?? finding);

describe('a program', () => {
  test('that is in order passes, with a native policy and a binding a rule', () => {
    const { chart, policies } = governed();
    expect(findingsOf(chart)).toEqual([]);
    expect(all(policies, 'ValidatingAdmissionPolicy').map(({ metadata }) => metadata.name)).toEqual(
      RULES.map(({ id }) => id),
    );
    expect(all(policies, 'ValidatingAdmissionPolicyBinding')).toHaveLength(RULES.length);
  });

  const { chart: honest } = governed();
  test.each(violations(deploymentOf(honest)))('that breaks %s alone is refused by it alone', (rule, object) => {
    const { chart } = governed();
    new ApiObject(chart, 'changed', object);
    expect(rulesIn(findingsOf(chart))).toEqual([rule]);
    expect(() => Testing.synth(chart)).toThrow(rule);
  });

  test('hears which object of which construct breaks which rule, and what to do', () => {
    const { chart } = governed({ repositories: ['ghcr.io/other/'] });
    expect(findingsOf(chart)).toEqual([
      '[policies/policy] WASM0707: shop/cart/Resource: Deployment shop/cart: an image of a Wasm pod is from none of ' +
        'the admitted repositories; publish it in one of them, or add its repository to `repositories` ' +
        '(rule wasm-image-repository)',
    ]);
  });

  test('is judged whoever made the object: cdk8s-plus, plain cdk8s, a List', () => {
    const { chart } = governed();
    const deployment = new kplus.Deployment(chart, 'plus', {
      containers: [{ image: 'nginx:1.29' }],
    });
    ApiObject.of(deployment).addJsonPatch({
      _toJson: () => ({ op: 'add', path: '/spec/template/spec/nodeName', value: 'wasm-1' }),
    } as never);
    const pod = { apiVersion: 'v1', kind: 'Pod', spec: { nodeName: 'wasm-1', containers: [] } };
    new ApiObject(chart, 'raw', { ...pod, metadata: { name: 'raw' } });
    new ApiObject(chart, 'list', {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ ...pod, metadata: { name: 'in-a-list' } }],
    } as never);
    expect(rulesIn(findingsOf(chart))).toEqual(['wasm-node-name', 'wasm-node-name', 'wasm-node-name']);
  });

  test('is judged as it is, however late it changes', () => {
    const { chart, service } = governed();
    Testing.synth(chart);
    ApiObject.of(service).addJsonPatch();
    (ApiObject.of(service) as Json).override({ spec: { template: { spec: { nodeName: 'wasm-1' } } } });
    expect(() => Testing.synth(chart)).toThrow('wasm-node-name');
    (ApiObject.of(service) as Json).override({ spec: { template: { spec: { nodeName: null } } } });
    expect(() => Testing.synth(chart)).not.toThrow();
  });

  test('that uses every prop passes once its own exceptions are said', () => {
    const app = everyProp();
    const pools = app.node.findAll().filter((child): child is WasmNodePool => 'runtimeClassName' in child);
    new WasmPolicy(new Chart(app, 'policies'), 'policy', {
      pools,
      repositories: ['ghcr.io/acme/', 'envoyproxy/'],
      volumeTypes: ['image'],
    });
    expect(findingsOf(app)).toEqual([]);
  });
});

describe('what rules are told', () => {
  test('the RuntimeClass that an installer probes with is known, and pods elsewhere may not name it', () => {
    const { app, pool, chart } = installed();
    new WasmPolicy(new Chart(app, 'policies'), 'policy', { pools: [pool], repositories: REPOSITORIES });
    expect(findingsOf(app)).toEqual([]);
    const spec = { runtimeClassName: 'shim-probe-wasmtime-edge', containers: [] };
    new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' }, spec } as never);
    expect(findingsOf(app)).toEqual([expect.stringContaining('(rule wasm-runtime-class)')]);
  });

  test('comes from the pools: RuntimeClass, handler, taint, what the runtime cannot do', () => {
    const { app, pool, chart } = platform({ taint: Taint.noSchedule('wasm', 'edge') });
    const crun = WasmNodePool.fromRuntimeClass(chart, 'elsewhere', 'made-elsewhere', {
      runtime: WasmRuntime.WASMEDGE,
      untoleratedTaints: [Taint.noExecute('batch')],
    });
    const policies = new Chart(app, 'policies');
    new WasmPolicy(policies, 'policy', {
      pools: [pool, crun],
      repositories: REPOSITORIES,
      otherRuntimeClasses: [{ name: 'gvisor', handler: 'runsc', anywhere: true }],
    });
    expect(parameterOf(policies, 'wasm-no-exec', 'withoutExec')).toBe('["made-elsewhere", "wasmtime-edge"]');
    expect(parameterOf(policies, 'wasm-capabilities', 'keepingCapabilities')).toBe(
      '["made-elsewhere", "wasmtime-edge"]',
    );
    expect(parameterOf(policies, 'wasm-runtime-class', 'otherRuntimeClasses')).toBe('["gvisor"]');
    expect(parameterOf(policies, 'wasm-pool-toleration', 'taints')).toBe(
      '[{"key": "batch", "value": "", "effect": "NoExecute"}, {"key": "wasm", "value": "edge", "effect": "NoSchedule"}]',
    );
    expect(parameterOf(policies, 'wasm-runtime-class-handler', 'handlers')).toBe(
      '[{"runtimeClass": "gvisor", "handler": "runsc"}, {"runtimeClass": "made-elsewhere", "handler": ""}, ' +
        '{"runtimeClass": "wasmtime-edge", "handler": "wasmtime"}]',
    );
    expect(parameterOf(policies, 'wasm-runtime-class-handler', 'unscheduled')).toBe('["gvisor", "made-elsewhere"]');
  });

  test('a runtime that can exec and drops what it is told is not in the lists of those that cannot', () => {
    const { policies } = governed({}, { runtime: WasmRuntime.SPIN });
    const crun = platform({ runtime: WasmRuntime.custom({ name: 'other' }) });
    expect(parameterOf(policies, 'wasm-no-exec', 'withoutExec')).toBe('["spin-edge"]');
    expect(crun.pool.runtimeClassName).toBe('other-edge');
  });

  test('comes from the services: Secrets they read, claims they write, variables of the runtime they set', () => {
    const { chart, pool, policies } = governed();
    const secret = kplus.Secret.fromSecretName(chart, 'secret', 'credentials');
    const claim = kplus.PersistentVolumeClaim.fromClaimName(chart, 'claim', 'data');
    new WasmJob(chart, 'import', {
      pool,
      image: moduleImage(),
      environment: { PASSWORD: kplus.EnvValue.fromSecretValue({ secret, key: 'password' }) },
      environmentFrom: [kplus.Env.fromSecret(kplus.Secret.fromSecretName(chart, 'other', 'more'))],
      files: [
        Files.fromPersistentVolumeClaim(claim, '/data'),
        Files.fromPersistentVolumeClaim(claim, '/archive', true),
        Files.scratch('/tmp'),
      ],
    });
    expect(findingsOf(chart)).toEqual([]);
    expect(parameterOf(policies, 'wasm-environment', 'secrets')).toBe('["shop/credentials", "shop/more"]');
    expect(parameterOf(policies, 'wasm-volumes', 'writablePaths')).toBe('["/data"]');
  });

  test('comes from those services only that are named, when some are', () => {
    const { chart, pool, policies } = governed({ services: [] });
    const secret = kplus.Secret.fromSecretName(chart, 'secret', 'credentials');
    const environment = { PASSWORD: kplus.EnvValue.fromSecretValue({ secret, key: 'password' }) };
    new WasmJob(chart, 'import', { pool, image: moduleImage(), environment });
    expect(rulesIn(findingsOf(policies))).toEqual(['wasm-environment']);
  });

  test('denies the variables of Spin that no service sets', () => {
    const { policies } = governed({}, { runtime: WasmRuntime.SPIN });
    expect(() => parameterOf(policies, 'wasm-environment', 'deniedVariables')).not.toThrow();
    expect(parameterOf(policies, 'wasm-environment', 'deniedVariables')).toBe(
      '["SPIN_COMPONENTS_TO_RETAIN", "SPIN_MAX_INSTANCE_MEMORY"]',
    );
  });

  test('comes from a mesh of the program and from whatever else says so', () => {
    const proxy = `docker.io/envoyproxy/envoy@${DIGEST}`;
    const other = `ghcr.io/other/agent@${DIGEST}`;
    const { app, policies } = governed({ contributors: [{ images: [other] }] });
    class Mesh extends Construct {
      public readonly images = [proxy];
      public _join(): void {}
    }
    new Mesh(new Chart(app, 'mesh'), 'mesh');
    expect(parameterOf(policies, 'wasm-image-repository', 'images')).toBe(`["${proxy}", "${other}"]`);
  });
});

describe('namespaces', () => {
  const selectorOf = (policies: Chart): Json =>
    named(policies, 'ValidatingAdmissionPolicyBinding', 'wasm-node-name').spec.matchResources.namespaceSelector;

  test('of the cluster are exempt, and those where a pool installs its shim', () => {
    const { pool, policies, policy } = governed();
    new ApiObject(pool, 'installer', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'installer', namespace: 'wasm-system' },
      spec: { template: { spec: { tolerations: [{ operator: 'Exists' }], containers: [] } } },
    });
    expect(findingsOf(policies)).toEqual([]);
    const values = ['gatekeeper-system', 'kube-node-lease', 'kube-public', 'kube-system', 'wasm-system'];
    expect(policy.exemptNamespaces).toEqual(values);
    expect(selectorOf(policies)).toEqual({
      matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values }],
    });
  });

  test('that are not exempt are judged', () => {
    const { chart } = governed({ exemptNamespaces: ['monitoring'] });
    const spec = { tolerations: [{ operator: 'Exists' }], containers: [] };
    const metadata = { name: 'agent' };
    const agent = { apiVersion: 'apps/v1', kind: 'DaemonSet', spec: { template: { spec } } };
    new ApiObject(chart, 'exempt', { ...agent, metadata: { ...metadata, namespace: 'monitoring' } });
    expect(findingsOf(chart)).toEqual([]);
    new ApiObject(chart, 'judged', { ...agent, metadata: { ...metadata, namespace: 'kube-system' } });
    expect(rulesIn(findingsOf(chart))).toEqual(['wasm-pool-toleration']);
  });

  test('that are exempt may not hold a service', () => {
    expect(findingsOf(governed({ exemptNamespaces: ['shop'] }).chart)).toEqual([
      '[policies/policy] WASM0705: shop/cart is in namespace shop, which is exempt: `exemptNamespaces` names it; ' +
        'give it, or what made the namespace exempt, a namespace of its own',
    ]);
  });
});

describe('Gatekeeper', () => {
  test('gets templates and constraints in two charts, the first of which sorts first', () => {
    const { app, policies } = governed({ enforcers: [PolicyEnforcer.GATEKEEPER] });
    const charts = app.charts.filter(({ node }) => node.path.startsWith('policies/'));
    const kinds = charts.map((chart) => [chart.node.path, new Set(Testing.synth(chart).map(({ kind }) => kind)).size]);
    expect(kinds).toEqual([
      ['policies/policy/constraint-templates', 1],
      ['policies/policy/constraints', RULES.length],
    ]);
    expect(Testing.synth(policies)).toEqual([]);
    for (const object of charts.flatMap((chart) => Testing.synth(chart))) {
      expect(object.metadata.namespace).toBeUndefined();
      expect(object.metadata.name.length).toBeLessThanOrEqual(63);
      if (object.kind === 'ConstraintTemplate')
        expect(object.metadata.name).toBe(object.spec.crd.spec.names.kind.toLowerCase());
    }
  });

  test('audits everything but what is wrong at creation only', () => {
    const { app } = governed({ enforcers: [PolicyEnforcer.GATEKEEPER], action: PolicyAction.WARN });
    const [, constraints] = app.charts.filter(({ node }) => node.path.startsWith('policies/'));
    const actions = Testing.synth(constraints as Chart).map(({ metadata, spec }) => [
      metadata.name,
      spec.enforcementAction,
    ]);
    expect(actions.filter(([, action]) => action !== 'warn')).toEqual([['wasm-node-name', 'scoped']]);
  });

  test('exempts the namespaces that native policies exempt', () => {
    const { app, policies } = governed({
      enforcers: [PolicyEnforcer.GATEKEEPER, PolicyEnforcer.NATIVE],
      exemptNamespaces: ['monitoring'],
    });
    const constraints = app.charts.find(({ node }) => node.path.endsWith('/constraints')) as Chart;
    for (const { kind, metadata, spec } of Testing.synth(constraints)) {
      const native = named(policies, 'ValidatingAdmissionPolicyBinding', metadata.name).spec.matchResources;
      const exempt = native?.namespaceSelector.matchExpressions[0].values;
      expect([kind, spec.match.excludedNamespaces]).toEqual([kind, exempt]);
    }
  });
});

describe('enforcers', () => {
  test('without the synthesiser, objects are left to the cluster', () => {
    const { chart } = governed({ enforcers: [PolicyEnforcer.NATIVE], repositories: ['ghcr.io/other/'] });
    expect(findingsOf(chart)).toEqual([]);
  });

  test.each([
    [PolicyAction.DENY, ['Deny']],
    [PolicyAction.WARN, ['Warn', 'Audit']],
    [PolicyAction.DRY_RUN, ['Audit']],
  ])('%s is %s natively', (action, expected) => {
    const { policies } = governed({ action });
    for (const { spec } of all(policies, 'ValidatingAdmissionPolicyBinding'))
      expect(spec.validationActions).toEqual(expected);
  });

  test('a policy that only warns warns at synth, once', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { chart } = governed({ action: PolicyAction.WARN, repositories: ['ghcr.io/other/'] });
    Testing.synth(chart);
    Testing.synth(chart);
    const lines = write.mock.calls.map(([line]) => String(line));
    write.mockRestore();
    expect(lines).toEqual([expect.stringMatching(/^\[policies\/policy\] warning WASM0708: shop\/cart\/Resource/)]);
  });
});

describe('what is wrong with the props is said', () => {
  test.each<[string, Partial<WasmPolicyProps>, string]>([
    ['a repository without a slash', { repositories: ['ghcr.io/acme'] }, 'WASM0701: "ghcr.io/acme" in `repositories`'],
    ['a repository that is everything', { repositories: ['/'] }, 'WASM0701: "/"'],
    ['an image for a repository', { repositories: [`ghcr.io/acme/cart@${DIGEST}`] }, 'WASM0701: '],
    ['no repositories', { repositories: [], enforcers: [PolicyEnforcer.NATIVE] }, 'WASM0702: `repositories` is empty'],
    ['no pools', { pools: [], enforcers: [PolicyEnforcer.NATIVE] }, 'WASM0702: `pools` is empty'],
    ['no enforcers', { enforcers: [] }, 'WASM0702: `enforcers` is empty'],
    ['a pattern of namespaces', { exemptNamespaces: ['kube-*'] }, 'WASM0704: "kube-*"'],
    ['a key of a Secret', { secrets: ['shop/db/password'] }, 'WASM0709: "shop/db/password" in `secrets`'],
    ['a relative path', { writablePaths: ['data'] }, 'WASM0709: "data" in `writablePaths`'],
  ])('%s', (_, props, expected) => {
    const findings = findingsOf(governed(props).chart).filter((finding) => !finding.includes('WASM0707'));
    expect(findings).toEqual([expect.stringContaining(`[policies/policy] ${expected}`)]);
  });

  test('a Kubernetes without native policies, unless Gatekeeper enforces them', () => {
    const old = { kubernetesVersion: '1.29' };
    const drain = (props: Partial<WasmPolicyProps>) =>
      findingsOf(governed(props, old).chart).filter((finding) => finding.includes('[policies'));
    expect(drain({})).toEqual([expect.stringContaining('WASM0706: ValidatingAdmissionPolicy needs Kubernetes 1.30')]);
    expect(drain({ enforcers: [PolicyEnforcer.GATEKEEPER, PolicyEnforcer.SYNTH] })).toEqual([]);
  });

  test('a pool without a RuntimeClass, as a warning', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { app, chart } = platform();
    const legacy = new WasmNodePool(chart, 'legacy', {
      runtime: WasmRuntime.krustlet(),
      provisioner: NodeProvisioner.existing(),
    });
    new WasmPolicy(new Chart(app, 'policies'), 'policy', { pools: [legacy], repositories: REPOSITORIES });
    findingsOf(chart);
    const lines = write.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('WASM0703'));
    write.mockRestore();
    expect(lines).toEqual([
      '[policies/policy] warning WASM0703: krustlet of shop/legacy has no RuntimeClass; take it out of `pools`, or move its services to a shim\n',
    ]);
  });
});

describe('a synthesis', () => {
  test('renders each workload for the rules once, however many charts there are', () => {
    const { app, pool } = governed();
    for (let i = 0; i < 20; i++)
      new WasmMicroservice(new Chart(app, `chart-${i}`, { namespace: 'shop' }), `service-${i}`, {
        pool,
        image: httpImage(),
      });
    const object = app.node.findChild('chart-0').node.findChild('service-0').node.findChild('Resource') as ApiObject;
    const render = jest.spyOn(object, 'toJson');
    app.synth();
    // To be written, to be judged, and to see which Secrets it declares.
    expect(render).toHaveBeenCalledTimes(3);
  });

  test('gives the same bytes twice', () => {
    const text = () => Testing.synth(governed({ enforcers: Object.values(PolicyEnforcer) }).policies);
    expect(text()).toEqual(text());
  });
});

test('every rule tells what it is against', () => {
  expect(WasmPolicy.rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
  for (const rule of WasmPolicy.rules) {
    expect(rule.attack.length).toBeGreaterThan(20);
    expect(rule.source.length).toBeGreaterThan(10);
    expect(rule.enforcers).toEqual([PolicyEnforcer.SYNTH, PolicyEnforcer.NATIVE, PolicyEnforcer.GATEKEEPER]);
  }
});
