import { Duration } from 'cdk8s';
import type { IdentityRequest, IMeshIdentity, MeshCredentials } from './identity';

/**
 * Certificates by cert-manager, one for each service.
 * @see https://cert-manager.io/docs/usage/certificate/
 */
export interface CertManagerOptions {
  /** Name of the issuer; it signs with the mesh's own CA. */
  readonly issuer: string;
  /** `Issuer` in the namespace of the services, or `ClusterIssuer`. @default ClusterIssuer */
  readonly issuerKind?: string;
  /** @default cert-manager.io */
  readonly issuerGroup?: string;
  /** How long a certificate is valid, at least an hour. @default - 24 hours */
  readonly duration?: Duration;
  /** How long before its end it is renewed. @default - a third of its life */
  readonly renewBefore?: Duration;
}

export const certManager = (options: CertManagerOptions): IMeshIdentity => ({
  api: 'cert-manager.io/v1',
  credentials: (request) => credentials(request, options),
});

function credentials({ name, namespace, spiffeId }: IdentityRequest, options: CertManagerOptions): MeshCredentials {
  const secretName = `${name}-mesh-tls`;
  const {
    issuer,
    issuerKind = 'ClusterIssuer',
    issuerGroup = 'cert-manager.io',
    duration = Duration.hours(24),
  } = options;
  const renewBefore = options.renewBefore?.toSeconds() ?? Math.floor(duration.toSeconds() / 3);
  return {
    objects: [
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name, namespace },
        spec: {
          secretName,
          duration: `${duration.toSeconds()}s`,
          renewBefore: `${renewBefore}s`,
          // A new key with every certificate: an old one that leaked ends with its certificate.
          privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
          uris: [spiffeId],
          usages: ['digital signature', 'server auth', 'client auth'],
          issuerRef: { group: issuerGroup, kind: issuerKind, name: issuer },
        },
      },
    ],
    // Readable by the group of the pod only; the guest does not mount it.
    volume: { secret: { secretName, defaultMode: 0o440 } },
    certificateFile: 'tls.crt',
    keyFile: 'tls.key',
    caFile: 'ca.crt',
  };
}
