import { Construct } from 'constructs';
import { judge, judgeNow } from '../diagnostics';
import { collectParameters } from './collect';
import { PolicyAction, PolicyEnforcer } from './enforcement';
import { type Exemption, exemptionsOf } from './exemptions';
import { Judgement } from './judgement';
import { emitGatekeeper, emitNative, type Told } from './objects';
import { type PolicyRule, policyRule } from './policy-rule';
import { RULES } from './rules';
import { parametersOf } from './rules/rule';
import { isRepeatedValidation } from './synthesis-pass';
import { exemptServiceFindings, propsFindings } from './wasm-policy.checks';
import type { WasmPolicyProps } from './wasm-policy.props';

/**
 * The rules of a Wasm platform, written once and enforced by the synthesiser, by the API server and by Gatekeeper. Whatever
 * they have to know comes from the pools, services and meshes of the program. They hold for the whole cluster outside the
 * exempt namespaces: a cluster has one such policy.
 */
export class WasmPolicy extends Construct {
  /** Every rule, for documents. */
  public static get rules(): PolicyRule[] {
    return RULES.map((rule) => policyRule(rule, parametersOf(rule)));
  }

  public readonly enforcers: PolicyEnforcer[];
  public readonly action: PolicyAction;
  private collected: Told | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: WasmPolicyProps,
  ) {
    super(scope, id);
    this.enforcers = [...(props.enforcers ?? [PolicyEnforcer.SYNTH, PolicyEnforcer.NATIVE])];
    this.action = props.action ?? PolicyAction.DENY;
    judgeNow(this, propsFindings(props, this.enforcers));
    judge(this, this.validation());
    // Rendered after a validation, of which there is always one before anything is written.
    const told = () => this.collected ?? this.collect();
    if (this.enforcers.includes(PolicyEnforcer.NATIVE)) emitNative(this, told, this.action);
    if (this.enforcers.includes(PolicyEnforcer.GATEKEEPER)) emitGatekeeper(this, told, this.action);
  }

  /** The namespaces without rules, those of installers included. */
  public get exemptNamespaces(): string[] {
    return this.exemptions.map(({ namespace }) => namespace);
  }

  private get exemptions(): Exemption[] {
    return exemptionsOf(this.props);
  }

  /** Collects what rules are told and judges by it: once, however often cdk8s validates for one synthesis. */
  private validation() {
    const { root } = this.node;
    const judgement = new Judgement(root, this.action);
    let findings: ReturnType<Judgement['findings']> = [];
    return () => {
      if (this.collected !== undefined && isRepeatedValidation()) return findings;
      this.collected = this.collect();
      findings = [...exemptServiceFindings(root, this.exemptions)];
      if (this.enforcers.includes(PolicyEnforcer.SYNTH)) {
        findings.push(...judgement.findings(this.collected.parameters, this.collected.exemptNamespaces));
      }
      return findings;
    };
  }

  private collect(): Told {
    return { parameters: collectParameters(this.node.root, this.props), exemptNamespaces: this.exemptNamespaces };
  }
}
