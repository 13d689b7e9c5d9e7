import type { PolicyAction } from '../enforcement';
import { PARAMETER_SCHEMAS, type PolicyParameters } from '../parameters';
import { kindOf, parametersOf, type Rule, variablesOf } from '../rules/rule';

/** Gatekeeper refuses a template whose name is not its kind in small letters. */
export const templateName = (rule: Rule): string => kindOf(rule).toLowerCase();

/** A rule as a kind of constraint. */
export const constraintTemplate = (rule: Rule) => ({
  spec: {
    crd: {
      spec: {
        names: { kind: kindOf(rule) },
        validation: {
          openAPIV3Schema: {
            type: 'object',
            properties: Object.fromEntries(parametersOf(rule).map((name) => [name, PARAMETER_SCHEMAS[name]])),
          },
        },
      },
    },
    targets: [
      {
        target: 'admission.k8s.gatekeeper.sh',
        code: [{ engine: 'K8sNativeValidation', source: source(rule) }],
      },
    ],
  },
});

const source = (rule: Rule) => ({
  failurePolicy: 'Fail',
  // A policy generated from it would deny everything until its parameters exist; ours are written into theirs.
  generateVAP: false,
  // In the singular: the plural would be ignored.
  matchCondition:
    rule.match.conditions.length === 0
      ? undefined
      : rule.match.conditions.map(({ name, cel }) => ({ name, expression: cel })),
  variables: [
    ...parametersOf(rule).map((name) => ({ name, expression: `variables.params.${name}` })),
    ...variablesOf(rule).map(({ name, cel }) => ({ name, expression: cel })),
  ],
  validations: [{ expression: rule.cel, message: `${rule.message}; ${rule.remedy}` }],
});

/** The rule with the parameters of one program. */
export const constraint = (
  rule: Rule,
  parameters: PolicyParameters,
  exemptNamespaces: readonly string[],
  action: PolicyAction,
) => ({
  spec: {
    ...enforcement(rule, action),
    match: {
      kinds: kinds(rule),
      excludedNamespaces: rule.match.namespaced && exemptNamespaces.length > 0 ? [...exemptNamespaces] : undefined,
    },
    parameters: Object.fromEntries(parametersOf(rule).map((name) => [name, parameters[name]])),
  },
});

/** Audit would take what is normal in a running object for a violation. */
const enforcement = (rule: Rule, action: PolicyAction) =>
  rule.onlyAtAdmission === true
    ? {
        enforcementAction: 'scoped',
        scopedEnforcementActions: [
          { action, enforcementPoints: [{ name: 'validation.gatekeeper.sh' }, { name: 'gator.gatekeeper.sh' }] },
        ],
      }
    : { enforcementAction: action };

function kinds(rule: Rule) {
  const byGroup = new Map<string, Set<string>>();
  for (const { group, kind } of rule.match.resources) {
    byGroup.set(group, (byGroup.get(group) ?? new Set()).add(kind));
  }
  return [...byGroup].map(([group, all]) => ({ apiGroups: [group], kinds: [...all] }));
}
