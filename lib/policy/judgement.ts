import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Finding, RULE_BROKEN, RULE_WARNING } from '../diagnostics';
import { type JudgedObject, SynthJudge } from './backends/synth';
import { isWorkload } from './collect';
import { PolicyAction } from './enforcement';
import type { PolicyParameters } from './parameters';
import { RULES } from './rules';
import type { Rule } from './rules/rule';
import { JUDGED_IMAGES } from './rules/variables';

const JUDGED_KINDS: ReadonlySet<string> = new Set([
  ...RULES.flatMap(({ match }) => match.resources.map(({ kind }) => kind)),
  'List',
]);

/** Judges the objects of a program as they will be written, whoever declared them. */
export class Judgement {
  private judge: { readonly key: string; readonly judge: SynthJudge } | undefined;
  /** By the text of an object: one that did not change is not judged again. */
  private verdicts = new Map<string, readonly Rule[]>();

  public constructor(
    private readonly root: IConstruct,
    private readonly action: PolicyAction,
  ) {}

  public findings(parameters: PolicyParameters, exemptNamespaces: readonly string[]): Finding[] {
    const judge = this.judgeFor(parameters, exemptNamespaces);
    const before = this.verdicts;
    this.verdicts = new Map();
    const diagnostic = this.action === PolicyAction.DENY ? RULE_BROKEN : RULE_WARNING;
    return this.root.node.findAll().flatMap((child) => {
      if (!ApiObject.isApiObject(child) || !JUDGED_KINDS.has(child.kind)) return [];
      return itemsOf(child.toJson()).flatMap((object) => {
        const text = JSON.stringify(object);
        const broken = this.verdicts.get(text) ?? before.get(text) ?? judge.broken(object);
        this.verdicts.set(text, broken);
        const told = hasNoImage(child) ? broken.filter(({ reads }) => !reads.includes(JUDGED_IMAGES)) : broken;
        return told.map(({ id, message, remedy }) =>
          diagnostic.with({ path: child.node.path, object: nameOf(object), rule: id, message, remedy }),
        );
      });
    });
  }

  /** Other parameters, other verdicts. */
  private judgeFor(parameters: PolicyParameters, exemptNamespaces: readonly string[]): SynthJudge {
    const key = JSON.stringify([parameters, exemptNamespaces]);
    if (this.judge?.key === key) return this.judge.judge;
    this.verdicts = new Map();
    this.judge = { key, judge: new SynthJudge(RULES, parameters, exemptNamespaces) };
    return this.judge.judge;
  }
}

/** What is wrong with the image of its workload is said there: no rule repeats it. */
const hasNoImage = (child: IConstruct): boolean =>
  child.node.scopes.some((scope) => isWorkload(scope) && scope.format === undefined);

/** A List is what is in it. */
function itemsOf(rendered: unknown): JudgedObject[] {
  const object = rendered as JudgedObject & { readonly items?: readonly unknown[] };
  return object.kind === 'List' ? (object.items ?? []).flatMap(itemsOf) : [object];
}

const nameOf = ({ kind, metadata }: JudgedObject): string =>
  `${kind} ${metadata?.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata?.name ?? ''}`;
