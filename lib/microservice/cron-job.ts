import { Construct } from 'constructs';
import { judgeNow } from '../diagnostics';
import type { WasmImage } from '../image';
import type { IWasmNodePool } from '../node-pool';
import type { ImageFormat } from '../runtime';
import { JOB_ROLE } from './job';
import { cronJobFindings, jobFindings } from './job.checks';
import type { WasmCronJobProps } from './job.props';
import { cronJobSpec } from './job.render';
import { matchOf } from './pod.resolve';
import { type IWasmWorkload, Workload } from './workload';

/** A guest that runs on a schedule. */
export class WasmCronJob extends Construct implements IWasmWorkload {
  public readonly name: string;
  public readonly pool: IWasmNodePool;
  public readonly image: WasmImage;
  public readonly format?: ImageFormat;

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
    this.pool = props.pool;
    this.image = props.image;
    this.format = workload.pod.format;
    judgeNow(this, [...jobFindings(workload.pod, props), ...cronJobFindings(props)]);
  }
}
