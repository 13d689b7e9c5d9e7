import { PARAMETER_SCHEMAS, type PolicyParameters } from '../../lib/policy/parameters';
import { RULES } from '../../lib/policy/rules';
import type { Fixture, Rule } from '../../lib/policy/rules/rule';

/** Nothing said. */
export const NOTHING = Object.fromEntries(
  Object.keys(PARAMETER_SCHEMAS).map((name) => [name, []]),
) as unknown as PolicyParameters;

/** One object with the verdict it should get from every engine. */
export interface Case {
  readonly rule: Rule;
  readonly name: string;
  readonly admitted: boolean;
  readonly fixture: Fixture;
  readonly parameters: PolicyParameters;
}

export const casesOf = (rule: Rule): Case[] => {
  const parameters = { ...NOTHING, ...rule.fixtures.given };
  const cases = (fixtures: Readonly<Record<string, Fixture>>, admitted: boolean): Case[] =>
    Object.entries(fixtures).map(([name, fixture]) => ({ rule, name, admitted, fixture: plain(fixture), parameters }));
  return [...cases(rule.fixtures.admits, true), ...cases(rule.fixtures.denies, false)];
};

/** As it is sent: without undefined fields. */
const plain = (fixture: Fixture): Fixture => JSON.parse(JSON.stringify(fixture)) as Fixture;

export const CASES: readonly Case[] = RULES.flatMap(casesOf);
