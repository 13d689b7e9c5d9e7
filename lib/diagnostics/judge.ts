import type { IConstruct } from 'constructs';
import { type Finding, textOf } from './diagnostic';

/**
 * Lets `findings` speak when the app is validated: errors together with everybody else's, warnings once on stderr.
 * Stock cdk8s validates once per chart and once more, so `findings` has to be cheap and free of effects.
 */
export function judge(construct: IConstruct, findings: () => Iterable<Finding>): void {
  construct.node.addValidation({
    validate: () => {
      const errors: string[] = [];
      for (const finding of findings()) {
        if (finding.severity === 'error') errors.push(textOf(finding));
        else warnOnce(construct, textOf(finding));
      }
      return errors;
    },
  });
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
