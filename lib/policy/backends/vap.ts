import type {
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
} from 'kubernetes-types/admissionregistration/v1';
import { NAMESPACE_NAME_LABEL } from '../../manifest/labels';
import { PolicyAction } from '../enforcement';
import type { PolicyParameters } from '../parameters';
import { type MatchedResource, parametersOf, type Rule, variablesOf } from '../rules/rule';
import { literal } from './literal';

/** A rule inside the API server. Parameters are written into it: a `paramKind` that is missing at start denies everything. */
export const admissionPolicy = (
  rule: Rule,
  parameters: PolicyParameters,
): { readonly spec: ValidatingAdmissionPolicySpec } => ({
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules: resourceRules(rule.match.resources) },
    matchConditions:
      rule.match.conditions.length === 0
        ? undefined
        : rule.match.conditions.map(({ name, cel }) => ({ name, expression: cel })),
    variables: [
      ...parametersOf(rule).map((name) => ({ name, expression: literal(parameters[name]) })),
      ...variablesOf(rule).map(({ name, cel }) => ({ name, expression: cel })),
    ],
    validations: [{ expression: rule.cel, message: `${rule.message}; ${rule.remedy}` }],
  },
});

export const admissionPolicyBinding = (
  rule: Rule,
  exemptNamespaces: readonly string[],
  action: PolicyAction,
): { readonly spec: ValidatingAdmissionPolicyBindingSpec } => ({
  spec: {
    policyName: rule.id,
    validationActions: ACTIONS[action],
    matchResources:
      rule.match.namespaced && exemptNamespaces.length > 0
        ? {
            namespaceSelector: {
              matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: 'NotIn', values: [...exemptNamespaces] }],
            },
          }
        : undefined,
  },
});

const ACTIONS: { readonly [action in PolicyAction]: string[] } = {
  [PolicyAction.DENY]: ['Deny'],
  [PolicyAction.WARN]: ['Warn', 'Audit'],
  [PolicyAction.DRY_RUN]: ['Audit'],
};

/** One entry for all resources of a group that are matched by the same operations. */
function resourceRules(resources: readonly MatchedResource[]) {
  const entries = new Map<string, MatchedResource[]>();
  for (const one of resources) {
    const key = `${one.group} ${one.operations.join()}`;
    entries.set(key, [...(entries.get(key) ?? []), one]);
  }
  return [...entries.values()].map((same) => ({
    apiGroups: [same[0]?.group ?? ''],
    apiVersions: ['*'],
    operations: [...(same[0]?.operations ?? [])],
    resources: same.map(({ resource }) => resource),
  }));
}
