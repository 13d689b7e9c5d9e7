import { type Finding, JOB_NUMBER, SCHEDULE, SERVES_FOR_EVER } from '../diagnostics';
import type { WasmCronJobProps, WasmJobProps } from './job.props';
import type { PodIntent } from './pod.intent';

/** What only a guest that ends has. */
export function* jobFindings({ guest, image }: PodIntent, props: WasmJobProps): Generator<Finding> {
  if (guest?.http !== undefined && image.payload !== undefined) {
    yield SERVES_FOR_EVER.with({ source: image.source, payload: image.payload });
  }
  const { retries, completions, parallelism } = props;
  yield* wholeNumbers({ '`retries`': retries, '`completions`': completions, '`parallelism`': parallelism });
}

export function* cronJobFindings(props: WasmCronJobProps): Generator<Finding> {
  const { schedule, successfulHistory, failedHistory } = props;
  const rule = scheduleRule(schedule);
  if (rule !== undefined) yield SCHEDULE.with({ schedule, rule });
  yield* wholeNumbers({ '`successfulHistory`': successfulHistory, '`failedHistory`': failedHistory });
}

function* wholeNumbers(values: Readonly<Record<string, number | undefined>>): Generator<Finding> {
  for (const [what, value] of Object.entries(values)) {
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) yield JOB_NUMBER.with({ what, value });
  }
}

/** The fields of a schedule with their bounds and names, as Kubernetes' parser knows them. */
const FIELDS: ReadonlyArray<{
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: string;
}> = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec' },
  { name: 'day of week', from: 0, to: 6, names: 'sun|mon|tue|wed|thu|fri|sat' },
];

const DESCRIPTORS = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/;

function scheduleRule(schedule: string): string | undefined {
  if (/TZ=/.test(schedule)) return 'the API server refuses TZ= in it; set `timeZone`';
  if (DESCRIPTORS.test(schedule)) return undefined;
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) return 'it needs five fields';
  const wrong = FIELDS.find((field, i) => !fits(parts[i] ?? '', field));
  return wrong && `the ${wrong.name} does not fit`;
}

function fits(text: string, { from, to, names = '' }: (typeof FIELDS)[number]): boolean {
  const value = names === '' ? '\\d+' : `(?:\\d+|${names})`;
  const item = new RegExp(`^(?:[*?]|(${value})(?:-(${value}))?)(?:/(\\d+))?$`, 'i');
  return text.split(',').every((part) => {
    const match = item.exec(part);
    if (match === null) return false;
    const [low, high] = [match[1], match[2]].map((bound) =>
      bound === undefined || !/^\d+$/.test(bound) ? undefined : Number(bound),
    );
    const inside = (bound: number | undefined) => bound === undefined || (bound >= from && bound <= to);
    return inside(low) && inside(high) && (low === undefined || high === undefined || low <= high) && match[3] !== '0';
  });
}
