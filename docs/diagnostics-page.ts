import { CATALOGUE } from '../lib/diagnostics/catalogue';
import type { Diagnostic } from '../lib/diagnostics/diagnostic';

/** docs/diagnostics.md: every code with its situation, an example of its words, and why it is there. */
export function diagnosticsPage(): string {
  const rooms = CATALOGUE.flatMap(({ room, diagnostics }) => [`## ${room}`, ...diagnostics.map(entry)]);
  return `${[HEAD, ...rooms].join('\n\n')}\n`;
}

const HEAD = `# Diagnostics

Generated from \`lib/diagnostics\` by \`npx projen docs\`. Errors stop synthesis, all at once, with the path of the
construct in front; nothing is written then. Warnings are said once, on stderr.`;

const entry = ({ code, severity, words }: Diagnostic<never>): string => {
  const remedy = typeof words.fix === 'string' ? words.fix : words.fix(words.example);
  return [
    `### ${code}`,
    `**${sentence(words.title)}**${severity === 'warning' ? ' (warning)' : ''}`,
    `> ${code}: ${words.found(words.example)}; ${remedy}`,
    `Why: ${words.because}.`,
  ].join('\n\n');
};

const sentence = (title: string): string => `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
