/** Whether a finding stops synthesis. An error is never turned into a warning. */
export type Severity = 'error' | 'warning';

/** One thing that is wrong with one construct, ready to be shown. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** `found; fix` – without the construct's path, which the synthesiser puts in front. */
  readonly message: string;
}

/** A finding as people read it, without its path. */
export const textOf = ({ code, message }: Finding): string => `${code}: ${message}`;

/** The words of a diagnostic. `D` is what the place that finds it knows about it: plain text and numbers. */
export interface DiagnosticWords<D> {
  /** The situation in a few words; the heading of its entry in docs/diagnostics.md. */
  readonly title: string;
  /** What was found, with the values. A clause, no capital, no full stop. */
  readonly found: (details: D) => string;
  /** What to do. Props it names are written as `code` and exist in the API. */
  readonly fix: string | ((details: D) => string);
  /** Why it matters: what a cluster does with it. */
  readonly because: string;
  /** Details for the example in docs/diagnostics.md. */
  readonly example: NoInfer<D>;
  /** @default 'error' */
  readonly severity?: Severity;
}

/** A coded error or warning. Codes are never reused. */
export class Diagnostic<D> {
  public readonly severity: Severity;

  public constructor(
    public readonly code: string,
    public readonly words: DiagnosticWords<D>,
  ) {
    this.severity = words.severity ?? 'error';
  }

  public with(details: D): Finding {
    const { found, fix } = this.words;
    const remedy = typeof fix === 'string' ? fix : fix(details);
    return { code: this.code, severity: this.severity, message: `${found(details)}; ${remedy}` };
  }

  /** For a mistake that is visible in one argument, where no construct exists yet that could report it. */
  public error(details: D): WasmError {
    return new WasmError(this.with(details));
  }
}

/** An error with a code of docs/diagnostics.md. */
export class WasmError extends Error {
  public readonly code: string;

  public constructor(finding: Finding) {
    super(textOf(finding));
    this.name = 'WasmError';
    this.code = finding.code;
  }
}

export const diagnostic = <D>(code: string, words: DiagnosticWords<D>): Diagnostic<D> => new Diagnostic(code, words);
