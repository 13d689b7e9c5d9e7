import type { Construct } from 'constructs';
import { judgeNow } from '../diagnostics';
import { cronJobFindings } from './job.checks';
import type { WasmCronJobProps } from './job.props';
import { cronJobSpec } from './job.render';
import { Worker } from './worker';

/** A guest that runs on a schedule. */
export class WasmCronJob extends Worker {
  public constructor(scope: Construct, id: string, props: WasmCronJobProps) {
    super(scope, id, props, { kind: 'CronJob', spec: (template, labels) => cronJobSpec(props, labels, template) });
    judgeNow(this, cronJobFindings(props));
  }
}
