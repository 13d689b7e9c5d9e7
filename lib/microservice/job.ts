import type { Construct } from 'constructs';
import type { WasmJobProps } from './job.props';
import { jobSpec } from './job.render';
import { Worker } from './worker';

/**
 * A guest that runs once. A Job is immutable: another module or another argument needs another `name`, or the old
 * Job out of the way (`timeToLive`).
 */
export class WasmJob extends Worker {
  public constructor(scope: Construct, id: string, props: WasmJobProps) {
    super(scope, id, props, { kind: 'Job', spec: (template) => jobSpec(props, template) });
  }
}
