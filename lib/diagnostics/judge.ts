import type { IConstruct } from 'constructs';
import { type Finding, textOf } from './diagnostic';

/**
 * Lets `findings` speak when the app is validated: errors together with everybody else's, warnings once on stderr.
 * Stock cdk8s validates everything once per chart and once more, so `findings` has to be cheap and free of effects.
 */
export function judge(construct: IConstruct, findings: () => Iterable<Finding>): void {
  construct.node.addValidation({ validate: () => spoken(construct, findings()) });
}

/**
 * The same for what cannot change any more: judged once, here and now. A construct in order costs nothing later,
 * however often the app is validated.
 */
export function judgeNow(construct: IConstruct, findings: Iterable<Finding>): void {
  const found = [...findings];
  if (found.length > 0) judge(construct, () => found);
}

function spoken(construct: IConstruct, findings: Iterable<Finding>): string[] {
  const errors: string[] = [];
  for (const finding of findings) {
    if (finding.severity === 'error') errors.push(textOf(finding));
    else warnOnce(construct, textOf(finding));
  }
  return errors;
}

/** What was already said, by root: two apps in one process both warn. */
const said = new WeakMap<IConstruct, Set<string>>();

function warnOnce(construct: IConstruct, text: string): void {
  const line = `[${construct.node.path}] warning ${text}`;
  const root = construct.node.root;
  const lines = said.get(root) ?? new Set<string>();
  said.set(root, lines);
  if (lines.has(line)) return;
  lines.add(line);
  // stdout belongs to the program: `cdk8s synth` swallows it.
  process.stderr.write(`${line}\n`);
}
