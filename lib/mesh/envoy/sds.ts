import { typed } from './core';
import type { CertificateFiles, EnvoyIntent } from './intent';
import type { SdsSecretConfig, Secret, SecretResources } from './v3/tls';

/** Names of secrets, and without `.json` of their files. */
export const CERTIFICATE_SECRET = 'sds-cert';
export const TRUST_SECRET = 'sds-ca';

export const sdsFile = (secret: string): string => `${secret}.json`;

/**
 * A secret that is read from a file, because only such secrets can be replaced while Envoy runs.
 *
 * What is watched is the folder of the certificates, not that of the file: Envoy then looks at the file again when
 * certificates arrive late. Watching the file's own folder, it never gets over certificates that were absent at start.
 */
export const sdsSecret = (
  name: string,
  { certificates, configDirectory }: Pick<EnvoyIntent, 'certificates' | 'configDirectory'>,
): SdsSecretConfig => ({
  name,
  sds_config: {
    resource_api_version: 'V3',
    path_config_source: {
      path: `${configDirectory}/${sdsFile(name)}`,
      watched_directory: { path: certificates.directory },
    },
  },
});

/** Watches too: this one is what makes a rotation seen. */
export const certificateSecret = (files: CertificateFiles): SecretResources =>
  resources({
    name: CERTIFICATE_SECRET,
    tls_certificate: {
      certificate_chain: { filename: `${files.directory}/${files.certificateFile}` },
      private_key: { filename: `${files.directory}/${files.keyFile}` },
      watched_directory: { path: files.directory },
    },
  });

export const trustSecret = (files: CertificateFiles): SecretResources =>
  resources({
    name: TRUST_SECRET,
    validation_context: {
      trusted_ca: { filename: `${files.directory}/${files.caFile}` },
      watched_directory: { path: files.directory },
    },
  });

const resources = (secret: Secret): SecretResources => ({
  resources: [typed('envoy.extensions.transport_sockets.tls.v3.Secret', secret)],
});
