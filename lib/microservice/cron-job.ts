import { Construct } from 'constructs';
import { judge } from '../diagnostics';
import { JOB_ROLE } from './job';
import { cronJobFindings, jobFindings } from './job.checks';
import type { WasmCronJobProps } from './job.props';
import { cronJobSpec } from './job.render';
import { matchOf } from './pod.resolve';
import { Workload } from './workload';

/** A guest that runs on a schedule. */
export class WasmCronJob extends Construct {
  /** Name of its objects, and the value of `app.kubernetes.io/name`. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: WasmCronJobProps) {
    super(scope, id);
    const content = (): unknown => ({
      spec: cronJobSpec(props, workload.labels, workload.template({ restartPolicy: 'Never' })),
    });
    const workload = new Workload(
      this,
      props,
      { apiVersion: 'batch/v1', kind: 'CronJob', content },
      JOB_ROLE,
      matchOf(props),
    );
    this.name = workload.name;
    judge(this, function* () {
      yield* jobFindings(workload.pod, props);
      yield* cronJobFindings(props);
    });
  }
}
