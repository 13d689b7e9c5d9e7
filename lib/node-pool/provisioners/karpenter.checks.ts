import { type Finding, KARPENTER_OPTION, REQUIREMENT_CONFLICT } from '../../diagnostics';
import { type NodePoolIntent, POOL_LABEL } from '../node-pool.intent';
import type { KarpenterOptions, KarpenterRequirement } from './karpenter.options';
import { ARCH, OS } from './keys';

/** What Karpenter's own validation would refuse, or would make of contradictions. */
export function* karpenterFindings(pool: NodePoolIntent, options: KarpenterOptions): Generator<Finding> {
  const { requirements = [], weight } = options;
  if (weight !== undefined && !isBetween(weight, 1, 100)) {
    yield KARPENTER_OPTION.with({ what: `\`weight\` is ${weight}`, rule: 'use a whole number from 1 to 100' });
  }
  for (const requirement of requirements) {
    yield* conflicts(requirement, pool);
    yield* shape(requirement);
  }
}

const SET_ELSEWHERE: ReadonlyMap<string, { readonly from: string; readonly prop?: string }> = new Map([
  [ARCH, { from: 'the pool', prop: '`architectures`' }],
  [OS, { from: 'the runtime, as Wasm shims run on Linux' }],
  [POOL_LABEL, { from: 'the pool', prop: '`name`' }],
]);

function* conflicts({ key }: KarpenterRequirement, { labels }: NodePoolIntent): Generator<Finding> {
  const elsewhere = SET_ELSEWHERE.get(key) ?? (key in labels ? { from: '`labels` of the pool' } : undefined);
  if (elsewhere !== undefined) yield REQUIREMENT_CONFLICT.with({ key, ...elsewhere });
}

const WITH_VALUES: ReadonlySet<string> = new Set(['In', 'NotIn', 'Gt', 'Lt', 'Gte', 'Lte']);
const WITHOUT_VALUES: ReadonlySet<string> = new Set(['Exists', 'DoesNotExist']);

function* shape({ key, operator, values = [], minValues }: KarpenterRequirement): Generator<Finding> {
  const what = `the requirement on ${key}`;
  if (!WITH_VALUES.has(operator) && !WITHOUT_VALUES.has(operator)) {
    const known = [...WITH_VALUES, ...WITHOUT_VALUES].join(', ');
    yield KARPENTER_OPTION.with({ what: `${what} has operator ${operator}`, rule: `use one of ${known}` });
  } else if (WITH_VALUES.has(operator) && values.length === 0) {
    yield KARPENTER_OPTION.with({ what: `${what} has operator ${operator} and no values`, rule: 'give it `values`' });
  }
  if (minValues !== undefined && !isBetween(minValues, 1, 50)) {
    yield KARPENTER_OPTION.with({
      what: `${what} has \`minValues\` ${minValues}`,
      rule: 'use a whole number from 1 to 50',
    });
  }
}

const isBetween = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;
