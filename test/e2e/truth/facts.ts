import { CrunEngine, Distribution, WasmRuntime } from '../../../lib';
import { cell, type Verdict, wordFor } from './report';

/** Facts of the catalogue that the cluster tests judge, one row each. */
export function judgedFacts(verdicts: readonly Verdict[]): string {
  const rows = factsOf(WasmRuntime.WASMTIME.facts).map(({ name, value, status, note }) => {
    const found = judgesOf(name, verdicts);
    const judge = found.map(({ title }) => title.split(': ').slice(1).join(': ')).join('; ');
    return `| ${name} | ${cell(value)} | ${status} | ${cell(note)} | ${cell(judge)} | ${wordFor(found)} |`;
  });
  return table(['fact', 'value', 'status', 'note', 'judge', 'last verdict'], rows);
}

/** The rest of the catalogue: nothing of it was run here. */
export function otherFacts(): string {
  const runtimes = Object.values(WasmRuntime).filter(
    (one): one is WasmRuntime => one instanceof WasmRuntime && one !== WasmRuntime.WASMTIME,
  );
  const crun = Object.values(CrunEngine).map((engine) => WasmRuntime.crun(engine));
  const distributions = Object.values(Distribution).filter((one): one is Distribution => one instanceof Distribution);
  return [...runtimes, ...crun, ...distributions]
    .map(({ facts }) => `### ${facts.name}\n\n${plain(facts)}`)
    .join('\n\n');
}

function plain(facts: object): string {
  const rows = factsOf(facts).map(
    ({ name, value, status, note, source }) =>
      `| ${name} | ${cell(value)} | ${status} | ${cell(note)} | ${cell(source)} |`,
  );
  return table(['fact', 'value', 'status', 'note', 'source'], rows);
}

/**
 * A title begins with the facts it judges: `sidecars, sidecarEnvironment: …`. Facts of a guest are judged by tests that are
 * grouped under its payload.
 */
function judgesOf(fact: string, verdicts: readonly Verdict[]): Verdict[] {
  const [, payload, ofGuest] = /^guests\.([^.]+)\.(\w+)/.exec(fact) ?? [];
  const name = ofGuest ?? fact;
  return verdicts.filter(
    ({ group, title }) =>
      title.split(':')[0]?.split(', ').includes(name) && (payload === undefined || group === payload),
  );
}

const table = (heads: readonly string[], rows: readonly string[]): string =>
  [`| ${heads.join(' | ')} |`, `|${heads.map(() => ' --- |').join('')}`, ...rows].join('\n');

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly status: string;
  readonly note: string;
  readonly source: string;
}

/** Facts are objects with a note and how sure it is, at any depth; those without a value of their own have numbers. */
function factsOf(facts: object, path = ''): Fact[] {
  return Object.entries(facts).flatMap(([key, fact]: [string, unknown]): Fact[] => {
    if (typeof fact !== 'object' || fact === null) return [];
    const name = path === '' ? key : `${path}.${key}`;
    if (!('status' in fact && 'note' in fact && 'source' in fact)) return factsOf(fact, name);
    const { status, note, source, ...rest } = fact;
    const value = 'value' in rest ? String(rest.value) : numbers(rest);
    return [{ name, value, status: String(status), note: String(note), source: String(source) }];
  });
}

const numbers = (figures: object): string =>
  Object.entries(figures)
    .map(([key, figure]) => `${key} ${String(figure)}`)
    .join(', ');
