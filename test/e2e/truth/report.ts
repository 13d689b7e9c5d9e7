import { readFileSync } from 'node:fs';

/** What one test of the cluster lane said last. */
export interface Verdict {
  readonly suite: string;
  /** What it is grouped under, in the catalogue's suite a payload; empty where it stands alone. */
  readonly group: string;
  readonly title: string;
  readonly passed: boolean;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** @param file what jest writes with `--json` */
export function readVerdicts(file: string): Verdict[] {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      suite: name.replace(/.*\/(.*)\.test\.ts$/, '$1'),
      group: ancestorTitles.join(' '),
      title,
      passed: status === 'passed',
    })),
  );
}

/** A word for a table. */
export function wordFor(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  return verdicts.every(({ passed }) => passed) ? 'passed' : '**failed**';
}

/** A text for a cell of a table. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
