import { Construct } from 'constructs';
import { judgeNow } from '../diagnostics';
import type { WasmImage } from '../image';
import type { IWasmNodePool } from '../node-pool';
import type { ImageFormat } from '../runtime';
import { jobFindings } from './job.checks';
import type { WasmJobProps } from './job.props';
import { jobSpec } from './job.render';
import { matchOf, type PodRole } from './pod.resolve';
import { type IWasmWorkload, Workload } from './workload';

/** A module under the engine ignores SIGTERM: waiting longer would only delay the kill. */
export const JOB_ROLE: PodRole = { component: 'worker', container: { ports: [] }, stopSeconds: 5 };

/**
 * A guest that runs once. A Job is immutable: another module or another argument needs another `name`, or the old
 * Job out of the way (`timeToLive`).
 */
export class WasmJob extends Construct implements IWasmWorkload {
  public readonly name: string;
  public readonly pool: IWasmNodePool;
  public readonly image: WasmImage;
  public readonly format?: ImageFormat;

  public constructor(scope: Construct, id: string, props: WasmJobProps) {
    super(scope, id);
    const content = (): unknown => ({ spec: jobSpec(props, workload.template({ restartPolicy: 'Never' })) });
    const workload = new Workload(
      this,
      props,
      { apiVersion: 'batch/v1', kind: 'Job', content },
      JOB_ROLE,
      matchOf(props),
    );
    this.name = workload.name;
    this.pool = props.pool;
    this.image = props.image;
    this.format = workload.pod.format;
    judgeNow(this, jobFindings(workload.pod, props));
  }
}
