import { constraint, constraintTemplate, templateName } from '../../../lib/policy/backends/gatekeeper';
import { verdictOf } from '../../../lib/policy/backends/synth';
import { admissionPolicy, admissionPolicyBinding } from '../../../lib/policy/backends/vap';
import { PolicyAction } from '../../../lib/policy/enforcement';
import { RULES } from '../../../lib/policy/rules';
import { type Fixture, kindOf, type Rule } from '../../../lib/policy/rules/rule';
import { CASES, type Case, casesOf } from '../../policy/fixtures';
import type { ControlPlane } from '../control-plane';
import { describeWithControlPlane } from '../describe-with-control-plane';
import { describeWithTool } from '../describe-with-tool';
import { gatekeeperRecipe } from '../gatekeeper.recipe';
import { until } from '../machine/until';
import { type Gatekeeper, gatekeeperRefusal, startGatekeeper } from './gatekeeper';
import { describeWithGator, gatorViolations } from './gator';
import { nativeRefusal } from './native';
import { submit } from './submit';

/** A fixture with a name of its own, and the label that keeps other rules off it. */
const labelled = ({ rule, fixture }: Case, index: number): Fixture => ({
  ...fixture,
  metadata: {
    ...fixture.metadata,
    name: fixture.kind === 'RuntimeClass' ? fixture.metadata.name : `fixture-${index}`,
    labels: { 'example.com/rule': rule.id, 'example.com/fixture': `${index}` },
  },
});

const LABELLED: ReadonlyArray<readonly [Case, Fixture]> = CASES.map((one, index) => [one, labelled(one, index)]);
const titleOf = ({ rule, name, admitted }: Case): string => `${rule.id} ${admitted ? 'admits' : 'denies'} ${name}`;
const wordsOf = ({ message, remedy }: Rule): string => `${message}; ${remedy}`;
const parametersOf = (rule: Rule) => casesOf(rule)[0]?.parameters as Case['parameters'];
const found = (admitted: boolean): string => (admitted ? 'admitted' : 'denied');

/** By title: an engine's verdict where it is not the one that is written beside the fixture. */
type Disagreements = Record<string, string>;

let verdicts = 0;
async function disagreements(ask: (one: Case, fixture: Fixture) => Promise<string>): Promise<Disagreements> {
  const all: Disagreements = {};
  for (const [one, fixture] of LABELLED) {
    const verdict = await ask(one, fixture).catch((error: unknown) => `no verdict: ${String(error)}`);
    verdicts++;
    if (verdict !== found(one.admitted)) all[titleOf(one)] = verdict;
  }
  return all;
}

afterAll(() => {
  const attacks = CASES.filter(({ admitted }) => !admitted).length;
  process.stderr.write(
    `policy fixtures: ${RULES.length} rules, ${attacks} attacks, ${CASES.length - attacks} honest objects; ` +
      `${verdicts} verdicts of ${verdicts / CASES.length} engines\n`,
  );
});

test('the synthesiser agrees with every fixture', async () => {
  const asked = disagreements(async ({ rule, parameters }, fixture) => {
    const verdict = verdictOf(rule, parameters, fixture);
    return typeof verdict === 'boolean' ? found(verdict) : `error: ${verdict.message}`;
  });
  expect(await asked).toEqual({});
});

const TEMPLATES = RULES.map((rule) => ({
  apiVersion: 'templates.gatekeeper.sh/v1',
  kind: 'ConstraintTemplate',
  metadata: { name: templateName(rule) },
  ...constraintTemplate(rule),
}));
const constraintOf = (rule: Rule) => ({
  apiVersion: 'constraints.gatekeeper.sh/v1beta1',
  kind: kindOf(rule),
  metadata: { name: rule.id },
  ...constraint(rule, parametersOf(rule), [], PolicyAction.DENY),
});

describeWithGator('gator', () => {
  test('agrees with every fixture', async () => {
    const objects = LABELLED.map(([, fixture]) => fixture);
    const violations = await gatorViolations([...TEMPLATES, ...RULES.map(constraintOf), ...objects]);
    const asked = disagreements(async ({ rule }, { metadata }) => {
      const against = violations.find(
        ({ constraint: name, object }) =>
          name === rule.id && labelOf(object, 'fixture') === metadata.labels?.['example.com/fixture'],
      );
      if (against === undefined) return 'admitted';
      return against.message === wordsOf(rule) ? 'denied' : `error: ${against.message}`;
    });
    expect(await asked).toEqual({});
  }, 60_000);
});

describeWithControlPlane('native policies of a real API server', (get) => {
  beforeAll(async () => {
    await prepare(get());
    for (const rule of RULES) await install(get(), rule);
    for (const rule of RULES) await effective(rule, (attack) => nativeRefusal(get(), attack));
  }, 120_000);

  test('agree with every fixture', async () => {
    const asked = disagreements(async ({ rule }, fixture) => {
      const refusal = await nativeRefusal(get(), fixture);
      if (refusal === undefined) return 'admitted';
      return refusal === `${rule.id}: ${wordsOf(rule)}` ? 'denied' : `error: ${refusal}`;
    });
    expect(await asked).toEqual({});
  }, 120_000);
});

describeWithTool(gatekeeperRecipe, "Gatekeeper's webhook", () => {
  describeWithControlPlane(
    'beside a real API server',
    (get) => {
      let gatekeeper: Gatekeeper;
      beforeAll(async () => {
        gatekeeper = await startGatekeeper(get(), get().kubeconfig);
        await prepare(get());
        await gatekeeper.install(TEMPLATES.map(plain), RULES.map(constraintOf).map(forItsOwn));
        for (const rule of RULES) await effective(rule, refusal);
      }, 180_000);
      afterAll(() => gatekeeper?.stop());

      const refusal = (fixture: Fixture) => gatekeeperRefusal(() => submit(get(), fixture));

      test('agrees with every fixture', async () => {
        const asked = disagreements(async ({ rule }, fixture) => {
          const said = await refusal(fixture);
          if (said === undefined) return 'admitted';
          return said.join() === `[${rule.id}] ${wordsOf(rule)}` ? 'denied' : `error: ${said.join()}`;
        });
        expect(await asked).toEqual({});
      }, 180_000);
    },
    { crds: ['gatekeeper'] },
  );
});

/** What fixtures need before any policy looks at them: their namespaces and the RuntimeClasses of their pods. */
async function prepare(api: ControlPlane): Promise<void> {
  for (const namespace of new Set(CASES.map(({ fixture }) => fixture.metadata.namespace ?? 'shop'))) {
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
  const classes = CASES.map(({ fixture }) => (fixture.spec as { runtimeClassName?: string })?.runtimeClassName);
  for (const name of new Set(classes.filter((one) => one !== undefined))) {
    await api.apply({
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name },
      handler: 'any',
    } as Fixture);
  }
}

/** A constraint for the fixtures of its own rule alone. */
function forItsOwn(emitted: ReturnType<typeof constraintOf>) {
  const own = { labelSelector: { matchLabels: { 'example.com/rule': emitted.metadata.name } } };
  return plain({ ...emitted, spec: { ...emitted.spec, match: { ...emitted.spec.match, ...own } } });
}

const labelOf = (object: { readonly metadata: object }, label: string): string | undefined =>
  (object.metadata as Fixture['metadata']).labels?.[`example.com/${label}`];

/** As the policy emits it, but for its own fixtures alone. */
async function install(api: ControlPlane, rule: Rule): Promise<void> {
  const head = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: rule.id } };
  const binding = admissionPolicyBinding(rule, [], PolicyAction.DENY);
  const own = { objectSelector: { matchLabels: { 'example.com/rule': rule.id } } };
  const bindingSpec = { ...binding.spec, matchResources: { ...binding.spec.matchResources, ...own } };
  await api.apply(plain({ ...head, kind: 'ValidatingAdmissionPolicy', ...admissionPolicy(rule, parametersOf(rule)) }));
  await api.apply(plain({ ...head, kind: 'ValidatingAdmissionPolicyBinding', spec: bindingSpec }));
}

const plain = <T>(object: T): T => JSON.parse(JSON.stringify(object)) as T;

/** Policies reach the admission chain some moments after they were stored. */
async function effective(rule: Rule, refusal: (attack: Fixture) => Promise<unknown>): Promise<void> {
  const attack = LABELLED.find(
    ([one, { spec }]) =>
      one.rule === rule &&
      !one.admitted &&
      (spec as { ephemeralContainers?: unknown })?.ephemeralContainers === undefined,
  );
  // All of its attacks are by ephemeral containers, which need a pod first: they come last, and find it in force.
  if (attack === undefined) return;
  await until(`${rule.id} is in force`, 60, async () => refusal(attack[1]));
}
