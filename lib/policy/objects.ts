import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type IManifestContent, Manifest } from '../manifest';
import { standardLabels } from '../manifest/labels';
import { constraint, constraintTemplate, templateName } from './backends/gatekeeper';
import { admissionPolicy, admissionPolicyBinding } from './backends/vap';
import type { PolicyAction } from './enforcement';
import type { PolicyParameters } from './parameters';
import { RULES } from './rules';
import { kindOf, type Rule } from './rules/rule';

/** What rules are told about a program. */
export interface Told {
  readonly parameters: PolicyParameters;
  readonly exemptNamespaces: readonly string[];
}

const NATIVE = 'admissionregistration.k8s.io/v1';

export function emitNative(scope: Construct, told: () => Told, action: PolicyAction): void {
  for (const rule of RULES) {
    emit(scope, rule, [NATIVE, 'ValidatingAdmissionPolicy'], {
      render: () => admissionPolicy(rule, told().parameters),
    });
    emit(scope, rule, [NATIVE, 'ValidatingAdmissionPolicyBinding'], {
      render: () => admissionPolicyBinding(rule, told().exemptNamespaces, action),
    });
  }
}

/** Two charts: the kind of a constraint exists only some time after its template was applied. */
export function emitGatekeeper(scope: Construct, told: () => Told, action: PolicyAction): void {
  const templates = new Chart(scope, 'constraint-templates'); // sorts before the other, as files do
  const constraints = new Chart(scope, 'constraints');
  for (const rule of RULES) {
    const template = { render: () => constraintTemplate(rule) };
    emit(templates, rule, ['templates.gatekeeper.sh/v1', 'ConstraintTemplate'], template, {
      name: templateName(rule),
      annotations: {
        'metadata.gatekeeper.sh/title': rule.title,
        'pulumi.com/waitFor': 'jsonpath={.status.created}=true',
      },
    });
    const content = {
      render: () => constraint(rule, told().parameters, told().exemptNamespaces, action),
    };
    emit(constraints, rule, ['constraints.gatekeeper.sh/v1beta1', kindOf(rule)], content, {
      // Argo CD would refuse a kind that it does not know yet.
      annotations: {
        'argocd.argoproj.io/sync-options': 'SkipDryRunOnMissingResource=true',
        'argocd.argoproj.io/sync-wave': '1',
      },
    });
  }
}

interface Head {
  /** @default - the rule's id */
  readonly name?: string;
  readonly annotations?: Record<string, string>;
}

function emit(
  scope: Construct,
  rule: Rule,
  [apiVersion, kind]: readonly [string, string],
  content: IManifestContent,
  { name = rule.id, annotations }: Head = {},
): void {
  const labels = { ...standardLabels({ name: rule.id, component: 'policy', partOf: Chart.of(scope).node.id }) };
  new Manifest(scope, `${kind}-${rule.id}`, { apiVersion, kind, name, labels, annotations, content });
}
