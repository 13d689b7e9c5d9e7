import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { Labels } from '../manifest/labels';
import { ConcurrencyPolicy, type WasmCronJobProps, type WasmJobProps } from './job.props';

export const jobSpec = (props: WasmJobProps, template: PodTemplateSpec): JobSpec => ({
  backoffLimit: props.retries ?? 3,
  activeDeadlineSeconds: props.timeout?.toSeconds(),
  completions: props.completions,
  parallelism: props.parallelism,
  ttlSecondsAfterFinished: props.timeToLive?.toSeconds(),
  template,
});

export const cronJobSpec = (props: WasmCronJobProps, labels: Labels, template: PodTemplateSpec): CronJobSpec => ({
  schedule: props.schedule,
  timeZone: props.timeZone,
  concurrencyPolicy: props.concurrencyPolicy ?? ConcurrencyPolicy.FORBID,
  startingDeadlineSeconds: props.startingDeadline?.toSeconds(),
  suspend: props.suspend,
  successfulJobsHistoryLimit: props.successfulHistory,
  failedJobsHistoryLimit: props.failedHistory,
  jobTemplate: { metadata: { labels: { ...labels } }, spec: jobSpec(props, template) },
});
