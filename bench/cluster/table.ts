/** One measure, as the page shows it. */
export interface Finding {
  readonly title: string;
  /** What was done, how often, and how it was seen. */
  readonly conditions: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the figures do not say. */
  readonly limits: string;
}

/** As a section of a page. */
export const section = ({ title, conditions, columns, rows, limits }: Finding): string =>
  [
    `### ${title}`,
    conditions,
    [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n'),
    `What they do not say: ${limits}`,
  ].join('\n\n');

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
