import { Duration } from 'cdk8s';
import { CERTIFICATE_DURATION } from '../../diagnostics';
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
  /** How long a certificate is valid, at least an hour; WASM0611 for less. @default - 24 hours */
  readonly duration?: Duration;
  /** How long before its end it is renewed, at least 5 minutes. @default - a third of its life */
  readonly renewBefore?: Duration;
}

/** @throws WASM0611 for times that cert-manager refuses */
export function certManager(options: CertManagerOptions): IMeshIdentity {
  const seconds = (duration: Duration) => duration.toSeconds({ integral: false });
  const lifetime = seconds(options.duration ?? Duration.hours(24));
  const renewal = options.renewBefore === undefined ? Math.floor(lifetime / 3) : seconds(options.renewBefore);
  if (lifetime < LEAST_LIFETIME) throw CERTIFICATE_DURATION.error({ what: `\`duration\` is ${lifetime} s` });
  if (renewal < LEAST_RENEWAL || renewal >= lifetime) {
    throw CERTIFICATE_DURATION.error({ what: `\`renewBefore\` is ${renewal} s of ${lifetime} s` });
  }
  return {
    api: 'cert-manager.io/v1',
    credentials: (request) => credentials(request, options, { lifetime, renewal }),
  };
}

/** Seconds; cert-manager's own limits. @see https://cert-manager.io/docs/usage/certificate/#renewal */
const LEAST_LIFETIME = 3600;
const LEAST_RENEWAL = 300;

function credentials(
  { name, namespace, spiffeId }: IdentityRequest,
  { issuer, issuerKind = 'ClusterIssuer', issuerGroup = 'cert-manager.io' }: CertManagerOptions,
  { lifetime, renewal }: { readonly lifetime: number; readonly renewal: number },
): MeshCredentials {
  const secretName = `${name}-mesh-tls`;
  return {
    objects: [
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name, namespace },
        spec: {
          secretName,
          duration: `${lifetime}s`,
          renewBefore: `${renewal}s`,
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
