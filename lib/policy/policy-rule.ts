import { PolicyEnforcer } from './enforcement';
import type { Rule } from './rules/rule';

/** A rule as people read about it. */
export interface PolicyRule {
  /** Name of its ValidatingAdmissionPolicy and of its constraint. */
  readonly id: string;
  readonly title: string;
  /** What is refused. */
  readonly message: string;
  /** What to do instead. */
  readonly remedy: string;
  /** What would happen without it. */
  readonly attack: string;
  /** Where that is known from. */
  readonly source: string;
  /** The parameters it is told. */
  readonly parameters: string[];
  readonly enforcers: PolicyEnforcer[];
}

export const policyRule = (
  { id, title, message, remedy, because, source }: Rule,
  parameters: string[],
): PolicyRule => ({
  id,
  title,
  message,
  remedy,
  attack: because,
  source,
  parameters,
  enforcers: Object.values(PolicyEnforcer),
});
