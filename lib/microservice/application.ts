import type { Size } from 'cdk8s';
import type { ApplicationFacts } from '../runtime';
import type { Environment } from './environment';
import { Files } from './files';
import type { ApplicationOptions, WasmPodProps } from './pod.props';

/** Files the runtime itself reads; the guest sees none of them. */
export function applicationFiles(
  options: ApplicationOptions | undefined,
  facts: ApplicationFacts | undefined,
): Files[] {
  if (facts === undefined || options === undefined) return [];
  const { runtimeConfig, caBundle } = options;
  return [
    ...(runtimeConfig === undefined
      ? []
      : [Files.fromSecret(runtimeConfig, facts.runtimeConfigPath, { file: 'runtime-config.toml' })]),
    ...(caBundle === undefined
      ? []
      : [Files.fromSecret(caBundle, facts.caBundlePath, { file: 'ca-certificates.crt' })]),
  ];
}

/** Everything the props say about the environment, in the order people would write it. */
export function declareEnvironment(environment: Environment, props: WasmPodProps): void {
  const { application: facts, podTelemetry } = props.pool.runtime.facts;
  for (const [name, value] of Object.entries(props.environment ?? {})) environment.add(name, value, '`environment`');
  const { application } = props;
  if (facts !== undefined && application !== undefined) {
    for (const [name, value] of Object.entries(application.variables ?? {})) {
      environment.add(`${facts.variablePrefix}${name.toUpperCase()}`, value, '`application.variables`');
    }
    if (application.components !== undefined) {
      environment.addText(facts.componentsVariable, application.components.join(','), '`application.components`');
    }
    if (application.instanceMemory !== undefined) {
      environment.addText(
        facts.instanceMemoryVariable,
        `${bytes(application.instanceMemory)}`,
        '`application.instanceMemory`',
      );
    }
  }
  if (props.otlpEndpoint !== undefined && podTelemetry.value) {
    environment.addText('OTEL_EXPORTER_OTLP_ENDPOINT', props.otlpEndpoint, '`otlpEndpoint`');
  }
}

const bytes = (size: Size): number => size.toKibibytes() * 1024;
